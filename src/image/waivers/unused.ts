/** Waivers that nobody needs: the flaw is gone, or a name is mistyped. */
import type {Waiver} from '../../config/waivers.ts'
import {namesImage} from '../image-name.ts'
import type {Flaw} from '../scan.ts'
import {coveringWaivers, indexWaivers} from './covering.ts'

/**
 * @param images every image that was judged, with all its flaws, those of the repository's files too. A waiver for other
 *   images than these may be needed elsewhere, and is not named.
 */
export function unusedWaivers(
  waivers: readonly Waiver[],
  images: readonly {readonly image: string; readonly flaws: readonly Flaw[]}[],
): readonly Waiver[] {
  if (waivers.length === 0) return []
  const index = indexWaivers(waivers)
  const used = new Set<Waiver>()
  for (const {image, flaws} of images) {
    for (const flaw of flaws) {
      for (const covering of coveringWaivers(flaw, image, index)) for (const waiver of covering) used.add(waiver)
    }
  }
  const labels = [...new Set(images.map(({image}) => image))]
  return waivers.filter(waiver => !used.has(waiver) && isAboutOne(waiver, labels))
}

function isAboutOne({image}: Waiver, labels: readonly string[]): boolean {
  return image === undefined || labels.some(label => namesImage(image, label))
}

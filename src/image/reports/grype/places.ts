/** Where a package lies in the image (`syft/file`, `Location`). */
import {type Digest, isDigest} from '../../../core/digest.ts'
import type {Place} from '../../scan.ts'
import {type Part, partOf, partsOf, textOf} from '../fields.ts'

/** Evidence of the package itself where Grype tells it apart: a package of Debian lies in its list, and in a copyright file. */
export function placesOf(artifact: Part): readonly Place[] {
  const locations = partsOf(artifact, 'locations') ?? []
  const primary = locations.filter(each => {
    const annotations = partOf(each, 'annotations')
    return annotations !== undefined && textOf(annotations, 'evidence') === 'primary'
  })
  return (primary.length > 0 ? primary : locations).map(each => {
    const layer = textOf(each, 'layerID') ?? ''
    return {kind: 'image', path: pathOf(each), ...(isDigest(layer) ? {layer: layer satisfies Digest} : {})}
  })
}

function pathOf(location: Part): string {
  return (textOf(location, 'path') ?? '').replace(/^\/+/, '')
}

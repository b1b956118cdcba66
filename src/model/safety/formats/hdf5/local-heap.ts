import {Malformed} from '../../malformed.ts'
import type {Hdf5Source} from './source.ts'

/** Of a name; what is longer is cut. */
const nameLimit = 4096

/** Names of old-style groups and of external files (specification III.D): gives the text at an offset of its data. */
export async function openLocalHeap(source: Hdf5Source, address: number): Promise<(offset: number) => Promise<string>> {
  const {offset, length} = source.widths
  const fields = await source.read(address, 8 + 2 * length + offset)
  fields.signature('HEAP')
  fields.version('A local heap', 0)
  fields.skip(3)
  const size = fields.length()
  fields.length()
  const data = fields.definedAddress('the data of a local heap')
  return async at => {
    if (at >= size) throw new Malformed(`A name stands at byte ${at} of a heap with ${size} bytes.`, source.base + data)
    return (await source.readUpTo(data + at, Math.min(size - at, nameLimit))).zeroEnded()
  }
}

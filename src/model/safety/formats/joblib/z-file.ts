import {formatCount} from '../../../../core/quantity.ts'
import {unpackedBy} from '../../archives/codecs/unpacked.ts'
import type {Artifact} from '../../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../../format.ts'
import {lengthWrong} from './rules.ts'

/** `ZF` and a length in hexadecimal, filled up with blanks to as many signs as `hex(2**64)` has. */
const headerBytes = 2 + 19

/**
 * Compressed files of joblib before 0.10, for pickles and for arrays beside them: `ZF`, the unpacked length, and zlib
 * (`joblib/numpy_pickle_compat.py`, `read_zfile`).
 */
export const joblibZFile: Format = {
  name: 'joblib Z-file',
  recognise: ({head}: Sample) => /^ZF0x[0-9a-fA-F]+L? *$/.test(headerOf(head)),
  read: readZFile,
}

function headerOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, headerBytes)).toString('latin1')
}

async function readZFile(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const head = await bytes.slice(0, headerBytes + 1)
  const length = Number.parseInt(headerOf(head).slice(4), 16)
  // joblib of Python 2 wrote one blank more; zlib never begins with one.
  const start = head[headerBytes] === 0x20 ? headerBytes + 1 : headerBytes
  const stream = unpackedBy('zlib', bytes, start)
  const size = await scan.unpack(stream, bytes.size - start, async content => {
    await scan.inside(artifact, 'content', content, 'joblib')
    return content.size
  })
  const problem = stream.problem ? `its data breaks off: ${stream.problem.what}` : null
  if (problem !== null || size !== length) {
    const why = problem ?? `it unpacks to ${formatCount(size)} bytes`
    const what = `Its header says ${formatCount(length)} bytes; ${why}`
    scan.see({rule: lengthWrong, what: what.endsWith('.') ? what : `${what}.`, place: {path, byte: 2}, sure: 'certain'})
  }
  return {is: `joblib Z-file, of ${formatCount(size)} bytes`, holds: 'container'}
}

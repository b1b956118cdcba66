import {formatCount, formatSize} from '../../../core/quantity.ts'
import type {CodecName} from '../archives/codecs/codec.ts'
import {gzipName} from '../archives/codecs/deflate.ts'
import {unpackedBy} from '../archives/codecs/unpacked.ts'
import {type Artifact, sliceOf} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import type {Rule} from '../observation.ts'
import {startsAs} from './compressed/recognise.ts'

const damaged: Rule = {
  id: 'compressed-damaged',
  title: 'Compressed data that breaks off',
  means: 'damaged',
  why: 'A loader that reads in pieces has taken, and perhaps run, what comes before the damage.',
  remedy: 'Write the file again, and check that it was uploaded whole.',
}

const checksum: Rule = {
  id: 'compressed-checksum',
  title: 'Compressed data with a wrong checksum',
  means: 'damaged',
  why: 'Some loaders refuse it, others have taken the content before they could know.',
  remedy: 'Write the file again, and check that it was uploaded whole.',
}

const unread: Rule = {
  id: 'compressed-unread',
  title: 'Compressed with a feature that is not read',
  means: 'unread',
  why: 'What cannot be read cannot be shown to be harmless.',
  remedy: 'Unpack it, or compress it again with the usual settings.',
}

const trailing: Rule = {
  id: 'compressed-trailing',
  title: 'Bytes behind compressed data',
  means: 'look',
  why: 'Loaders pass over them in silence, so they are a place to hide things.',
  remedy: 'Write the file again.',
}

const severalMembers: Rule = {
  id: 'compressed-members',
  title: 'Several compressed members in one file',
  means: 'note',
  why: 'Most loaders read them as one content, a few stop after the first.',
  remedy: 'Compress it again in one piece.',
}

export const compressedRules: readonly Rule[] = [damaged, checksum, unread, trailing, severalMembers]

/** Ways of compressing that are files of their own. `suffixes` are what a content's name is without. */
const kinds: readonly {readonly codec: CodecName; readonly name: string; readonly suffixes: readonly string[]}[] = [
  {codec: 'gzip', name: 'gzip', suffixes: ['.gz', '.gzip', '.tgz']},
  {codec: 'zlib', name: 'zlib', suffixes: ['.z', '.zlib']},
  {codec: 'bzip2', name: 'bzip2', suffixes: ['.bz2']},
  {codec: 'xz', name: 'xz', suffixes: ['.xz']},
  {codec: 'lzma', name: 'LZMA', suffixes: ['.lzma']},
  {codec: 'lz4', name: 'LZ4', suffixes: ['.lz4']},
  {codec: 'zstd', name: 'zstd', suffixes: ['.zst', '.zstd']},
]

/** Files that are one compressed content: unpacked within the limits, and looked at as what comes out. */
export const compressedFormats: readonly Format[] = kinds.map(({codec, name, suffixes}) => ({
  name,
  recognise: sample => startsAs(codec, sample),
  read: (artifact, scan) => readCompressed(artifact, scan, {codec, name, suffixes}),
}))

async function readCompressed(
  artifact: Artifact,
  scan: Scan,
  {codec, name, suffixes}: (typeof kinds)[number],
): Promise<Reading> {
  const {bytes, path, loader} = artifact
  const stream = unpackedBy(codec, bytes)
  const written = codec === 'gzip' ? await gzipName(bytes) : null
  const inner = written ?? withoutSuffix(path.at(-1) ?? '', suffixes)
  const size = await scan.unpack(stream, bytes.size, async content => {
    await scan.inside(artifact, inner, content, loader)
    return content.size
  })
  const see = (rule: Rule, what: string, byte: number) => scan.see({rule, what, place: {path, byte}, sure: 'certain'})
  const {problem, end, members} = stream
  if (problem) {
    const rule = problem.kind === 'damaged' ? damaged : problem.kind === 'unread' ? unread : checksum
    see(rule, `As ${name} it unpacks to ${formatSize(size)}, and then: ${problem.what}`, problem.byte)
  }
  if (members > 1) see(severalMembers, `It holds ${formatCount(members)} members of ${name}.`, 0)
  // Where it breaks off the rest is what could not be unpacked.
  if (end < bytes.size && problem?.kind !== 'damaged' && problem?.kind !== 'unread') {
    see(trailing, `${formatCount(bytes.size - end)} bytes follow the compressed data.`, end)
    await lookBehind(artifact, scan, end)
  }
  return {is: `${name}, of ${formatSize(size)}`, holds: 'container'}
}

/** What follows, unless it is zeros: tapes and blocks are filled with them. */
async function lookBehind(artifact: Artifact, scan: Scan, end: number): Promise<void> {
  const rest = sliceOf(artifact.bytes, end, artifact.bytes.size)
  const isShort = rest.size <= 1024 * 1024
  if (isShort && (await rest.slice(0, rest.size)).every(byte => byte === 0)) return
  await scan.inside(artifact, `(bytes from ${end})`, rest)
}

function withoutSuffix(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find(each => name.toLowerCase().endsWith(each))
  const rest = suffix === undefined ? '' : name.slice(0, -suffix.length)
  if (rest === '') return '(content)'
  return suffix === '.tgz' ? `${rest}.tar` : rest
}

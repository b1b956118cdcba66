import {formatCount} from '../../../../core/quantity.ts'
import {parseStrictJson} from '../../../readers/strict-json.ts'
import type {Artifact, Siblings} from '../../artifact.ts'
import type {Reading, Scan} from '../../format.ts'
import {OverLimit} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import {whyLeadsOut} from '../pointed-path.ts'
import {readSafetensors} from './header.ts'
import {indexRules as rules} from './rules.ts'

/** The largest indexes of today have some 10 MB, for a hundred thousand tensors. */
const maxIndexBytes = 32 * 2 ** 20
const mostShards = 10_000

type See = (rule: Rule, what: string) => void

/**
 * Reads an index of shards (`model.safetensors.index.json`, as transformers writes it) and holds it against the headers
 * of the shards beside it. Shards of another format are looked for, and not compared.
 */
export async function readShardIndex(artifact: Artifact, scan: Scan): Promise<Reading> {
  const see: See = (rule, what) => scan.see({rule, what, place: {path: artifact.path}, sure: 'certain'})
  const {size} = artifact.bytes
  if (size > maxIndexBytes)
    throw new OverLimit('work', `An index of shards with ${formatCount(size)} bytes is not read.`)
  scan.work.step(size)
  const index = parseIndex(await artifact.bytes.slice(0, size), see)
  if (!index) return {is: 'damaged index of shards', holds: 'text'}
  const shards = Map.groupBy(index.weights, ([, shard]) => shard)
  if (shards.size > mostShards) throw new OverLimit('work', `It names more than ${formatCount(mostShards)} shards.`)
  if (artifact.siblings === null) see(rules.unchecked, `It names ${formatCount(shards.size)} shards.`)
  else await compareShards(index, {siblings: artifact.siblings, shards: [...shards.keys()], scan, see})
  return {is: `index of ${formatCount(shards.size)} shards`, holds: 'text'}
}

interface ShardIndex {
  /** Tensor name to file. */
  readonly weights: ReadonlyMap<string, string>
  /** `metadata.total_size`: bytes of all tensors. */
  readonly totalSize: number | null
}

function parseIndex(bytes: Uint8Array, see: See): ShardIndex | null {
  const malformed = (what: string) => {
    see(rules.malformed, what)
    return null
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    return malformed('It is not UTF-8 text.')
  }
  const json = parseStrictJson(text)
  if (json.kind === 'problem') {
    if (json.problem !== 'duplicate-key') return malformed(`It is not JSON, from character ${json.at} on.`)
    see(rules.duplicate, `It names a key twice, at character ${json.at}.`)
    return null
  }
  const map = json.value instanceof Map ? json.value.get('weight_map') : undefined
  if (!(json.value instanceof Map) || !(map instanceof Map)) return malformed('It has no weight_map.')
  const weights = new Map<string, string>()
  for (const [name, shard] of map) {
    if (typeof shard !== 'string') return malformed(`It names no file for the tensor ${quote(String(name))}.`)
    weights.set(String(name), shard)
  }
  const metadata: unknown = json.value.get('metadata')
  const total: unknown = metadata instanceof Map ? metadata.get('total_size') : undefined
  return {weights, totalSize: typeof total === 'number' ? total : null}
}

interface Comparison {
  readonly siblings: Siblings
  readonly shards: readonly string[]
  readonly scan: Scan
  readonly see: See
}

async function compareShards(
  {weights, totalSize}: ShardIndex,
  {siblings, shards, scan, see}: Comparison,
): Promise<void> {
  const holder = new Map<string, string>()
  let bytes = 0
  let areAllRead = true
  for (const shard of shards) {
    const isThere = await lookFor(shard, siblings, see)
    const answer = isThere ? await siblings.open(shard, file => readSafetensors(file, scan.work)) : null
    if (answer?.kind !== 'valid' || !shard.endsWith('.safetensors')) {
      // A shard that is damaged or of another format says so itself.
      areAllRead = false
      continue
    }
    for (const {name, begin, end} of answer.tensors) {
      scan.work.step()
      bytes += end - begin
      const other = holder.get(name)
      if (other !== undefined)
        see(rules.tensorTwice, `${quote(name)} stands in ${quote(other)} and in ${quote(shard)}.`)
      else if (!weights.has(name)) see(rules.tensorUnknown, `${quote(shard)} holds ${quote(name)}.`)
      holder.set(name, shard)
    }
    for (const [name, expected] of weights) {
      if (expected !== shard || holder.get(name) === shard) continue
      see(rules.tensorMissing, `${quote(name)} is not in ${quote(shard)}.`)
    }
    scan.work.step(weights.size)
  }
  if (areAllRead && totalSize !== null && totalSize !== bytes) {
    see(rules.totalSize, `It says ${totalSize} bytes; the tensors of its shards have ${bytes}.`)
  }
}

async function lookFor(shard: string, siblings: Siblings, see: See): Promise<boolean> {
  const why = whyLeadsOut(shard)
  if (why !== null) {
    see(rules.outside, `It names the shard ${quote(shard)}: ${why}.`)
    return false
  }
  const {kind} = await siblings.find(shard)
  switch (kind) {
    case 'file':
      return true
    case 'outside':
      see(rules.outside, `The shard ${quote(shard)} leads out of the model folder.`)
      return false
    case 'link':
      see(rules.unchecked, `The shard ${quote(shard)} is a symbolic link.`)
      return false
    case 'folder':
    case 'absent':
      see(rules.missing, `The shard ${quote(shard)} is not there.`)
      return false
  }
}

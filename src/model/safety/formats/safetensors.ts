import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../format.ts'
import {isGitLfsPointer} from './git-lfs.ts'
import {readSafetensors} from './safetensors/header.ts'
import {headerRules} from './safetensors/rules.ts'
import {readShardIndex} from './safetensors/shard-index.ts'

/** safetensors: a JSON header and raw weights. Nothing in it can run; the header must account for every byte. */
export const safetensors: Format = {name: 'safetensors', recognise: looksLikeSafetensors, read}

/** A length that a header can have and the "{" of the header, or the name that says so. */
function looksLikeSafetensors({name, head, size}: Sample): boolean {
  if (name.endsWith('.safetensors')) return !isGitLfsPointer(head, size)
  const next = head[9] ?? 0
  const isObject = next === 0x22 || next === 0x7d || next === 0x20 || next === 0x0a || next === 0x0d || next === 0x09
  return head[8] === 0x7b && isObject && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0
}

async function read(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const answer = await readSafetensors(bytes, scan.work)
  if (answer.kind === 'malformed') {
    const rule = headerRules.get(answer.fault)
    if (rule) scan.see({rule, what: answer.what, place: {path}, sure: 'certain'})
    return {is: 'damaged safetensors', holds: 'container'}
  }
  const {tensors, dataStart} = answer
  await scan.tensors(
    artifact,
    tensors.map(({name, dtype, shape, begin, end}) => ({
      name,
      dtype,
      shape,
      data: {begin: dataStart + begin, end: dataStart + end, bytes},
    })),
  )
  const count = `${formatCount(tensors.length)} tensor${tensors.length === 1 ? '' : 's'}`
  return {is: `safetensors, ${count}`, holds: 'weights'}
}

/** The list of the files that hold a model together. Known by its name, and by what stands in it. */
export const shardIndex: Format = {
  name: 'index of shards',
  with: ['config of a model library'],
  recognise: ({name, head}) => {
    if (!name.endsWith('.index.json')) return false
    return new TextDecoder('latin1').decode(head).includes('"weight_map"') || name.endsWith('.safetensors.index.json')
  },
  read: readShardIndex,
}

import {formatCount} from '../../../core/quantity.ts'
import type {Bytes} from '../../../runtime/files.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'
import type {Rule} from '../observation.ts'
import {signsOf} from './signs.ts'

/**
 * LightGBM's text form: a header of `key=value` lines, `Tree=n` sections, and the end of trees. Numbers only; what is
 * checked is that it is whole. Source: src/boosting/gbdt_model_text.cpp.
 */
export const lightgbm: Format = {
  name: 'LightGBM',
  recognise: ({head}) => /^tree\r?\nversion=v\d/.test(signsOf(head.subarray(0, 32))),
  read: readLightgbm,
}

export const lightgbmCustom: Rule = {
  id: 'lightgbm-custom-objective',
  title: 'A LightGBM model with an objective of its own',
  means: 'note',
  why: 'It was trained with a function that is not in the file: its raw scores are not transformed when it predicts.',
  remedy: 'Apply the transformation in the service, and test it there.',
}

export const lightgbmBroken: Rule = {
  id: 'lightgbm-not-whole',
  title: 'A LightGBM model is not whole',
  means: 'damaged',
  why: 'Its sections do not agree with its header: trees are missing, or were added.',
  remedy: 'Save the model again: booster.save_model("model.txt").',
}

export const lightgbmRules: readonly Rule[] = [lightgbmCustom, lightgbmBroken]

async function readLightgbm(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  let trees = 0
  let claimed: number | null = null
  let objective = false
  let ended = false
  for await (const {line, at} of linesOf(bytes, scan.work)) {
    if (ended) continue
    if (line.startsWith('Tree=')) {
      if (line !== `Tree=${trees}`) throw new Malformed(`Tree ${trees} does not follow the one before it.`, at)
      trees++
    } else if (line === 'end of trees') ended = true
    else if (trees === 0 && line.startsWith('tree_sizes=')) claimed = line.split(' ').length
    else if (trees === 0 && line.startsWith('objective=')) objective = !line.startsWith('objective=custom')
  }
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path}, sure: 'certain'})
  if (!ended) see(lightgbmBroken, `It ends after ${formatCount(trees)} trees, without the line "end of trees".`)
  if (claimed !== null && claimed !== trees && trees > 0) {
    see(lightgbmBroken, `Its header speaks of ${formatCount(claimed)} trees, and it has ${formatCount(trees)}.`)
  }
  if (!objective) see(lightgbmCustom, 'It names no objective of LightGBM.')
  return {is: `LightGBM, ${formatCount(trees)} ${trees === 1 ? 'tree' : 'trees'}`, holds: 'weights'}
}

const chunkBytes = 2 ** 20
/** Kept of a line; the list of tree sizes is the longest of the header. */
const lineLimit = 8 * 2 ** 20

async function* linesOf(bytes: Bytes, work: Work): AsyncGenerator<{readonly line: string; readonly at: number}> {
  const decoder = new TextDecoder('latin1')
  let rest = ''
  let start = 0
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    const chunk = await bytes.slice(at, Math.min(bytes.size, at + chunkBytes))
    work.step(chunk.length >> 3)
    const lines = (rest + decoder.decode(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield {line: line.replace(/\r$/, ''), at: start}
      start += line.length + 1
    }
    if (rest.length > lineLimit) throw new Malformed(`A line is longer than ${lineLimit} bytes.`, start)
  }
  if (rest !== '') yield {line: rest, at: start}
}

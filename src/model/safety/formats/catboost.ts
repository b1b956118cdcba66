import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {readJsonOutline} from './json-outline.ts'
import {opensWith, signsOf} from './signs.ts'

/**
 * CatBoost's own form: `CBM1`, the size of a flatbuffer, the flatbuffer, and parts for text features behind it.
 * Numbers and names only. Source: catboost/libs/model/model.cpp, model.fbs.
 */
export const catboost: Format = {
  name: 'CatBoost',
  recognise: ({head}) => signsOf(head.subarray(0, 4)) === 'CBM1',
  read: readCbm,
}

/** The JSON form: trees, borders of features, and `model_info`. */
export const catboostJson: Format = {
  name: 'CatBoost',
  recognise: ({head}) => {
    if (!opensWith('{', head)) return false
    const text = signsOf(head)
    if (!/^\s*\{\s*"(?:features_info|ctr_data|model_info|oblivious_trees|trees)"\s*:/.test(text)) return false
    return /"(?:features_info|float_features|oblivious_trees)"/.test(text)
  },
  async read(artifact, scan) {
    const {keys, scalars} = await readJsonOutline(artifact.bytes, scan.work, 5)
    const top = keys.get('')
    if (!top?.has('oblivious_trees') && !top?.has('trees')) {
      throw new Malformed('It has no trees, neither "oblivious_trees" nor "trees".')
    }
    const loss = scalars.get('model_info.params.loss_function.type')
    if (loss?.startsWith('PythonUserDefined')) seeCustom(artifact, scan, loss)
    return {is: 'CatBoost (JSON)', holds: 'weights'}
  },
}

export const catboostCustom: Rule = {
  id: 'catboost-custom-loss',
  title: 'A CatBoost model with a loss of its own',
  means: 'note',
  why: 'It was trained with a Python function that is not in the file, and that is not needed to predict.',
  remedy: 'Nothing is to be done for predictions; to train further, bring that function.',
}

export const catboostRules: readonly Rule[] = [catboostCustom]

const edgeBytes = 2 ** 20

async function readCbm(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes} = artifact
  const head = await bytes.slice(0, 16)
  if (head.length < 12) throw new Malformed('It ends before its model.')
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const size = view.getUint32(4, true)
  if (8 + size > bytes.size) {
    throw new Malformed(`Its model has ${size} bytes, and ${bytes.size - 8} follow.`, 4)
  }
  const root = view.getUint32(8, true)
  if (root < 4 || root > size - 4) throw new Malformed(`Its root table stands at byte ${root} of ${size}.`, 8)
  for (const begin of new Set([8, Math.max(8, 8 + size - edgeBytes)])) {
    const text = signsOf(await bytes.slice(begin, Math.min(8 + size, begin + edgeBytes)))
    const loss = /PythonUserDefined[A-Za-z]{1,20}/.exec(text)?.[0]
    if (loss === undefined) continue
    seeCustom(artifact, scan, loss)
    break
  }
  return {is: 'CatBoost', holds: 'weights'}
}

function seeCustom({path}: Artifact, scan: Scan, loss: string): void {
  const what = `It was trained with the loss ${quote(loss)}.`
  scan.see({rule: catboostCustom, what, place: {path}, sure: 'likely'})
}

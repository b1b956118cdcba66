import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {readJsonOutline} from './json-outline.ts'
import {opensWith, signsOf} from './signs.ts'
import {readUbjson} from './ubjson.ts'

/** XGBoost models in JSON, UBJSON and the old binary form: trees and numbers, without anything that runs. */
export const xgboostJson: Format = {
  name: 'XGBoost',
  recognise: ({head, tail}) => {
    if (!opensWith('{', head)) return false
    const text = signsOf(head)
    if (!/^\s*\{\s*"(?:learner|version)"\s*:/.test(text)) return false
    return /"gradient_booster"|"learner_model_param"/.test(text + signsOf(tail))
  },
  async read(artifact, scan) {
    const {scalars, keys} = await readJsonOutline(artifact.bytes, scan.work, 5)
    return describe(scalars, keys, artifact, scan)
  },
}

export const xgboostUbjson: Format = {
  name: 'XGBoost',
  recognise: ({head}) => {
    const text = signsOf(head.subarray(0, 24))
    return /^\{[iUIlL]/.test(text) && /^(?:learner|version)/.test(text.slice(2).replace(/^[^a-z]{1,8}/, ''))
  },
  async read(artifact, scan) {
    const {texts, keys, end} = await readUbjson(artifact.bytes, scan.work, 5)
    if (end !== artifact.bytes.size) throw new Malformed(`${artifact.bytes.size - end} bytes follow the model.`, end)
    return describe(texts, keys, artifact, scan)
  },
}

/** The form that XGBoost wrote until 2.0 (`binf`), and reads until 3.0. */
export const xgboostBinary: Format = {
  name: 'XGBoost',
  recognise: ({head}) => signsOf(head.subarray(0, 4)) === 'binf',
  async read({path}, scan) {
    const what = 'It is an XGBoost model in the old binary form.'
    scan.see({rule: xgboostOldForm, what, place: {path}, sure: 'certain'})
    return {is: 'XGBoost (old binary form)', holds: 'weights'}
  },
}

export const xgboostOldForm: Rule = {
  id: 'xgboost-binary-form',
  title: 'An XGBoost model in a form that is no longer read',
  means: 'unread',
  why: 'The form has no description; its reader copies structures from the file into memory, and is gone since XGBoost 3.1.',
  remedy: 'Load it with the XGBoost that wrote it, and save it as JSON: booster.save_model("model.json").',
}

export const xgboostOtherObjective: Rule = {
  id: 'xgboost-unknown-objective',
  title: 'An XGBoost model with an objective or booster of another name',
  means: 'note',
  why: 'XGBoost refuses names that it does not have; a build of one’s own may have them.',
  remedy: 'Make sure that the service has the same build of XGBoost.',
}

export const xgboostNoModel: Rule = {
  id: 'xgboost-no-model',
  title: 'An XGBoost file without a model',
  means: 'damaged',
  why: 'It names no learner or no booster: XGBoost refuses it.',
  remedy: 'Save the model again: booster.save_model("model.json").',
}

export const xgboostRules: readonly Rule[] = [xgboostOldForm, xgboostOtherObjective, xgboostNoModel]

function describe(
  texts: ReadonlyMap<string, string>,
  keys: ReadonlyMap<string, ReadonlySet<string>>,
  {path}: Artifact,
  scan: Scan,
): Reading {
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path}, sure: 'certain'})
  if (!keys.get('learner')?.has('gradient_booster')) see(xgboostNoModel, 'It has no "gradient_booster" in "learner".')
  const objective = texts.get('learner.objective.name')
  const booster = texts.get('learner.gradient_booster.name')
  if (objective !== undefined && !/^(?:binary|count|multi|rank|reg|survival):[a-z_]{1,40}$/.test(objective)) {
    see(xgboostOtherObjective, `Its objective is ${quote(objective)}.`)
  }
  if (booster !== undefined && booster !== 'gbtree' && booster !== 'gblinear' && booster !== 'dart') {
    see(xgboostOtherObjective, `Its booster is ${quote(booster)}.`)
  }
  const trees = texts.get('learner.gradient_booster.model.gbtree_model_param.num_trees')
  const count = trees !== undefined && /^\d{1,9}$/.test(trees) ? `, ${formatCount(Number(trees))} trees` : ''
  return {is: `XGBoost${count}`, holds: 'weights'}
}

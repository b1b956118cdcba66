import {assertNever} from '../../core/assert.ts'
import type {Digest} from '../../core/digest.ts'
import type {Finding} from '../../core/finding.ts'
import type {Measured} from '../../core/measures.ts'
import {candidateServesAlready, measuredOtherwise} from '../checks/predictions-usable.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import type {ModelFacts} from '../gather.ts'
import type {BaselineFacts} from '../gather-baseline.ts'

/** What the candidate is compared with. */
export type Baseline =
  /** The config declares that there is none: the first release ever. */
  | {readonly kind: 'none'}
  /** Its predictions on the same rows: they stand in the evaluation. */
  | {readonly kind: 'rows'}
  /** It cannot be used, and a finding says why. */
  | {readonly kind: 'unusable'}
  /** Its values alone: from its evidence, or from the config. */
  | KnownBaseline

export interface KnownBaseline {
  readonly kind: 'known'
  /** Whose values they are: `v12 in production`, `the config`. */
  readonly source: string
  /** By the name of the question. */
  readonly values: Readonly<Record<string, Measured>>
  /** The evaluation set they were measured on; null where nobody recorded it. */
  readonly evaluation: Digest | null
}

/** What the candidate is compared with, of what was found. */
export function baselineOf(facts: BaselineFacts, evaluation: Evaluation): Baseline {
  switch (facts.kind) {
    case 'none':
      return {kind: 'none'}
    case 'missing':
      return {kind: 'unusable'}
    case 'known':
      return facts
    case 'file':
      return evaluation.baseline === null ? {kind: 'unusable'} : {kind: 'rows'}
    default:
      return assertNever(facts)
  }
}

/**
 * Why a baseline that was found is none. A model compared with itself is never worse: by its bytes here, by its
 * predictions elsewhere. Recall of one class is no baseline for recall of another, and goes by the same name.
 * @param reading how the candidate's rows were read; null where they could not be
 */
export function unfitBaseline(facts: BaselineFacts, files: ModelFacts['files'], reading: string | null): Finding[] {
  if (facts.kind !== 'known' && facts.kind !== 'file') return []
  const {serving} = facts
  if (serving && files.kind === 'gathered' && files.value.digest === serving.model) {
    return [candidateServesAlready(serving.model, serving.name)]
  }
  if (facts.kind === 'file' || facts.reading === null || reading === null || reading === facts.reading) return []
  return [measuredOtherwise(facts.source, facts.reading, reading)]
}

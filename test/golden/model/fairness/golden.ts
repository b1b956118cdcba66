import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {FairnessMeasure} from '../../../../src/config/model-gate-schema.ts'
import {invariant} from '../../../../src/core/assert.ts'
import type {Outcomes, Sample} from '../../../../src/model/evaluation/outcomes.ts'
import {computeFairness} from '../../../../src/model/fairness/fairness.ts'
import {comparandOf} from '../../../../src/model/fairness/measures.ts'
import type {CategoryColumn} from '../../../../src/model/readers/columns.ts'
import {combineGroups} from '../../../../src/model/slices/combine-groups.ts'

export interface FairnessCase {
  readonly name: string
  readonly task: 'binary' | 'multiclass' | 'regression'
  readonly positive?: readonly number[]
  readonly predicted: readonly number[]
  readonly scores?: readonly number[] | readonly (readonly number[])[] | null
  readonly label?: readonly number[]
  readonly classes?: readonly string[]
  readonly class?: string
  readonly target?: readonly number[]
  readonly groups: Readonly<Record<string, readonly string[]>>
  readonly weights: readonly number[]
  readonly questions: readonly FairnessQuestion[]
}

export interface FairnessQuestion {
  readonly measure: FairnessMeasure
  readonly by: readonly string[]
  readonly comparedWith: 'each-other' | 'all-rows'
  readonly odds: 'worst' | 'mean'
  readonly value: number | 'undefined'
  readonly weighted: number | 'undefined'
}

export function fairnessCases(): readonly FairnessCase[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'fairness.expected.json'), 'utf8')).cases
}

/** What we answer, with no group too small to be judged. */
export function answerTo(given: FairnessCase, question: FairnessQuestion, isWeighted: boolean): number | 'undefined' {
  const rows = given.weights.length
  const sample: Sample = {rows, weights: isWeighted ? Float64Array.from(given.weights) : null, clusters: null}
  const asked = {fairness: question.measure, class: given.class}
  const comparand = comparandOf(asked, outcomesOf(given))
  if (comparand.kind === 'undefined') return 'undefined'
  const combination = combineGroups(
    question.by.map(name => column(given.groups[name] ?? [])),
    rows,
  )
  const limits = {'min-group': 1, 'min-positives': 1, 'min-negatives': 1, required: []}
  const {answer} = computeFairness(
    comparand,
    combination,
    {...limits, 'compared-with': question.comparedWith, odds: question.odds},
    {sample},
    {coverage: 0.9, seed: 1, replicates: 10, range: [0, 1]},
  )
  return answer.kind === 'fairness' ? answer.value : 'undefined'
}

export function column(values: readonly string[]): CategoryColumn {
  const names = [...new Set(values)]
  const codes = Int32Array.from(values, value => names.indexOf(value))
  return {kind: 'category', codes, names, empty: values.filter(value => value === '').length}
}

function outcomesOf({task, positive, predicted, scores, label, classes, target}: FairnessCase): Outcomes {
  const rows = predicted.length
  switch (task) {
    case 'binary':
      return {
        task,
        rows,
        positive: Uint8Array.from(positive ?? []),
        predicted: Uint8Array.from(predicted),
        scores: scores ? Float64Array.from(scores.map(Number)) : null,
      }
    case 'multiclass': {
      const columns = scores?.map(each => {
        invariant(typeof each !== 'number', 'one list of scores for each class')
        return Float64Array.from(each)
      })
      return {
        task,
        rows,
        classes: classes ?? [],
        label: Int32Array.from(label ?? []),
        predicted: Int32Array.from(predicted),
        scores: columns ?? null,
      }
    }
    case 'regression':
      return {
        task,
        rows,
        target: Float64Array.from(target ?? []),
        predicted: Float64Array.from(predicted),
        quantiles: [],
        interval: null,
      }
  }
}

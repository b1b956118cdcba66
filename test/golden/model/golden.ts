/**
 * Golden files: outcomes, questions, and the values that another implementation gives. One file for each data set or kind
 * of trouble, named `<what>.expected.json`, made by the `make.py` beside it and never by hand.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {MetricQuestion} from '../../../src/core/metric-question.ts'
import type {Grouping, Outcomes} from '../../../src/model/evaluation/outcomes.ts'
import {computeValue} from '../../../src/model/inference/value-of.ts'
import {statisticOf} from '../../../src/model/metrics/registry.ts'

export interface GoldenFile {
  /** What computed the values, with versions. */
  readonly source: string
  readonly cases: readonly GoldenCase[]
}

export interface GoldenCase {
  readonly name: string
  readonly outcomes: GoldenOutcomes
  /** Weight of each row, for the values under `weighted`. */
  readonly weights?: readonly number[]
  readonly questions: readonly GoldenQuestion[]
}

/** `value` where all rows weigh alike, `weighted` with the weights of the case. `undefined` is an answer too. */
export type GoldenQuestion = MetricQuestion & {
  readonly value?: number | 'undefined'
  readonly weighted?: number | 'undefined'
}

/** {@link Outcomes} as JSON has them. */
export type GoldenOutcomes =
  | {
      readonly task: 'binary'
      readonly positive: readonly number[]
      readonly predicted: readonly number[]
      readonly scores: readonly number[] | null
    }
  | {
      readonly task: 'multiclass'
      readonly classes: readonly string[]
      readonly label: readonly number[]
      readonly predicted: readonly number[]
      /** One list for each class. */
      readonly scores: readonly (readonly number[])[] | null
    }
  | {
      readonly task: 'multilabel'
      readonly classes: readonly string[]
      readonly labels: readonly (readonly number[])[]
      readonly predicted: readonly (readonly number[])[]
      readonly scores: readonly (readonly number[])[] | null
    }
  | {
      readonly task: 'regression'
      readonly target: readonly number[]
      readonly predicted: readonly number[] | null
      readonly quantiles?: readonly {readonly level: number; readonly values: readonly number[]}[]
      readonly interval?: {readonly low: readonly number[]; readonly high: readonly number[]}
    }
  | {
      readonly task: 'ranking'
      readonly relevance: readonly number[]
      readonly scores: readonly number[]
      /** The query of each row, from 0. */
      readonly queries: readonly number[]
    }
  | {
      readonly task: 'text'
      readonly references: readonly (readonly string[])[]
      readonly answers: readonly string[] | null
      readonly correct: readonly number[] | null
      /** The problem of each row, from 0. */
      readonly problems: readonly number[] | null
    }

/** Folders whose files hold metrics of rows. Others beside them hold drift and fairness, in forms of their own. */
export const goldenFolders = ['classification', 'ranking', 'regression', 'text'] as const

/** The golden files of one folder, by their path from here. */
export function goldenFiles(folder: string): readonly {readonly path: string; readonly file: GoldenFile}[] {
  return readdirSync(join(import.meta.dirname, folder))
    .filter(name => name.endsWith('.expected.json'))
    .sort()
    .map(name => {
      const path = join(folder, name)
      return {path, file: JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'))}
    })
}

/** What we answer to a question of a golden case: the value, or that there is none. */
export function answerTo(
  outcomes: Outcomes,
  question: MetricQuestion,
  weights: Float64Array | null,
): number | 'undefined' {
  const statistic = statisticOf(outcomes, question, {valuesOf: () => noExpressions})
  return statistic.kind === 'undefined' ? 'undefined' : (computeValue(statistic, weights) ?? 'undefined')
}

const noExpressions = {
  kind: 'undefined',
  verdict: 'error',
  reason: 'model/no-expressions',
  what: 'Golden files have no expressions.',
} as const

/** How far an answer lies from the expected one, as a share of it (of 1, where it is 0). Infinite where only one of the two is a value. */
export function deviationOf(answer: number | 'undefined', expected: number | 'undefined'): number {
  if (answer === expected) return 0
  if (answer === 'undefined' || expected === 'undefined') return Number.POSITIVE_INFINITY
  const deviation = Math.abs(answer - expected) / (Math.abs(expected) || 1)
  return Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : deviation
}

export function outcomesOf(golden: GoldenOutcomes): Outcomes {
  switch (golden.task) {
    case 'binary':
      return {
        task: 'binary',
        rows: golden.positive.length,
        positive: Uint8Array.from(golden.positive),
        predicted: Uint8Array.from(golden.predicted),
        scores: golden.scores && Float64Array.from(golden.scores),
      }
    case 'multiclass':
      return {
        task: 'multiclass',
        rows: golden.label.length,
        classes: golden.classes,
        label: Int32Array.from(golden.label),
        predicted: Int32Array.from(golden.predicted),
        scores: golden.scores?.map(column => Float64Array.from(column)) ?? null,
      }
    case 'multilabel':
      return {
        task: 'multilabel',
        rows: golden.labels[0]?.length ?? 0,
        classes: golden.classes,
        labels: golden.labels.map(column => Uint8Array.from(column)),
        predicted: golden.predicted.map(column => Uint8Array.from(column)),
        scores: golden.scores?.map(column => Float64Array.from(column)) ?? null,
      }
    case 'regression':
      return {
        task: 'regression',
        rows: golden.target.length,
        target: Float64Array.from(golden.target),
        predicted: golden.predicted && Float64Array.from(golden.predicted),
        quantiles: (golden.quantiles ?? []).map(({level, values}) => ({level, values: Float64Array.from(values)})),
        interval: golden.interval
          ? {low: Float64Array.from(golden.interval.low), high: Float64Array.from(golden.interval.high)}
          : null,
      }
    case 'ranking':
      return {
        task: 'ranking',
        rows: golden.relevance.length,
        relevance: Float64Array.from(golden.relevance),
        scores: Float64Array.from(golden.scores),
        queries: groupingOf(golden.queries),
      }
    case 'text': {
      const {answers} = golden
      return {
        task: 'text',
        rows: golden.references.length,
        referencesOf: row => golden.references[row] ?? [],
        answerOf: answers && (row => answers[row] ?? ''),
        correct: golden.correct && Uint8Array.from(golden.correct),
        problems: golden.problems && groupingOf(golden.problems),
      }
    }
  }
}

function groupingOf(codes: readonly number[]): Grouping {
  return {codes: Int32Array.from(codes), count: new Set(codes).size}
}

/** What keeps a reported value from being held against a limit: each has a reason of its own, and none of them passes. */
import {type Direction, opposite} from '../metric-files/direction.ts'
import type {MetricsFile, ReportedValue} from '../metric-files/metrics-file.ts'
import {nearestNames} from '../metric-files/nearest-names.ts'
import type {ReportedAnswer} from './reported-values.ts'

const limitWhy = 'A gate that is not evaluated protects nobody.'

export function missing(name: string, file: MetricsFile, side: 'candidate' | 'baseline'): ReportedAnswer {
  const near = nearestNames(name, [...file.values.keys()])
  return {
    verdict: 'error',
    reason: side === 'candidate' ? 'model/reported-missing' : 'model/reported-baseline-missing',
    what: `The ${side}’s file has no value "${name}" among its ${file.values.size}.`,
    why: limitWhy,
    remedy: `The nearest names there: ${near.map(each => `"${each}"`).join(', ') || 'none'}.`,
  }
}

export function withoutValue(
  name: string,
  absent: Exclude<ReportedValue['value'], number>,
  side: 'candidate' | 'baseline',
): ReportedAnswer {
  return {
    verdict: absent.verdict,
    reason: absent.reason,
    what: `${name} of the ${side} has no value: ${absent.what}`,
    why: 'A value that is absent is neither above nor below a limit.',
    remedy:
      absent.verdict === 'inconclusive'
        ? 'Find out why it was not measured, or not on all samples; or gate on another value.'
        : 'Have the tool write one plain number, or gate on another value.',
  }
}

export function directionUnknown(name: string): ReportedAnswer {
  return {
    verdict: 'error',
    reason: 'model/direction-unknown',
    what: `Nothing tells whether more or less of "${name}" is better.`,
    why: 'A guess would turn the gate around and let the worst model pass.',
    remedy: 'Say it in the gate: `better: more` or `better: less`.',
  }
}

export function wrongSide(name: string, side: 'at-least' | 'at-most', better: Direction): ReportedAnswer {
  const other = side === 'at-least' ? 'at-most' : 'at-least'
  return {
    verdict: 'error',
    reason: 'model/limit-on-wrong-side',
    what: `${better === 'less' ? 'Less' : 'More'} of "${name}" is better, and the gate says ${side}: it would refuse the best models only.`,
    why: limitWhy,
    remedy: `Write ${other}, or \`better: ${opposite(better)}\` where the name misleads.`,
  }
}

/** Null where the value was not measured on training rows. */
export function onTraining(name: string, reported: ReportedValue): ReportedAnswer | null {
  if (reported.onTraining !== true) return null
  return {
    verdict: 'inconclusive',
    reason: 'model/reported-on-training-data',
    what: `${name} was measured on the rows that the model has learned from.`,
    why: 'How well a model knows its own training rows says nothing of rows that it has never seen.',
    remedy: 'Gate on the value of the validation or test set.',
  }
}

/** Null where the files do not both name what they measured on, or name the same. */
export function datasetDiffers(name: string, candidate: ReportedValue, baseline: ReportedValue): ReportedAnswer | null {
  const facets = Object.entries(candidate.dataset ?? {}).filter(
    ([facet, value]) => baseline.dataset?.[facet] !== undefined && baseline.dataset[facet] !== value,
  )
  if (facets.length === 0) return null
  return {
    verdict: 'error',
    reason: 'model/dataset-differs',
    what: `${name} was measured on different data: ${facets
      .map(([facet, value]) => `${facet} "${value}" and, of the baseline, "${baseline.dataset?.[facet]}"`)
      .join('; ')}.`,
    why: 'A value means nothing without the data that it was measured on; two of different data cannot be compared.',
    remedy: 'Evaluate both models on the same data.',
  }
}

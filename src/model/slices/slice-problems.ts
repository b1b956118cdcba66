/** Why a slice cannot be asked: each with what was seen, and what to do. */
import type {SliceConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import type {Slice, SliceProblem} from './slice.ts'

/** So many values or combinations are asked one by one; what is beyond is told, and blocks. */
export const mostSlices = 200

export function unknown(name: string, {groups}: Evaluation, slices: readonly SliceConfig[]): SliceProblem {
  const known = [...groups.keys(), ...slices.map(slice => slice.name)]
  return {
    verdict: 'error',
    reason: 'model/slice-missing',
    what: `in-each names "${name}", which is neither a group column nor a declared slice (${known.join(', ') || 'none'}).`,
    remedy: `Add "${name}" to validation.predictions.columns.groups, or declare it under validation.slices.`,
  }
}

export function notDeclared(absent: readonly string[], {groups}: Evaluation): SliceProblem {
  const names = absent.map(name => `"${name}"`).join(' and ')
  return {
    verdict: 'error',
    reason: 'model/slice-missing',
    what: `in-each combines ${names}, which ${absent.length === 1 ? 'is' : 'are'} not among columns.groups (${[...groups.keys()].join(', ') || 'none'}).`,
    remedy: `Add ${names} to validation.predictions.columns.groups.`,
  }
}

export function ambiguous(name: string): SliceProblem {
  return {
    verdict: 'error',
    reason: 'model/slice-ambiguous',
    what: `"${name}" is both a group column and a declared slice.`,
    remedy: 'Give the slice another name.',
  }
}

export function nothingThere(source: string): SliceProblem {
  return {
    verdict: 'inconclusive',
    reason: 'model/slice-missing',
    what: `No row has a value of ${source}.`,
    remedy: 'Evaluate on rows of each slice that the gate asks for.',
  }
}

export function tooMany(source: string, beyond: readonly {readonly rows: number}[]): SliceProblem {
  const rows = beyond.reduce((sum, group) => sum + group.rows, 0)
  return {
    verdict: 'inconclusive',
    reason: 'model/too-many-slices',
    what: `${source} has ${formatCount(beyond.length + mostSlices)} values; the ${mostSlices} largest are judged, the other ${formatCount(beyond.length)} (${formatCount(rows)} rows) are not.`,
    remedy: 'Join rare values into fewer groups, or declare the slices that matter.',
  }
}

export function weightless({source}: Slice): SliceProblem {
  return {
    verdict: 'inconclusive',
    reason: 'model/slice-weightless',
    what: `All rows of a slice of ${source} have weight 0.`,
    remedy: 'Give its rows a weight, or take the slice out of in-each.',
  }
}

export function partsQueries({source}: Slice, count: number): SliceProblem {
  return {
    verdict: 'error',
    reason: 'model/slice-parts-queries',
    what: `A slice of ${source} holds some rows, but not all, of ${formatCount(count)} ${count === 1 ? 'query' : 'queries'}.`,
    remedy: 'Slice by something that all rows of a query share: a list without some of its rows is another list.',
  }
}

import type {ReasonCode} from '../../core/finding.ts'
import {hashedName} from '../digest.ts'
import {type DataProblem, rows} from './problem.ts'
import type {Side} from './side.ts'

export type Join =
  | {readonly kind: 'joined'; readonly side: Pick<Side, 'prediction' | 'scores'>}
  | {readonly kind: 'differs'; readonly problems: readonly DataProblem[]}

/** The baseline's columns in the order of the candidate's rows. */
export function joinBaseline(candidate: Side, baseline: Side): Join {
  const rowOf = new Map(baseline.ids.map((id, row) => [id, row]))
  const order = new Int32Array(candidate.ids.length)
  const onlyCandidate: string[] = []
  candidate.ids.forEach((id, row) => {
    const found = rowOf.get(id)
    if (found === undefined) onlyCandidate.push(id)
    else order[row] = found
  })
  const onlyBaseline = baseline.ids.length - (candidate.ids.length - onlyCandidate.length)
  if (onlyCandidate.length > 0 || onlyBaseline > 0) {
    const known = new Set(candidate.ids)
    const examples = [...onlyCandidate, ...baseline.ids.filter(id => !known.has(id))].slice(0, 3).map(hashedName)
    return differs(
      'model/ids-differ',
      `${onlyIn([
        [onlyCandidate.length, 'candidate'],
        [onlyBaseline, 'baseline'],
      ])} (sha256 of some: ${examples.join(', ')}).`,
      'Let both models predict exactly the same rows.',
    )
  }
  const baselineLabelOf = baseline.label.names.map(name => candidate.label.names.indexOf(name))
  const disagreeing = candidate.label.codes.reduce(
    (count, code, row) => count + (baselineLabelOf[baseline.label.codes[order[row] ?? 0] ?? 0] === code ? 0 : 1),
    0,
  )
  if (disagreeing > 0) {
    return differs(
      'model/labels-differ',
      `The label in the baseline’s file is another than in the candidate’s on ${rows(disagreeing)}.`,
      'The truth does not depend on the model: write both files from the same evaluation set.',
    )
  }
  const {prediction, scores} = baseline
  return {
    kind: 'joined',
    side: {
      prediction: prediction && {...prediction, codes: order.map(row => prediction.codes[row] ?? 0)},
      scores: scores && Float64Array.from(order, row => scores[row] ?? Number.NaN),
    },
  }
}

/** `101 ids stand only in the baseline’s file`: what the sides lack of each other, without the side that lacks nothing. */
function onlyIn(sides: readonly (readonly [count: number, side: string])[]): string {
  return sides
    .filter(([count]) => count > 0)
    .map(([count, side]) => `${count} ${count === 1 ? 'id stands' : 'ids stand'} only in the ${side}’s file`)
    .join(', and ')
}

function differs(reason: ReasonCode, what: string, remedy: string): Join {
  return {kind: 'differs', problems: [{severity: 'error', side: 'both', reason, what, remedy}]}
}

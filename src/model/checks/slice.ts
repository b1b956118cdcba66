import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Slice} from '../slices/slice.ts'

const id = 'model/slice-judged'
const why = 'A slice that is left out looks as good as all the others.'

/** Slices that a gate may be asked of, and what is to be said of those that it may not. */
export interface JudgedSlices {
  readonly usable: readonly Slice[]
  readonly findings: readonly Finding[]
}

/**
 * What cannot be asked of a slice is a finding, never a gap in the report. Small slices of one column are one finding
 * that counts them: their names and sizes stay here, since few rows are people. A slice that the config names itself is
 * called by that name.
 * @param subject what is asked of the slices: the gate's name
 */
export function judgeSlices(slices: readonly Slice[], minRows: number, subject: string): JudgedSlices {
  const troubled = slices.flatMap(({problem, source}) => (problem ? [{...problem, source}] : []))
  const whole = slices.filter(slice => !slice.problem)
  const usable = whole.filter(({rows}) => rows.length >= minRows)
  const small = whole.filter(({rows}) => rows.length < minRows)
  const undecided = slices.filter(slice => slice.undecided !== undefined)
  return {
    usable,
    findings: [
      ...troubled.map(({source, verdict, reason, what, remedy}): Finding => {
        return {id, subject: `${subject}, ${source}`, verdict, reason, what, why, remedy}
      }),
      ...[...new Set(small.map(({source}) => source))].map(source => tooSmall(source, small, minRows, subject)),
      ...undecided.map(slice => undecidedRows(slice, subject)),
    ],
  }
}

function tooSmall(source: string, small: readonly Slice[], minRows: number, subject: string): Finding {
  const same = small.filter(slice => slice.source === source)
  const isDeclared = same.every(({name}) => name === source)
  const seen = isDeclared
    ? same.every(({rows}) => rows.length === 0)
      ? `No row is in the slice "${source}"`
      : `The slice "${source}" has fewer than ${minRows} rows`
    : `${formatCount(same.length)} ${same.length === 1 ? 'value' : 'values'} of ${source} ${same.length === 1 ? 'has' : 'have'} fewer than ${minRows} rows`
  const isEmpty = isDeclared && same.every(({rows}) => rows.length === 0)
  return {
    id,
    subject: `${subject}, ${source}`,
    verdict: 'inconclusive',
    reason: isEmpty ? 'model/slice-missing' : 'model/slice-too-small',
    what: `${seen}: nothing is concluded there.`,
    why,
    remedy: 'Evaluate on more rows of it, join rare values, or lower min-rows with a reason.',
    limit: `at least ${minRows} rows`,
    details: {slices: same.length, minRows},
  }
}

function undecidedRows({name, undecided = 0}: Slice, subject: string): Finding {
  return {
    id,
    subject: `${subject}, ${name}`,
    verdict: 'warn',
    reason: 'model/slice-undecided-rows',
    what: `Of ${formatCount(undecided)} ${undecided === 1 ? 'row' : 'rows'} a value is missing that decides whether they are in the slice "${name}"; they are not.`,
    why,
    remedy: 'Say what a missing value means, as in "age < 25 or age is missing".',
    n: undecided,
  }
}

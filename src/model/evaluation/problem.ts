import type {ReasonCode} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'

/** Something about the data that a person must know. `severity` is the verdict that it leads to. */
export interface DataProblem {
  readonly severity: 'error' | 'inconclusive' | 'warn'
  readonly side: 'candidate' | 'baseline' | 'both'
  readonly reason: ReasonCode
  readonly what: string
  readonly remedy: string
}

export type SideName = 'candidate' | 'baseline'

export function problem(
  severity: DataProblem['severity'],
  side: DataProblem['side'],
  reason: ReasonCode,
  what: string,
  remedy: string,
): DataProblem {
  return {severity, side, reason, what, remedy}
}

export function hasError(problems: readonly DataProblem[]): boolean {
  return problems.some(({severity}) => severity === 'error')
}

export function rows(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`
}

/**
 * Class names, as far as a sentence can hold them. Many names, or several that hardly repeat, are no classes but, by a
 * wrong column in the config, ids or texts, and none of those may leave the runner: then only their number is said.
 * @param count how many rows hold them
 */
export function listed(names: readonly string[], count: number): string {
  if (names.length > 20 || (names.length > 3 && count < 2 * names.length)) {
    return `${formatCount(names.length)} different values`
  }
  const shown = names.slice(0, 5).map(quoted)
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ')
}

export function quoted(name: string): string {
  return `"${name.length > 40 ? `${name.slice(0, 40)}…` : name}"`
}

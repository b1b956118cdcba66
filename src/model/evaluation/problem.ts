import type {ReasonCode} from '../../core/finding.ts'

/** Something about the data that a person must know. `severity` is the verdict that it leads to. */
export interface DataProblem {
  readonly severity: 'error' | 'inconclusive' | 'warn'
  readonly side: 'candidate' | 'baseline' | 'both'
  readonly reason: ReasonCode
  readonly what: string
  readonly remedy: string
}

export function rows(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`
}

/** Class names, as far as a sentence can hold them. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name.slice(0, 40)}"`)
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ')
}

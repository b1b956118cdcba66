/** What each tool's file fills: how it is known, and how it is read. */
import {UserError} from '../../core/failure.ts'
import type {Content} from './content.ts'
import type {MetricsTool, ReportedValue} from './metrics-file.ts'

export interface MetricsFormat {
  readonly tool: MetricsTool
  /** As its users call it. */
  readonly title: string
  /** What it is known by, for the message about a file that is none of them. */
  readonly knownBy: string
  /** By content alone; true for files of this tool and of no other. */
  readonly recognises: (content: Content) => boolean
  /** @throws UserError where a run has to be chosen, or does not exist */
  readonly read: (content: Content, ask: Ask) => Reading
}

export interface Ask {
  readonly path: string
  /** `validation.metrics.run`. */
  readonly run: string | undefined
}

export interface Reading {
  /** The run that was chosen; null where the file holds no alternatives. */
  readonly run: string | null
  readonly entries: readonly Entry[]
}

export interface Entry extends ReportedValue {
  /** Task or data set, where one file speaks of several; it stands before the name. */
  readonly part?: string
  readonly name: string
  /** A shorter word for the name. */
  readonly alias?: string
}

/**
 * One of several runs, revisions or models: the one that was asked for, or the only one.
 * @throws UserError `model/metrics-run-needed` or `model/metrics-run-missing`, with the names
 */
export function chooseRun<T extends {readonly name: string; readonly id?: string}>(
  what: string,
  runs: readonly T[],
  {path, run}: Ask,
): T {
  const names = listed(runs.map(({name}) => name))
  if (run !== undefined) {
    const [found, second] = runs.filter(({name, id}) => name === run || id === run)
    if (found && !second) return found
    const seen = found ? `${what}s of which several are called "${run}"` : `no ${what} "${run}"`
    throw new UserError('model/metrics-run-missing', `${path} holds ${seen}. It holds: ${names}.`, {
      hint: 'Correct validation.metrics.run.',
    })
  }
  const [only, ...others] = runs
  if (only && others.length === 0) return only
  throw new UserError('model/metrics-run-needed', `${path} holds ${runs.length} ${what}s: ${names}.`, {
    hint: `Name one under validation.metrics.run.`,
  })
}

const maxListed = 12

/** Names for a person; of many, the first. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, maxListed).map(name => `"${name}"`)
  const rest = names.length - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

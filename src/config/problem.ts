import {invariant} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'

/** One thing that is wrong in a config file, with the place where a person changes it. */
export interface Problem {
  /** Where in the file, as a person says it: `validation.gates[0].metric`; empty for the file as a whole. */
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units, as editors count. */
  readonly column: number
  readonly seen: string
  readonly expected: string
  /** What to do, in one sentence. */
  readonly hint?: string
}

/** A config file that cannot be used. All problems at once; the message lists them in the order of the file. */
export class ConfigError extends UserError {
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
    super('config/invalid', describe(file, sorted), {
      hint: 'Correct the file; nothing was judged and nothing was moved.',
    })
    invariant(sorted.length > 0, `${file} was refused without a problem.`)
    this.file = file
    this.problems = sorted
  }
}

/** A file of this size or with this many problems is no config: what follows would bury the first lines. */
const shownProblems = 50

function describe(file: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = problems.slice(0, shownProblems).map(problem => `  ${file}:${describeProblem(problem)}`)
  const rest = problems.length - lines.length
  return [`${file} has ${count}:`, ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n')
}

/** `12:9 validation.gates[0].metric: "acuracy"; expected accuracy or recall. Did you mean "accuracy"?` */
export function describeProblem({path, line, column, seen, expected, hint}: Problem): string {
  const where = path === '' ? '' : `${path}: `
  return `${line}:${column} ${where}${seen}; expected ${expected}.${hint === undefined ? '' : ` ${hint}`}`
}

/** `['validation', 'gates', 0]` as `validation.gates[0]`. */
export function describePath(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      return index === 0 ? step : `.${step}`
    })
    .join('')
}

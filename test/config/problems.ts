import {parseConfig} from '../../src/config/load.ts'
import {ConfigError, describeProblem} from '../../src/config/problem.ts'

/** The shortest config that is complete. */
export const minimal = `version: 1
service: credit
model: {files: models/credit}
`

/** A config with everything that the tests of single rules vary. */
export const complete = `version: 1
service: credit
model: {files: models/credit}
validation:
  predictions:
    candidate: eval/candidate.csv
    baseline: eval/baseline.csv
    columns: {label: risk, score: score, groups: [sex]}
    positive: bad
image: {}
environments:
  production:
    target: {kind: local, router: 'http://localhost:9901'}
    telemetry: {kind: prometheus, url: 'http://localhost:9090'}
    approvals: [{team: leads}]
`

/** What is wrong with `text`, as the lines that a user reads; empty when nothing is. */
export function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text, 'slipway.yml')
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(describeProblem)
  }
}

/** Line and column, from 1, where `part` stands last in `text`. */
export function placeOf(part: string, text: string): string {
  const before = text.slice(0, text.lastIndexOf(part)).split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}

/** `baseline: production`: what serves, and what its evidence says of it, is absent or another. */
import {rmSync} from 'node:fs'
import type {World} from '../world.ts'
import {type Case, error} from './case.ts'

/** The candidate v2, compared with what serves. */
function compared(...argv: string[]): readonly string[] {
  return ['validate', '--baseline', 'production', ...argv]
}

/** Names the file that the release in production was validated with. */
function fromFile(world: World, file: string): readonly string[] {
  world.configure(/baseline: .*/, `baseline: production\n    baseline-file: ${world.file(file)}`)
  return ['validate']
}

export const wrongProduction: readonly Case[] = [
  error('model/nothing-in-production', 'nothing serves yet', () => compared(), 'knows no release yet'),
  error(
    'model/production-evidence-missing',
    'the evidence of what serves is lost',
    w => {
      rmSync(w.file('records/credit/evidence'), {recursive: true})
      return compared()
    },
    'No evidence with measured values',
    'served',
  ),
  error(
    'model/baseline-is-candidate',
    'the model that serves, as its own successor',
    w => compared('--model', w.file('releases/v1/model'), '--candidate', w.file('releases/v1/eval.csv')),
    'byte for byte',
    'served',
  ),
  error(
    'model/baseline-missing',
    'no file of what serves',
    w => fromFile(w, 'releases/{version}/nope.csv'),
    'is not a file',
    'served',
  ),
  error(
    'model/baseline-not-production',
    'the file of another release than serves',
    w => fromFile(w, 'releases/v7/eval.csv'),
    'is not the file of predictions that v1',
    'served',
  ),
  error(
    'model/baseline-measured-otherwise',
    'values that were measured by another config',
    w => {
      w.configure('positive: bad', 'positive: good')
      return compared()
    },
    'The values of v1 in production were measured as',
    'served',
  ),
  error(
    'model/baseline-environments-differ',
    'baselines of two environments',
    w => {
      w.write('m.json', '{"accuracy": 0.9}')
      w.configure(/baseline: .*/, 'baseline: production')
      const metrics = `{candidate: ${w.file('m.json')}, baseline: production, environment: staging}`
      w.configure('\n  gates:', `\n  metrics: ${metrics}\n  gates:\n    - {reported: accuracy, may-lose: 0.1}`)
      const target = '{kind: local, router: http://router.test, start: [serve, "{version}", "{port}"]}'
      const telemetry = '{kind: scrape, url: ["http://router.test/releases/{version}/metrics"]}'
      w.configure('environments:', `environments:\n  staging:\n    target: ${target}\n    telemetry: ${telemetry}`)
      return ['validate']
    },
    'those of two environments: "production" and "staging"',
    'served',
  ),
]

import {describe, expect, test} from 'vitest'
import {complete, minimal, placeOf, problemsOf} from './problems.ts'

const gates = (text: string) => complete.replace('validation:\n', `validation:\n  gates:\n    - ${text}\n`)
const rollout = (text: string) => `${complete}    rollout: ${text}\n`
const source = (text: string) => complete.replace("{kind: prometheus, url: 'http://localhost:9090'}", text)
const command = (setWeight: string) =>
  complete.replace(
    "{kind: local, router: 'http://localhost:9901'}",
    `{kind: command, read: [r], deploy: ['{version}'], promote: ['{version}'], restore: ['{version}'], set-weight: ${setWeight}}`,
  )
const copies = `{name: answers, share: {of: m, bad: 'r="different"'}, at-most: 1%, while: mirroring}`
const latency = '{name: latency, histogram: h, p95: 1s}'
const image = (text: string) => complete.replace('image: {}', `image: ${text}`)

describe('rules between two parts of the file', () => {
  test.each([
    [
      'an environment that would share its place with the evidence',
      complete.replace('  production:', '  evidence:'),
      'evidence:',
      'environments.evidence: the name "evidence"; expected another name. Under slipway/<service>/evidence the evidence of the service is kept; call the environment by where it runs.',
    ],
    [
      'a fairness gate by a column that is no group',
      gates('{fairness: demographic-parity-difference, by: age, at-most: 0.1}'),
      'age, at-most',
      'validation.gates[0].by: "age"; expected a column of columns.groups. Add "age" to validation.predictions.columns.groups, or name a column that stands there.',
    ],
    [
      'a floor in percent',
      gates('{metric: accuracy, at-least: 85}'),
      '85}',
      'validation.gates[0].at-least: 85; expected a fraction from 0 to 1, as accuracy is one. Did you mean 0.85?',
    ],
    [
      'a margin that allows everything',
      gates('{metric: roc-auc, may-lose: 5}'),
      '5}',
      'validation.gates[0].may-lose: 5; expected a fraction from 0 to 1, as roc-auc is one. Did you mean 0.05?',
    ],
    [
      'a ceiling where more is better',
      gates('{metric: accuracy, at-most: 0.9}'),
      '0.9}',
      'validation.gates[0].at-most: 0.9; expected at-least: more accuracy is better. The limit as it stands would stop a better model and let a worse one through.',
    ],
    [
      'a floor where less is better',
      gates('{metric: log-loss, at-least: 0.3}'),
      '0.3}',
      'validation.gates[0].at-least: 0.3; expected at-most: less log-loss is better. The limit as it stands would stop a better model and let a worse one through.',
    ],
    [
      'predictions without a predicted column',
      complete.replace('score: score, ', ''),
      'columns: {label',
      'validation.predictions.columns.score: missing; expected score, or prediction beside it. Name the column of the predicted class, or of the probability of the positive class.',
    ],
    [
      'a report that is not named',
      image('{scanner: report}'),
      'image: {scanner',
      'image.report: missing; expected the path of a report, as scanner is report.',
    ],
    [
      'a rule that is never reached',
      image('{gate: [{severity: high, verdict: warn}, {severity: high, fixable: true, verdict: fail}]}'),
      '{severity: high, fixable',
      'image.gate[1]: a mapping; expected a rule that can be reached. The first match decides, and gate[0] matches everything that this rule names.',
    ],
    [
      'a stage shorter than a look',
      rollout('{stages: [{weight: 5%, for: 1m}]}'),
      '1m}]',
      'environments.production.rollout.stages[0].for: "1m"; expected at least the tick (5m). A stage shorter than one look is never judged: make it longer, or the tick shorter.',
    ],
    [
      'a tick longer than the default stages',
      rollout('{tick: 3h, stale-after: 4h}'),
      '3h, stale',
      'environments.production.rollout.tick: "3h"; expected at most the shortest stage. Without stages of its own the file has the default ones: name longer stages, or a shorter tick.',
    ],
    [
      'a rollout that is stale before its next tick',
      rollout('{stale-after: 5m}'),
      '5m}',
      'environments.production.rollout.stale-after: "5m"; expected more than the tick (5m). A rollout that waits for its next tick is not stale.',
    ],
    [
      'an early end before the first look',
      rollout('{stages: [{weight: 5%, for: 1h, at-least: 1m}]}'),
      '1m}]',
      'environments.production.rollout.stages[0].at-least: "1m"; expected at least the tick (5m). A stage shorter than one look is never judged: make it longer, or the tick shorter.',
    ],
    [
      'a bake without a look',
      rollout('{bake: 2m}'),
      '2m}',
      'environments.production.rollout.bake: "2m"; expected at least the tick (5m). A stage shorter than one look is never judged: make it longer, or the tick shorter.',
    ],
    [
      'a rollout that is dead before it is stale',
      rollout('{dead-after: 30m}'),
      '30m}',
      'environments.production.rollout.dead-after: "30m"; expected more than the stale-after (1h). The watchdog goes on with a stale rollout; a dead one is aborted.',
    ],
    [
      'an early end after the end',
      rollout('{stages: [{weight: 5%, for: 1h, at-least: 2h}]}'),
      '2h}]',
      'environments.production.rollout.stages[0].at-least: "2h"; expected at most the dwell (1h).',
    ],
    [
      'an extension before the end',
      rollout('{when-evidence-is-short: extend, stages: [{weight: 5%, for: 1h, at-most: 30m}]}'),
      '30m}]',
      'environments.production.rollout.stages[0].at-most: "30m"; expected at least the dwell (1h).',
    ],
    [
      'an extension that never comes',
      rollout('{stages: [{weight: 5%, for: 1h, at-most: 3h}]}'),
      '3h}]',
      'environments.production.rollout.stages[0].at-most: "3h"; expected when-evidence-is-short: extend beside it. A stage is extended only where when-evidence-is-short says so.',
    ],
    [
      'a deadline before the last stage',
      rollout('{deadline: 90m, stages: [{weight: 5%, for: 1h}, {weight: 50%, for: 2h, at-least: 1h}]}'),
      '90m, stages',
      'environments.production.rollout.deadline: "90m"; expected at least what the stages take (2h). Shorten the stages, or give the rollout more time.',
    ],
    [
      'a deadline before the end of the default stages',
      rollout('{deadline: 10h}'),
      '10h}',
      'environments.production.rollout.deadline: "10h"; expected at least what the stages take (20h). Shorten the stages, or give the rollout more time.',
    ],
    [
      'an answer to a deadline that is not there',
      rollout('{when-late: hold}'),
      'hold}',
      'environments.production.rollout.when-late: "hold"; expected a deadline beside it. Without one it is never late.',
    ],
    [
      'a flag without a command that turns it',
      rollout('{preset: feature-flag}'),
      'feature-flag}',
      'environments.production.rollout.preset: "feature-flag"; expected a target of kind command. Give the command that turns the flag as set-weight of a target of kind command, or choose another preset.',
    ],
    [
      'a metrics page that is the same for both releases',
      source("{kind: scrape, url: ['http://{vesion}.x/metrics']}"),
      "'http://{vesion}",
      'environments.production.telemetry.url[0]: "http://{vesion}.x/metrics"; expected {version} in it. Did you mean {version} instead of {vesion}?',
    ],
    [
      'a program that is not told its port',
      complete.replace("'http://localhost:9901'", "'http://localhost:9901', start: [node, serve.ts, '{version}']"),
      '[node, serve',
      'environments.production.target.start: a list of 3; expected {port} in it.',
    ],
    [
      'a script that never learns the weight',
      command("[./weight.sh, '{percent}']"),
      '[./weight.sh',
      'environments.production.target.set-weight: a list of 2; expected {weight} in it.',
    ],
    [
      'a script that never learns what share it is to mirror',
      command("[./weight.sh, '{weight}'], mirror: [./mirror.sh, on]"),
      '[./mirror.sh',
      'environments.production.target.mirror: a list of 2; expected {percent} in it.',
    ],
    [
      'two guards with one name',
      rollout('{guards: [{name: e, histogram: h, p95: 1s}, {name: e, histogram: i, p95: 1s}]}'),
      'e, histogram: i',
      'environments.production.rollout.guards[1].name: "e"; expected a name that no other guard has.',
    ],
    [
      'a guard of copies where none are made',
      rollout(`{guards: [${latency}, ${copies}]}`),
      'mirroring}',
      'environments.production.rollout.guards[1].while: "mirroring"; expected a stage with mirror in rollout.stages. Begin with a stage such as {mirror: 100%, for: 1h}, or leave `while` out: then the guard is asked at all stages.',
    ],
    [
      'guards of copies alone, where users meet the candidate afterwards',
      rollout(`{stages: [{mirror: 100%, for: 1h}, {weight: 5%, for: 1h}], guards: [${copies}]}`),
      'mirroring}',
      'environments.production.rollout.guards[0].while: "mirroring"; expected a guard beside it that is always asked. Users meet the candidate after the mirroring, and nobody would judge it there.',
    ],
    [
      'guards of copies alone before a bake',
      rollout(`{preset: shadow, bake: 1h, guards: [${copies}]}`),
      'mirroring}',
      'environments.production.rollout.guards[0].while: "mirroring"; expected a guard beside it that is always asked. Users meet the candidate after the mirroring, and nobody would judge it there.',
    ],
    [
      'copies that are compared with their originals',
      rollout(`{preset: shadow, guards: [${copies.replace('while', 'at-most-times-stable: 2, while')}]}`),
      '2, while',
      'environments.production.rollout.guards[0].at-most-times-stable: 2; expected at-most alone beside while: mirroring. Copies are not compared with their originals.',
    ],
  ])('%s is refused at its place', (_, text, pointsAt, problem) => {
    expect(problemsOf(text)).toEqual([`${placeOf(pointsAt, text)} ${problem}`])
  })

  test('a mistake elsewhere hides none of them', () => {
    const text = rollout('{stages: [{weight: 5%, for: 1m}]}')
      .replace('version: 1', 'version: 2')
      .replace('image: {}', 'image: {scanner: report}')
    expect(problemsOf(text)).toHaveLength(3)
  })

  test.each([
    [
      'a rule for the rest after a narrower one',
      image('{gate: [{severity: high, fixable: true, verdict: fail}, {severity: high, verdict: warn}]}'),
    ],
    ['a deadline that early ends can keep', rollout('{deadline: 30m, stages: [{weight: 5%, for: 1h, at-least: 30m}]}')],
    ['an extension', rollout('{when-evidence-is-short: extend, stages: [{weight: 5%, for: 1h, at-most: 3h}]}')],
    ['guards of copies alone where copies are all there is', rollout(`{preset: shadow, guards: [${copies}]}`)],
    [
      'a guard of copies before weights',
      rollout(`{stages: [{mirror: 10%, for: 1h}, {weight: 5%, for: 1h}], bake: 1h, guards: [${copies}, ${latency}]}`),
    ],
    ['a stage as long as the tick', rollout('{tick: 1m, stages: [{weight: 5%, for: 1m}]}')],
    ['a ceiling of log-loss above one', gates('{metric: log-loss, at-most: 1.5, may-lose: 2}')],
    ['a first release without a baseline', complete.replace('eval/baseline.csv', 'none')],
    ['a config without predictions', minimal],
    ['scripts that are told what they need', command("[./weight.sh, '--percent={weight}']")],
  ])('%s is accepted', (_, text) => {
    expect(problemsOf(text)).toEqual([])
  })
})

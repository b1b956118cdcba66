import {describe, expect, test} from 'vitest'
import {complete, minimal, problemsOf} from './problems.ts'

const freeze = (text: string) => `${complete}    freeze: [${text}]\n`
const rollout = (text: string) => `${complete}    rollout: ${text}\n`
const gates = (text: string) => `${minimal}validation:\n  gates:\n    - ${text}\n`

describe('keys', () => {
  test.each([
    [
      'swapped letters',
      `${minimal}iamge: {}\n`,
      '4:1 iamge: an unknown key; expected version',
      'Did you mean "image"?',
    ],
    ['a word that is near nothing', `${minimal}flavour: x\n`, '4:1 flavour: an unknown key', ''],
    ['a merge key', `${minimal}<<: {image: {}}\n`, '4:1 <<: an unknown key', 'YAML 1.2 has no merge keys'],
    ['the prototype', `${minimal}__proto__: {}\n`, '4:1 __proto__: an unknown key', ''],
    ['a missing key', 'version: 1\nmodel: {files: m}\n', '1:1 service: missing; expected text', 'Name of the service'],
    [
      'a missing key deep inside',
      rollout('{stages: [{weight: 5%}]}'),
      '16:24 environments.production.rollout.stages[0].for: missing',
      'Dwell',
    ],
    [
      'a name with capitals',
      'version: 1\nservice: Credit\nmodel: {files: m}\n',
      '2:10 service: "Credit"; expected lower-case letters',
      '',
    ],
    [
      'an environment with capitals',
      `${minimal}environments:\n  Prod: {}\n`,
      '5:3 environments.Prod: the name "Prod"; expected lower-case',
      '',
    ],
  ])('%s: the place, what was seen, and the likely word', (_, text, problem, hint) => {
    const found = problemsOf(text).join('\n')
    expect(found).toContain(problem)
    expect(found).toContain(hint)
  })

  test('a value that misses both forms of a share is told once', () => {
    const yaml = rollout('{guards: [{name: e, share: {of: r, bad: b}, at-most: 5}]}')
    expect(problemsOf(yaml).filter(each => each.includes('at-most: 5'))).toHaveLength(1)
  })

  test('a mistyped key is one problem, not also a missing key', () => {
    expect(problemsOf('version: 1\nservcie: credit\nmodel: {files: m}\n')).toHaveLength(1)
  })
})

describe('values', () => {
  test.each([
    [
      'text for a number',
      gates('{metric: accuracy, at-least: high}'),
      '6:36 validation.gates[0].at-least: "high"; expected a number.',
    ],
    [
      'a mapping for text',
      'version: 1\nservice: credit\nmodel: {files: {a: 1}}\n',
      '3:16 model.files: a mapping; expected text.',
    ],
    [
      'nothing for a mapping',
      'version: 1\nservice: credit\nmodel:\n',
      '3:7 model: an empty value; expected a mapping.',
    ],
    [
      'a word that is near another',
      gates('{metric: acuracy, at-least: 0.9}'),
      '6:16 validation.gates[0].metric: "acuracy"; expected accuracy, balanced-accuracy, precision, recall, specificity, f1, f-beta, jaccard, mcc, cohen-kappa or one of 33 more (docs/config.md). Did you mean "accuracy"?',
    ],
    [
      'a duration without unit',
      rollout('{tick: 5}'),
      '16:21 environments.production.rollout.tick: 5; expected text with a unit such as "2h".',
    ],
    [
      'a duration with an unknown unit',
      rollout('{tick: 2 weeks}'),
      'tick: "2 weeks"; expected text with a unit such as "2h".',
    ],
    ['a duration of nothing', rollout('{tick: 0s}'), 'tick: "0s"; expected more than 0s.'],
    [
      'a share above one',
      rollout('{false-abort-rate: 5}'),
      'false-abort-rate: 5; expected a fraction from 0 to 1, or text such as "0.1%". Did you mean "5%"?',
    ],
    [
      'a password in the address of the metrics server',
      minimal +
        'environments:\n  p:\n    target: {kind: local, router: "http://localhost:1"}\n    telemetry: {kind: prometheus, url: "https://anna:s3cret@prom.example"}\n',
      'telemetry.url: a value that is not shown here; expected an address without user and password',
    ],
    [
      'a password in the address of a metrics page',
      minimal +
        'environments:\n  p:\n    target: {kind: local, router: "http://localhost:1"}\n    telemetry: {kind: scrape, url: ["https://anna:s3cret@a.example/{version}"]}\n',
      'telemetry.url[0]: a value that is not shown here; expected an address without user and password',
    ],
    [
      'a weight without its sign',
      rollout('{stages: [{weight: 20, for: 1h}]}'),
      'stages[0].weight: 20; expected text with a unit such as "5%". Did you mean "20%"?',
    ],
    [
      'a bound of values that is no pair',
      rollout("{guards: [{name: m, mean: {of: v, between: '0 to 10'}, may-lose: 5%}]}"),
      'mean.between: "0 to 10"; expected two numbers such as [0, 10].',
    ],
    [
      'a share above a hundred percent',
      rollout('{guards: [{name: e, share: {of: r, bad: b}, at-most: 500%}]}'),
      'at-most: "500%"; expected a fraction from 0 to 1',
    ],
    ['a number as written', rollout('{false-abort-rate: 0x10}'), 'false-abort-rate: 0x10; expected'],
    [
      'a long value, cut',
      `version: 1\nservice: ${'x'.repeat(80)}\nmodel: {files: m}\n`,
      `service: "${'x'.repeat(59)}…"; expected`,
    ],
    [
      'a percentage without its sign',
      rollout("{guards: [{name: e, share: {of: r, bad: b}, at-most: '5'}]}"),
      'guards[0].at-most: "5"; expected text with a unit such as "0.1%".',
    ],
    [
      'a number in quotes',
      gates("{metric: f1, at-least: '0.9'}"),
      'at-least: "0.9"; expected a number. Remove the quotes.',
    ],
    [
      'a percentage for a fraction',
      gates('{metric: f1, at-least: 85%}'),
      'at-least: "85%"; expected a number. Did you mean 0.85?',
    ],
    ['a number that is none', gates('{metric: f1, at-least: .nan}'), 'at-least: .nan; expected a number.'],
    ['a number without end', gates('{metric: f1, at-least: .inf}'), 'at-least: .inf; expected a number.'],
    ['a number where text belongs', minimal.replace('credit', '42'), 'service: 42; expected text. Put it in quotes.'],
    [
      'weights that do not rise',
      rollout('{stages: [{weight: 5%, for: 1h}, {weight: 5%, for: 1h}]}'),
      'rollout.stages[1]: a mapping; expected weights that rise from stage to stage; 5% follows 5%.',
    ],
    [
      'copies after requests',
      rollout('{stages: [{weight: 5%, for: 1h}, {mirror: 5%, for: 1h}]}'),
      'rollout.stages[1]: a mapping; expected stages with mirror before all stages with weight.',
    ],
    [
      'a stage without a share',
      rollout('{stages: [{for: 1h}]}'),
      'rollout.stages[0]: a mapping; expected a stage with either weight or mirror.',
    ],
    [
      'a false-abort rate of nothing',
      rollout('{false-abort-rate: 0}'),
      'rollout.false-abort-rate: 0; expected more than 0 and less than 50%.',
    ],
    [
      'a day that no calendar has',
      freeze("{from: '2026-02-30', to: '2026-03-02'}"),
      'freeze[0].from: "2026-02-30"; expected a day of the week and a time such as "Fri 16:00", or a date such as "2026-12-20" or "2026-12-20 18:00".',
    ],
    [
      'a weekday without a time',
      freeze('{from: Fri, to: Mon 08:00}'),
      'freeze[0].from: "Fri"; expected a day of the week and a time',
    ],
    [
      'a freeze from a weekday to a date',
      freeze("{from: Fri 16:00, to: '2026-03-02'}"),
      'freeze[0].to: "2026-03-02"; expected two days of the week or two dates, not one of each.',
    ],
    [
      'a freeze that ends before it begins',
      freeze("{from: '2026-12-20 9:00', to: '2026-12-20 08:00'}"),
      'freeze[0].to: "2026-12-20 08:00"; expected an end after the begin.',
    ],
    [
      'a freeze of no time at all',
      freeze('{from: Fri 16:00, to: Fri 16:00}'),
      'freeze[0].to: "Fri 16:00"; expected an end that differs from the begin.',
    ],
    [
      'a time zone that nobody knows',
      freeze('{from: Fri 16:00, to: Mon 08:00, zone: Europe/Berlinn}'),
      'freeze[0].zone: "Europe/Berlinn"; expected a time zone of the IANA list such as Europe/Berlin.',
    ],
    [
      'office hours that no clock shows',
      rollout("{only-during: [{from: '09:00', to: '24:00'}]}"),
      'only-during[0].to: "24:00"; expected a time such as "17:00".',
    ],
    [
      'an address that is none',
      `${complete.replace("'http://localhost:9090'", 'prometheus')}`,
      'telemetry.url: "prometheus"; expected an address such as http://localhost:9090.',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem)
  })
})

describe('one of several forms', () => {
  test.each([
    [
      'a metric gate with a slip',
      '{metric: accuracy, at-leest: 0.9}',
      [
        '6:26 validation.gates[0].at-leest: an unknown key; expected metric, at-least, at-most, may-lose, must-gain, judge-by, in-each, min-rows, average, class or one of 12 more (docs/config.md). Did you mean "at-least"?',
      ],
    ],
    [
      'a metric gate without a limit',
      '{metric: accuracy}',
      [
        '6:7 validation.gates[0]: a mapping; expected a metric gate with at least one of at-least, at-most, may-lose, must-gain.',
      ],
    ],
    [
      'a gate known by another of its keys',
      '{by: sex, at-most: 0.1}',
      [
        '6:7 validation.gates[0].fairness: missing; expected demographic-parity-difference, demographic-parity-ratio, equalized-odds-difference, equalized-odds-ratio, equal-opportunity-difference, equal-opportunity-ratio, predictive-parity-difference, predictive-parity-ratio, calibration-difference, loss-difference or loss-ratio. What is compared between groups.',
      ],
    ],
    [
      'a mistyped first key',
      '{metrc: accuracy, at-least: 0.9}',
      [
        '6:8 validation.gates[0].metrc: an unknown key; expected metric, reported, fairness, weak-segments, drift, contract, data or command. Did you mean "metric"?',
      ],
    ],
    [
      'an entry with nothing that tells',
      '{at-most: 1}',
      [
        '6:7 validation.gates[0]: an entry with only at-most; expected an entry with the key metric, reported, fairness, weak-segments, drift, contract, data or command.',
      ],
    ],
    [
      'an empty entry',
      '{}',
      [
        '6:7 validation.gates[0]: an empty mapping; expected an entry with the key metric, reported, fairness, weak-segments, drift, contract, data or command.',
      ],
    ],
    ['no mapping at all', 'accuracy', ['6:7 validation.gates[0]: "accuracy"; expected a mapping.']],
  ])('%s is one precise problem', (_, gate, expected) => {
    expect(problemsOf(gates(gate))).toEqual(expected)
  })

  test('a guard without its limit names the limits', () => {
    expect(problemsOf(rollout('{guards: [{name: e, share: {of: r, bad: b}}]}'))).toEqual([
      '16:24 environments.production.rollout.guards[0]: a mapping; expected a share guard with at-most or at-most-times-stable.',
    ])
  })

  test('a histogram guard has one quantile', () => {
    expect(problemsOf(rollout('{guards: [{name: e, histogram: h, p50: 1s, p95: 2s}]}'))).toEqual([
      '16:24 environments.production.rollout.guards[0]: a mapping; expected a histogram guard with exactly one of p50, p90, p95, p99.',
    ])
  })

  test('a target without a kind, or with a mistyped one', () => {
    const target = (text: string) => complete.replace("{kind: local, router: 'http://localhost:9901'}", text)
    expect(problemsOf(target('{router: x}'))).toEqual([
      '13:5 environments.production.target.kind: missing; expected local or command.',
    ])
    expect(problemsOf(target('{knd: local}'))).toEqual([
      '13:14 environments.production.target.knd: an unknown key; expected kind. Did you mean "kind"?',
    ])
    expect(problemsOf(target('{kind: comand}'))).toEqual([
      '13:20 environments.production.target.kind: "comand"; expected local or command. Did you mean "command"?',
    ])
  })
})

describe('parts that are designed but do not work yet are refused by name', () => {
  const target = (text: string) => complete.replace("{kind: local, router: 'http://localhost:9901'}", text)
  const source = (text: string) => complete.replace("{kind: prometheus, url: 'http://localhost:9090'}", text)
  test.each([
    [
      'a target',
      target('{kind: istio, host: x}'),
      '"istio"; expected local or command. "istio" is designed but not built yet; built are: local, command.',
    ],
    [
      'a source',
      source('{kind: datadog}'),
      '"datadog"; expected scrape or prometheus. "datadog" is designed but not built yet; built are: scrape, prometheus.',
    ],
    [
      'a section',
      `${minimal}service-checks: {}\n`,
      'service-checks: the key "service-checks"; expected nothing here yet. Verify-service (`service-checks`): designed but not built yet.',
    ],
  ])('%s', (_, text, problem) => {
    const found = problemsOf(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(problem)
  })
})

describe('secrets', () => {
  const secret = `ghp_${'a1'.repeat(18)}`
  test.each([
    ['under an unknown key', `${minimal}token: ${secret}\n`],
    [
      'where the name of a variable belongs',
      complete.replace("url: 'http://localhost:9090'", `url: 'http://p', token-from: ${secret}`),
    ],
    ['in an address', complete.replace('http://localhost:9901', `http://user:${secret}@`).replace("'http", "'nothttp")],
    ['in a value of the wrong type', `version: ${secret}\nservice: c\nmodel: {files: m}\n`],
    ['in a key that says so', `version: 1\nservice: {password: ${secret}}\nmodel: {files: m}\n`],
  ])('%s are never repeated', (_, text) => {
    const found = problemsOf(text)
    expect(found).not.toEqual([])
    expect(found.join()).not.toContain(secret)
  })
})

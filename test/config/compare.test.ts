import {describe, expect, test} from 'vitest'
import {comparePolicies, policyFindings} from '../../src/config/compare.ts'
import {parseConfig} from '../../src/config/load.ts'
import {conclude} from '../../src/core/finding.ts'
import {complete} from './problems.ts'

/** Each change as one line: direction, rule, from, to. */
function changes(base: string, head: string): readonly string[] {
  return comparePolicies(parseConfig(base, 'base'), parseConfig(head, 'head')).map(
    ({rule, direction, from, to}) => `${direction}: ${rule}: ${from} > ${to}`,
  )
}

const gates = (text: string) => complete.replace('validation:\n', `validation:\n  gates: [${text}]\n`)
const validation = (text: string) => complete.replace('validation:\n', `validation:\n  ${text}\n`)
const formats = (word: string, safety: string) =>
  complete.replace(
    'model: {files: models/credit}',
    `model: {files: models/credit, formats: ${word}, safety: {${safety}}}`,
  )
const responsible = 'owner: o, reason: r, expires: 2027-01-31'
const image = (text: string) => complete.replace('image: {}', `image: ${text}`)
const rollout = (text: string) => `${complete}    rollout: ${text}\n`
const guards = (text: string) => rollout(`{guards: [${text}]}`)
const errors = 'name: errors, share: {of: http_requests_total, bad: b}'
const rehearsed = (word: string) =>
  rollout(
    `{stages: [{mirror: 50%, for: 1h}, {weight: 5%, for: 1h}], guards: [{${errors}, at-most: 1%, while: ${word}}, {name: l, histogram: h, p95: 1s}]}`,
  )
const value = 'name: value, mean: {of: v, between: [0, 10]}'
const freeze = (text: string) => `${complete}    freeze: [${text}]\n`
const without = (text: string) => complete.replace(text, '')

describe('a rule that is loosened one way is tightened the other way', () => {
  test.each([
    [
      'a floor',
      gates('{metric: accuracy, at-least: 0.9}'),
      gates('{metric: accuracy, at-least: 0.8}'),
      'validation.gates accuracy at-least: 0.9 > 0.8',
    ],
    [
      'a ceiling',
      gates('{metric: log-loss, at-most: 0.3}'),
      gates('{metric: log-loss, at-most: 0.4}'),
      'validation.gates log-loss at-most: 0.3 > 0.4',
    ],
    [
      'a margin',
      gates('{metric: f1, may-lose: 0.01}'),
      gates('{metric: f1, may-lose: 0.02}'),
      'validation.gates f1 may-lose: 0.01 > 0.02',
    ],
    [
      'a limit of a gate',
      gates('{metric: f1, at-least: 0.8, may-lose: 0.01}'),
      gates('{metric: f1, at-least: 0.8}'),
      'validation.gates f1 may-lose: 0.01 > none',
    ],
    [
      'a gate',
      gates('{metric: f1, at-least: 0.8}, {metric: recall, at-least: 0.5}'),
      gates('{metric: f1, at-least: 0.8}'),
      'validation.gates recall: metric recall, at-least 0.5, judge-by value, min-rows 30, when-failed block > none',
    ],
    [
      'a second gate of the same metric',
      gates('{metric: f1, at-least: 0.8}, {metric: f1, may-lose: 0}'),
      gates('{metric: f1, at-least: 0.8}'),
      'validation.gates f1 (2): metric f1, may-lose 0, judge-by value, min-rows 30, when-failed block > none',
    ],
    [
      'the smallest group',
      gates('{fairness: demographic-parity-difference, by: sex, at-most: 0.1}'),
      gates('{fairness: demographic-parity-difference, by: sex, at-most: 0.1, min-group: 100}'),
      'validation.gates demographic-parity-difference by sex min-group: 30 > 100',
    ],
    [
      'what an inconclusive answer does',
      complete,
      validation('when-inconclusive: warn'),
      'validation.when-inconclusive: block > warn',
    ],
    ['the confidence', complete, validation('confidence: 0.9'), 'validation.confidence: 95% > 90%'],
    [
      'the baseline',
      complete,
      complete.replace('eval/baseline.csv', 'none'),
      'validation.predictions.baseline: eval/baseline.csv > none',
    ],
    [
      'the image gate',
      complete,
      without('image: {}\n'),
      'image: scanner trivy, gate critical: fail; fixable high: fail; high: warn; secret: fail; critical misconfiguration: fail; high… > none',
    ],
    ['waivers', complete, image('{waivers: w.yml}'), 'image.waivers: none > w.yml'],
    [
      'what may be in a model',
      formats('weights-only', 'weights: {}'),
      formats('allowlist', 'weights: {}'),
      'model.formats: weights-only > allowlist',
    ],
    [
      'an allowed name',
      formats('allowlist', 'weights: {}'),
      formats('allowlist', `weights: {}, allow: [{import: a.B, ${responsible}}]`),
      'model.safety.allow a.B: none > import a.B, owner o, reason r, expires 2027-01-31, unsafe false',
    ],
    [
      'an allowance of what is known to run code',
      formats('allowlist', `allow: [{import: a.B, ${responsible}}]`),
      formats('allowlist', `allow: [{import: a.B, ${responsible}, unsafe: true}]`),
      'model.safety.allow a.B unsafe: false > true',
    ],
    [
      'a later end of an allowance',
      formats('allowlist', `allow: [{file: a.py, ${responsible}}]`),
      formats('allowlist', `allow: [{file: a.py, ${responsible.replace('2027-01-31', '2027-02-01')}}]`),
      'model.safety.allow a.py expires: 2027-01-31 > 2027-02-01',
    ],
    [
      'the share of NaN',
      formats('allowlist', 'weights: {nan-at-most: 0%}'),
      formats('allowlist', 'weights: {nan-at-most: 1%}'),
      'model.safety.weights.nan-at-most: 0% > 1%',
    ],
    [
      'a manifest',
      formats('allowlist', 'manifest: sums.txt'),
      formats('allowlist', 'weights: {}').replace('weights: {}', ''),
      'model.safety.manifest: sums.txt > none',
    ],
    [
      'a longer first stage',
      rollout('{stages: [{weight: 5%, for: 2h}]}'),
      rollout('{stages: [{weight: 5%, for: 1h}]}'),
      'environments production rollout.stages: 5% for 2h > 5% for 1h',
    ],
    [
      'the watch after promotion',
      rollout('{bake: 2h}'),
      rollout('{bake: 30m}'),
      'environments production rollout.bake: 2h > 30m',
    ],
    [
      'a deadline',
      rollout('{deadline: 24h}'),
      rollout('{deadline: 48h}'),
      'environments production rollout.deadline: 1d > 2d',
    ],
    ['a deadline at all', rollout('{deadline: 24h}'), complete, 'environments production rollout.deadline: 1d > none'],
    [
      'what happens at the deadline',
      rollout('{deadline: 24h}'),
      rollout('{deadline: 24h, when-late: hold}'),
      'environments production rollout.when-late: abort > hold',
    ],
    [
      'when a rollout is dead',
      complete,
      rollout('{dead-after: 12h}'),
      'environments production rollout.dead-after: 6h > 12h',
    ],
    [
      'office hours at all',
      rollout('{only-during: [{from: "09:00", to: "17:00"}]}'),
      complete,
      'environments production rollout.only-during: Mon Tue Wed Thu Fri 09:00 to 17:00 (UTC) > always',
    ],
    [
      'longer office hours',
      rollout('{only-during: [{from: "09:00", to: "17:00", days: [Mon]}]}'),
      rollout('{only-during: [{from: "9:00", to: "18:00", days: [Mon]}]}'),
      'environments production rollout.only-during: Mon 09:00 to 17:00 (UTC) > Mon 9:00 to 18:00 (UTC)',
    ],
    [
      'a freeze',
      freeze('{from: Fri 16:00, to: Mon 08:00, zone: Europe/Berlin}'),
      complete,
      'environments production freeze Fri 16:00 to Mon 08:00 (Europe/Berlin): from Fri 16:00, to Mon 08:00, zone Europe/Berlin > none',
    ],
    [
      'a person who is asked first',
      rollout('{stages: [{weight: 5%, for: 1h}, {weight: 25%, for: 1h, ask-first: true}]}'),
      rollout('{stages: [{weight: 5%, for: 1h}, {weight: 25%, for: 1h}]}'),
      'environments production rollout.stages: 5% for 1h, 25% for 1h (asks first) > 5% for 1h, 25% for 1h',
    ],
    [
      'a stage that may end early',
      rollout('{stages: [{weight: 5%, for: 1h}]}'),
      rollout('{stages: [{weight: 5%, for: 1h, at-least: 10m}]}'),
      'environments production rollout.stages: 5% for 1h > 5% for 1h (from 10m on)',
    ],
    [
      'a rehearsal with copies',
      rollout('{stages: [{mirror: 50%, for: 1h}, {weight: 5%, for: 1h}]}'),
      rollout('{stages: [{weight: 5%, for: 1h}]}'),
      'environments production rollout.stages: copies of 50% for 1h, 5% for 1h > 5% for 1h',
    ],
    [
      'the floor of a mean',
      guards(`{${value}, at-least: 5}`),
      guards(`{${value}, at-least: 4}`),
      'environments production rollout.guards value mean.at-least: 5 > 4',
    ],
    [
      'the ceiling of a mean',
      guards(`{${value}, at-most: 5}`),
      guards(`{${value}, at-most: 6}`),
      'environments production rollout.guards value mean.at-most: 5 > 6',
    ],
    [
      'what a mean may lose',
      guards(`{${value}, may-lose: 5%}`),
      guards(`{${value}, may-lose: 10%}`),
      'environments production rollout.guards value may-lose: 5% > 10%',
    ],
    [
      'what a mean may grow',
      guards(`{${value}, may-grow: 5%}`),
      guards(`{${value}, may-grow: 10%}`),
      'environments production rollout.guards value may-grow: 5% > 10%',
    ],
    [
      'how many events are too many',
      guards('{name: complaints, count: {of: c}, at-most: 0}'),
      guards('{name: complaints, count: {of: c}, at-most: 3}'),
      'environments production rollout.guards complaints count.at-most: 0 > 3',
    ],
    [
      'how many bad requests are taken to have one cause',
      guards('{name: complaints, count: {of: c}, at-most-times-stable: 3, clusters-of: 1}'),
      guards('{name: complaints, count: {of: c}, at-most-times-stable: 3}'),
      'environments production rollout.guards complaints clusters-of: 1 > 5',
    ],
    [
      'a guard that is not asked any more once users meet the candidate',
      rehearsed('always'),
      rehearsed('mirroring'),
      'environments production rollout.guards errors while: always > mirroring',
    ],
    [
      'how far a distribution may shift',
      guards('{name: scores, distribution: s, may-shift: 10%}'),
      guards('{name: scores, distribution: s, may-shift: 20%}'),
      'environments production rollout.guards scores may-shift: 10% > 20%',
    ],
    [
      'the false-abort rate',
      complete,
      rollout('{false-abort-rate: 0.1%}'),
      'environments production rollout.false-abort-rate: 1% > 0.1%',
    ],
    [
      'short evidence',
      complete,
      rollout('{when-evidence-is-short: continue}'),
      'environments production rollout.when-evidence-is-short: hold > continue',
    ],
    ['the tick', complete, rollout('{tick: 10m}'), 'environments production rollout.tick: 5m > 10m'],
    [
      'when a rollout is stale',
      complete,
      rollout('{stale-after: 2h}'),
      'environments production rollout.stale-after: 1h > 2h',
    ],
    [
      'a guard',
      complete,
      guards(`{${errors.replace('b}', '\'code=~"5.."\'}')}, at-most: 0.1%}`),
      'environments production rollout.guards latency: name latency, histogram http_request_duration_seconds, p95 120ms, statistics sequential, clusters-of 5 > none',
    ],
    [
      'a limit of a guard',
      guards(`{${errors}, at-most: 0.1%}`),
      guards(`{${errors}, at-most: 0.2%}`),
      'environments production rollout.guards errors at-most: 0.1% > 0.2%',
    ],
    [
      'a limit against stable',
      guards(`{${errors}, at-most: 1%, at-most-times-stable: 2}`),
      guards(`{${errors}, at-most: 1%}`),
      'environments production rollout.guards errors at-most-times-stable: 2 > none',
    ],
    [
      'a latency',
      guards('{name: l, histogram: h, p95: 100ms}'),
      guards('{name: l, histogram: h, p95: 2s}'),
      'environments production rollout.guards l p95: 100ms > 2s',
    ],
    [
      'an approval',
      complete,
      without('    approvals: [{team: leads}]\n'),
      'environments production approvals leads: team leads, when always > none',
    ],
    [
      'when an approval is asked',
      complete,
      complete.replace('{team: leads}', '{team: leads, when: major}'),
      'environments production approvals leads when: always > major',
    ],
  ])('%s', (_, tight, loose, change) => {
    const reversed = change.replace(/^(.*?): (.*) > (.*)$/, '$1: $3 > $2')
    expect(changes(tight, loose)).toEqual([`loosened: ${change}`])
    expect(changes(loose, tight)).toEqual([`tightened: ${reversed}`])
  })
})

describe('image rules are compared by what they decide', () => {
  const base =
    '{severity: critical, verdict: fail}, {severity: high, fixable: true, verdict: fail}, {severity: high, verdict: warn}'
  test.each([
    [
      'a rule is gone',
      '{severity: critical, verdict: fail}',
      [
        'loosened: image.gate high, fixable: fail > reported only',
        'loosened: image.gate high, not fixable: warn > reported only',
      ],
    ],
    [
      'a verdict is weaker',
      base.replace('fail}', 'warn}'),
      [
        'loosened: image.gate critical, fixable: fail > warn',
        'loosened: image.gate critical, not fixable: fail > warn',
      ],
    ],
    [
      'an earlier rule takes the fixable ones out',
      `{severity: critical, fixable: false, verdict: pass}, ${base}`,
      ['loosened: image.gate critical, not fixable: fail > pass'],
    ],
    [
      'one is weaker and one is stronger',
      `{severity: medium, fixable: true, verdict: fail}, {severity: critical, verdict: warn}, {severity: high, fixable: true, verdict: fail}, {severity: high, verdict: warn}`,
      [
        'loosened: image.gate critical, fixable: fail > warn',
        'loosened: image.gate critical, not fixable: fail > warn',
        'tightened: image.gate medium, fixable: reported only > fail',
      ],
    ],
    [
      'the order changes nothing',
      '{severity: high, fixable: true, verdict: fail}, {severity: high, verdict: warn}, {severity: critical, verdict: fail}',
      ['changed: image.gate: one wording > another with the same meaning'],
    ],
    [
      'a severity passes by name',
      `${base}, {severity: low, verdict: pass}`,
      [
        'changed: image.gate low, fixable: reported only > pass',
        'changed: image.gate low, not fixable: reported only > pass',
      ],
    ],
  ])('%s', (_, head, expected) => {
    const gate = (rules: string) => image(`{gate: [${rules}]}`)
    expect(changes(gate(base), gate(head))).toEqual(expected)
  })

  test.each([
    [
      'a rule about secrets is gone',
      '{severity: high, verdict: fail}, {kind: misconfiguration, verdict: warn}',
      '{severity: high, verdict: fail}',
      ['loosened: image.gate misconfiguration: warn > reported only'],
    ],
    [
      'what is exploited is let through where it is not new',
      '{severity: high, fixable: true, known-exploited: true, verdict: fail}',
      '{severity: high, fixable: true, known-exploited: true, new: true, verdict: fail}',
      ['loosened: image.gate high, fixable, known exploited, not new: fail > reported only'],
    ],
    [
      'a limit is higher',
      '{severity: high, epss-at-least: 10%, verdict: fail}',
      '{severity: high, epss-at-least: 50%, verdict: fail}',
      [
        'loosened: image.gate high, fixable, EPSS from 10% to 50%: fail > reported only',
        'loosened: image.gate high, not fixable, EPSS from 10% to 50%: fail > reported only',
      ],
    ],
    [
      'a fix may be there for longer',
      '{severity: high, fix-older-than: 7d, verdict: fail}',
      '{severity: high, fix-older-than: 30d, verdict: fail}',
      ['loosened: image.gate high, fixable, fix older than 7d, at most 30d: fail > reported only'],
    ],
    [
      'one id passes',
      '{severity: high, fixable: true, verdict: fail}',
      '{id: [CVE-2024-3094], severity: high, fixable: true, verdict: pass}, {severity: high, fixable: true, verdict: fail}',
      ['loosened: image.gate high, fixable, CVE-2024-3094: fail > pass'],
    ],
    [
      'a condition that makes no difference to what changes is not told',
      '{severity: high, fixable: true, new: true, verdict: fail}, {severity: low, fixable: true, verdict: fail}',
      '{severity: high, fixable: true, new: true, verdict: fail}',
      ['loosened: image.gate low, fixable: fail > reported only'],
    ],
    [
      'a licence is refused',
      '{kind: licence, licence: ["AGPL-*"], verdict: fail}',
      '{kind: licence, licence: ["AGPL-*", "GPL-*"], verdict: fail}',
      ['tightened: image.gate licence, under GPL-*: reported only > fail'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(changes(image(`{gate: [${before}]}`), image(`{gate: [${after}]}`))).toEqual(expected)
  })
})

describe('stages are compared by how many users a bad release can reach', () => {
  const stages = (text: string) => rollout(`{stages: [${text}]}`)
  test.each([
    ['a stage more is tighter', '{weight: 5%, for: 2h}', '{weight: 1%, for: 1h}, {weight: 5%, for: 2h}', 'tightened'],
    ['a higher weight is looser', '{weight: 5%, for: 2h}', '{weight: 10%, for: 2h}', 'loosened'],
    ['longer, yet higher at any time is looser', '{weight: 5%, for: 2h}', '{weight: 10%, for: 8h}', 'loosened'],
    ['lower and longer is tighter', '{weight: 5%, for: 2h}', '{weight: 1%, for: 8h}', 'tightened'],
  ])('%s', (_, base, head, direction) => {
    expect(changes(stages(base), stages(head))).toEqual([expect.stringMatching(`^${direction}: `)])
  })
})

describe('nothing that differs is left out', () => {
  test.each([
    [
      'another eval file',
      complete.replace('candidate.csv', 'other.csv'),
      'validation.predictions.candidate: eval/candidate.csv > eval/other.csv',
    ],
    [
      'another positive class',
      complete.replace('positive: bad', 'positive: good'),
      'validation.predictions.positive: bad > good',
    ],
    [
      'another threshold',
      complete.replace('positive: bad', 'positive: bad\n    threshold: 0.9'),
      'validation.predictions.threshold: 0.5 > 0.9',
    ],
    ['another seed', validation('seed: 7'), 'validation.seed: 1 > 7'],
    ['another service', complete.replace('service: credit', 'service: debit'), 'service: credit > debit'],
    [
      'another model',
      complete.replace('files: models/credit', 'files: models/other'),
      'model.files: models/credit > models/other',
    ],
    [
      'another router',
      complete.replace('9901', '9902'),
      'environments production target.router: http://localhost:9901 > http://localhost:9902',
    ],
    [
      'another metrics server',
      complete.replace('9090', '9091'),
      'environments production telemetry.url: http://localhost:9090 > http://localhost:9091',
    ],
    [
      'traffic',
      complete.replace('    approvals', '    traffic: 10/s\n    approvals'),
      'environments production traffic: none > 10',
    ],
    ['records', `${complete}records: {kind: git-branch}\n`, 'records: none > kind git-branch'],
    ['an environment with another name', complete.replace('production:', 'live:'), 'environments production: '],
  ])('%s is listed as changed', (_, head, change) => {
    const found = changes(complete, head)
    expect(found[0]).toContain(`changed: ${change}`)
  })

  test('a metric whose definition changes in a guard is listed', () => {
    expect(
      changes(guards(`{${errors}, at-most: 1%}`), guards(`{${errors.replace('bad: b', 'bad: c')}, at-most: 1%}`)),
    ).toEqual(['changed: environments production rollout.guards errors share.bad: b > c'])
  })

  test('a preset that stands for the same stages is no change', () => {
    const canary = '{stages: [{weight: 5%, for: 2h}, {weight: 25%, for: 6h}, {weight: 50%, for: 12h}]}'
    expect(changes(rollout('{preset: canary}'), rollout(canary))).toEqual([])
    expect(changes(complete, rollout('{preset: all-at-once}'))).toEqual([
      'loosened: environments production rollout.stages: 5% for 2h, 25% for 6h, 50% for 12h > all at once',
      'tightened: environments production rollout.bake: none > 1h',
    ])
  })

  test.each([
    [
      'office hours in another zone',
      rollout('{only-during: [{from: "09:00", to: "17:00"}]}'),
      rollout('{only-during: [{from: "09:00", to: "17:00", zone: Asia/Tokyo}]}'),
      'rollout.only-during',
    ],
    [
      'a share of copies',
      rollout('{stages: [{mirror: 50%, for: 1h}]}'),
      rollout('{stages: [{mirror: 60%, for: 1h}]}'),
      'rollout.stages',
    ],
    [
      'how long a stage may be extended',
      rollout('{when-evidence-is-short: extend, stages: [{weight: 5%, for: 1h, at-most: 4h}]}'),
      rollout('{when-evidence-is-short: extend, stages: [{weight: 5%, for: 1h, at-most: 6h}]}'),
      'rollout.stages',
    ],
    [
      'a guard that asks without statistics',
      guards(`{${errors}, at-most: 1%}`),
      guards(`{${errors}, at-most: 1%, statistics: none}`),
      'rollout.guards errors statistics',
    ],
    [
      'the bounds of a mean',
      guards(`{${value}, at-most: 5}`),
      guards(`{${value.replace('[0, 10]', '[0, 20]')}, at-most: 5}`),
      'rollout.guards value mean.between',
    ],
    [
      'which alerts abort',
      guards('{name: security, alert: a="1"}'),
      guards('{name: security, alert: a="2"}'),
      'rollout.guards security alert',
    ],
  ])('%s has no direction', (_, base, head, rule) => {
    expect(changes(base, head)).toEqual([expect.stringMatching(`^changed: environments production ${rule}: `)])
  })

  test('writing the defaults out, or moving entries, is no change', () => {
    const written = gates(
      '{metric: accuracy, at-least: 0.85}, {fairness: demographic-parity-difference, by: sex, at-most: 0.1}',
    )
    const moved = gates(
      '{fairness: demographic-parity-difference, by: sex, at-most: 10e-2}, {metric: accuracy, at-least: 0.85}',
    )
    expect(changes(complete, written)).toEqual([])
    expect(changes(written, moved)).toEqual([])
    expect(changes(complete, complete)).toEqual([])
  })

  test('a group column taken away loosens the default fairness gate that stood on it', () => {
    const found = changes(complete, complete.replace('groups: [sex]', 'groups: []'))
    expect(found[0]).toContain('loosened: validation.gates demographic-parity-difference by sex')
    expect(found).toContain('changed: validation.predictions.columns.groups: ["sex"] > []')
  })
})

describe('the findings of a pull request', () => {
  const verdictOf = (base: string, head: string) =>
    conclude(policyFindings(comparePolicies(parseConfig(base, 'b'), parseConfig(head, 'h'))), 'policy')

  test.each([
    ['the same policy', complete, complete, {verdict: 'pass', reason: 'policy/passed'}],
    ['a tighter policy', complete, validation('confidence: 0.99'), {verdict: 'pass', reason: 'policy/passed'}],
    ['a looser policy', complete, validation('confidence: 0.9'), {verdict: 'warn', reason: 'policy/loosened'}],
    ['a policy that is only different', complete, validation('seed: 7'), {verdict: 'warn', reason: 'policy/changed'}],
    [
      'looser, tighter and different at once',
      complete,
      `${validation('seed: 7\n  confidence: 0.99\n  when-inconclusive: warn')}`,
      {verdict: 'warn', reason: 'policy/loosened'},
    ],
  ])('%s', (_, base, head, expected) => {
    expect(verdictOf(base, head)).toEqual(expected)
  })

  test('no change says so', () => {
    expect(policyFindings([])).toEqual([
      expect.objectContaining({id: 'policy/changed', verdict: 'pass', reason: 'policy/unchanged'}),
    ])
  })

  test('each change is one finding with both values', () => {
    const change = {rule: 'validation.gates accuracy at-least', direction: 'loosened', from: '0.9', to: '0.8'} as const
    expect(policyFindings([change])).toEqual([
      expect.objectContaining({
        verdict: 'warn',
        reason: 'policy/loosened',
        subject: 'validation.gates accuracy at-least',
        value: '0.8',
        limit: 'before: 0.9',
        what: 'Loosened: 0.9 becomes 0.8.',
      }),
    ])
  })
})

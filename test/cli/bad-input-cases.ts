/** Everything wrong that `docs/bad-input.md` speaks of, as a user would bring it about. */
import {copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, truncateSync} from 'node:fs'
import * as path from 'node:path'
import {wrongAboutImages} from './bad-input/accepted.ts'
import {type Case, error, fail, type Given, inconclusive, warn} from './bad-input/case.ts'
import {wrongImageReports} from './bad-input/image-reports.ts'
import {wrongImages} from './bad-input/images.ts'
import {wrongModelData} from './bad-input/model-data.ts'
import {wrongScanners} from './bad-input/scanners.ts'
import {deadAddress, type World} from './world.ts'

const none = `sha256:${'a'.repeat(64)}`
const typed =
  (...argv: string[]): Given =>
  () =>
    argv

const wrongConfig: readonly Case[] = [
  error('config/not-found', 'no config', w => ['validate', '--config', w.file('nope.yml')], 'There is no config at'),
  error('config/invalid', 'an empty config', written('slipway.yml', '', 'validate'), 'an empty file'),
  error(
    'config/invalid',
    'a malformed config',
    written('slipway.yml', 'version: 1\n  service: [\n', 'plan'),
    'slipway.yml:1:10',
  ),
  error('config/invalid', 'an unknown key', configured('at-least', 'at-leest', 'validate'), 'Did you mean "at-least"?'),
  error(
    'config/invalid',
    'an environment called evidence',
    configured('  production:', '  evidence:', 'plan'),
    'the name "evidence"',
  ),
  error(
    'config/environment-unknown',
    'a mistyped environment',
    typed('plan', '--environment', 'prodution', '--version', 'v2'),
    'no environment "prodution"',
  ),
  error(
    'config/guard-malformed',
    'matchers that no source can read, at the plan',
    configured('code=~"5.."', 'code=~5..', 'plan', '--version', 'v2'),
    'environments.production.rollout.guards[0].share.bad',
  ),
  error(
    'config/guard-malformed',
    'matchers that no source can read, at the start',
    configured('code=~"5.."', 'code=~5..', 'promote', '--version', 'v2'),
    'not a quoted string',
    'served',
  ),
  error(
    'config/guard-needs-prometheus',
    'alerts, where no Prometheus is asked',
    configured(/- \{name: errors, .*/, `- {name: alerts, alert: 'severity="critical"'}`, 'plan', '--version', 'v2'),
    'environments.production.rollout.guards[0].alert: a metrics page knows no alerts',
  ),
  error(
    'telemetry/guard-unanswerable',
    'a label that no series has, at the plan',
    configured('code=~"5.."', 'status=~"5.."', 'plan', '--version', 'v2', '--image-digest', none),
    'Guard "errors" can never be answered: v1 has no series http_requests_total with the label status',
    'served',
  ),
  error(
    'telemetry/guard-unanswerable',
    'a label that no series has, at the start',
    w => {
      w.configure('code=~"5.."', 'status=~"5.."')
      return start(w, 'v2')
    },
    'with the label status',
    'served',
  ),
  error(
    'telemetry/guard-without-data',
    'a metric that nobody exports, beside one that counts',
    w => {
      w.configure('/metrics"', '/metrics?requests=900"')
      w.configure(
        'guards:',
        'guards:\n        - {name: value, mean: {of: decision_valeu, between: [0, 5]}, at-least: 1}',
      )
      return start(w, 'v2')
    },
    'Guard "value" has nothing to count, while other guards count the requests of v1',
    'served',
  ),
  error(
    'rollout/limit-without-room',
    'a limit of nothing at all',
    configured('at-most: 1%', 'at-most: 0%', 'promote', '--version', 'v2', '--image-digest', none),
    'has the limit 0%',
    'served',
  ),
  error(
    'file/unreadable',
    'a folder in the place of the config',
    w => ['validate', '--config', w.folder],
    'is a folder',
  ),
  error('cli/usage', 'an unknown option', typed('validate', '--cofnig', 'x'), '--cofnig'),
  error(
    'cli/report-format',
    'a file of no kind that a report is written in',
    typed('validate', '--save-report', 'report.pdf'),
    '.html or .md',
  ),
  error('cli/usage', 'an unknown request', typed('promote', '--request', 'halt'), 'not a request'),
  error(
    'quantity/malformed',
    'a duration without a unit',
    typed('promote', '--version', 'v2', '--for', '10'),
    'not a duration',
  ),
  error(
    'records/no-repository',
    'records in a branch, and no repository',
    configured(/kind: directory, path: .*records/, 'kind: git-branch', 'status'),
    'not a step of a workflow',
  ),
  error(
    'records/token-missing',
    'records on a remote, and no token',
    configured(
      /kind: directory, path: .*records/,
      'kind: git-push, remote: https://git.test/r.git, token-env: T',
      'status',
    ),
    'T',
  ),
  error(
    'git/remote-not-found',
    'records on a remote that is not there',
    w => {
      w.configure(
        /kind: directory, path: .*records/,
        `kind: git-push, remote: ${w.file('nope.git')}, folder: ${w.file('copy.git')}`,
      )
      return ['status']
    },
    'nope.git',
  ),
]

const wrongPredictions: readonly Case[] = [
  error('model/candidate-missing', 'no predictions of the candidate', validating({candidate: null}), 'is not a file'),
  error('model/baseline-missing', 'no predictions of the baseline', validating({baseline: null}), 'is not a file'),
  error(
    'model/predictions-format',
    'predictions of a kind that is not read',
    w => ['validate', '--candidate', w.file('slipway.yml')],
    '.csv, .tsv, .jsonl, .ndjson or .parquet',
  ),
  error(
    'model/predictions-format',
    'compressed predictions that are not named so',
    w => {
      w.write('c.csv', Uint8Array.of(0x1f, 0x8b, 8, 0))
      return ['validate', '--candidate', w.file('c.csv')]
    },
    'is named as CSV, and holds gzip data',
  ),
  error('model/predictions-empty', 'an empty predictions file', validating({candidate: () => ''}), 'no header line'),
  error(
    'model/no-rows',
    'a header and no row',
    validating({candidate: text => lines(text).slice(0, 1).join('')}),
    'no row',
  ),
  error(
    'model/csv-ragged-row',
    'predictions that were cut off',
    validating({candidate: text => text.slice(0, 200)}),
    'Row 6 (line 6) has 2 fields; the header has 6',
  ),
  error(
    'model/column-missing',
    'an absent metric: no column of the score',
    validating({candidate: text => text.replace('score', 'points')}),
    'no column "score"',
  ),
  error(
    'model/ids-differ',
    'ids that differ',
    validating({candidate: text => text.replaceAll(/^c/gm, 'd')}),
    '400 ids stand only in the candidate’s file, and 400',
  ),
  error(
    'model/ids-differ',
    'rows that only one side has',
    validating({baseline: text => lines(text).slice(0, 300).join('')}),
    '101 ids stand only in the candidate’s file (sha256',
  ),
  error(
    'model/duplicate-ids',
    'an id that stands twice',
    validating({candidate: text => text + lines(text).slice(-1).join('')}),
    'repeats the id of an earlier row on 1 row',
  ),
  error(
    'model/labels-differ',
    'another truth on the two sides',
    validating({baseline: text => text.replace(',bad,', ',good,')}),
    'on 1 row',
  ),
  error(
    'model/positive-class-absent',
    'a positive class that no row has',
    configured('positive: bad', 'positive: evil', 'validate'),
    'positive class "evil"',
  ),
  error(
    'model/unknown-class',
    'a predicted class that no label has',
    validating({candidate: text => text.replace(/^(c\d+,\w+),good/m, '$1,fine')}),
    'on 1 row: "fine"',
  ),
  error('model/score-nan', 'a NaN score', validating({candidate: score('NaN')}), 'NaN as score on 1 row'),
  error('model/score-missing', 'a row without a score', validating({candidate: score('')}), 'no score on 1 row'),
  error('model/score-infinite', 'an infinite score', validating({candidate: score('inf')}), 'infinite score on 1 row'),
  error(
    'model/score-out-of-range',
    'a logit in the place of a probability',
    validating({candidate: score('3.5')}),
    'outside 0 to 1 on 1 row',
  ),
  error(
    'model/baseline-is-candidate',
    'a candidate that is its own baseline',
    validating({baseline: (_, candidate) => candidate}),
    'the same, byte for byte',
  ),
  inconclusive('model/one-class-only', 'rows of one class only', oneClass, 'one class'),
  inconclusive(
    'model/score-constant',
    'a constant score',
    floorsOnly({candidate: text => text.replaceAll(/0\.\d{6}/g, '0.5')}),
    'the same score',
  ),
  inconclusive(
    'model/too-few-groups',
    'a group that is empty',
    validating({candidate: onlyMale, baseline: onlyMale}),
    'Fewer than two groups',
  ),
  warn(
    'model/group-missing',
    'a row whose group is empty',
    validating({candidate: text => text.replace(',male,', ',,')}),
    '"sex" has no value on 1 row',
  ),
  error(
    'model/no-predictions',
    'gates and no predictions',
    configured(/ {2}predictions:[\s\S]*positive: bad\n([\s\S]*)\n.*fairness.*/, '$1', 'validate'),
    'names no predictions',
  ),
]

const wrongModels: readonly Case[] = [
  error('model/files-missing', 'no model', w => ['validate', '--model', w.file('nope')], 'does not exist'),
  error('model/no-files', 'an empty model folder', withModel(empty, 'validate'), 'holds no file'),
  fail(
    'model/safetensors-truncated',
    'a truncated safetensors file',
    withModel(truncated, 'validate'),
    'claims 128 bytes; the file has',
  ),
  fail(
    'model/pickle-runs',
    'a pickle',
    w => ['validate', '--model', w.file('releases/v4/model')],
    'it runs a shell command',
  ),
  fail('model/symbolic-link', 'a link in the model, at the gate', withModel(linked, 'validate'), 'symbolic link'),
  error(
    'model/symbolic-link',
    'a link in the model, at the start',
    withModel(linked, 'promote', '--version', 'v2'),
    'symbolic link "model.safetensors"',
    'served',
  ),
  error(
    'model/symbolic-link',
    'a link in the model, at the plan',
    withModel(linked, 'plan', '--version', 'v2'),
    'symbolic link',
    'served',
  ),
]

const withoutPolicyForImages: readonly Case[] = [
  error('image/not-configured', 'no policy for images', configured(/image:\n.*\n.*\n.*\n/, '', 'scan'), 'no `image:`'),
]

const wrongReleases: readonly Case[] = [
  error('release/version-missing', 'a start without a version', typed('promote', '--request', 'start'), 'no version'),
  error(
    'traffic/version-malformed',
    'a version that cannot be a label',
    typed('promote', '--version', 'v 2'),
    '"v 2"',
    'served',
  ),
  fail(
    'rollout/evidence-missing',
    'a release that no gate has judged',
    typed('promote', '--version', 'v2', '--image-digest', none),
    'No model evidence',
  ),
  fail(
    'rollout/evidence-missing',
    'other bytes than were validated',
    withModel(changed, 'promote', '--version', 'v2', '--image-digest', none),
    'No model evidence',
    'served',
  ),
  fail(
    'rollout/evidence-missing',
    'another image than was scanned',
    typed('promote', '--version', 'v2', '--image-digest', none),
    'No image evidence',
    'served',
  ),
  error(
    'evidence/malformed',
    'evidence that was edited',
    w => {
      editEvidence(w)
      return start(w, 'v2')
    },
    'is no evidence',
    'served',
  ),
  error(
    'rollout/nothing-to-roll-out',
    'the bytes that serve already',
    w => ['promote', '--version', 'v9', '--model', w.file('releases/v1/model'), '--image-digest', w.imageDigest('v1')],
    'has the bytes of v1',
    'served',
  ),
  error(
    'rollout/version-reused',
    'other bytes under the version that serves',
    w => ['promote', '--version', 'v1', '--image-digest', w.imageDigest('v2')],
    'with other bytes',
    'served',
  ),
  error(
    'release/image-missing',
    'no image where images are judged',
    typed('promote', '--version', 'v2'),
    'names no image',
    'served',
  ),
  error(
    'rollout/stable-unknown',
    'a release in production that nobody has named',
    w => {
      w.router.stable = 'v0'
      return ['promote', '--version', 'v2', '--image-digest', none]
    },
    'does not know its digests',
  ),
  fail(
    'rollout/stable-unknown',
    'a plan where a release serves that nobody has named',
    w => {
      w.router.stable = 'v0'
      return ['plan', '--version', 'v2', '--image-digest', none]
    },
    'does not know its digests',
  ),
  error(
    'release/model-missing',
    'a stable release that is named by half',
    typed('promote', '--version', 'v2', '--stable-version', 'v1', '--stable-image-digest', none),
    'without the digest of the model',
  ),
]

const wrongSurroundings: readonly Case[] = [
  error(
    'router/unreachable',
    'a router that does not answer',
    async w => {
      w.configure('http://router.test,', `${await deadAddress()},`)
      return start(w, 'v2')
    },
    'cannot be reached',
    'served',
  ),
  error(
    'router/answer-malformed',
    'an address that is not the router’s',
    w => {
      w.configure('http://router.test,', 'http://router.test/releases/v1/metrics,')
      return start(w, 'v2')
    },
    'did not answer as a router does',
    'served',
  ),
  error(
    'rollout/target-changed-by-someone-else',
    'a router that somebody else moved',
    w => {
      w.router.stable = 'v0'
      return start(w, 'v2')
    },
    'The target serves v0, the ledger says v1',
    'served',
  ),
  error(
    'telemetry/token-missing',
    'a token that is not in the environment',
    configured(
      /telemetry: .*/,
      'telemetry: {kind: prometheus, url: http://localhost:9090, token-from: PROMETHEUS_TOKEN}',
      'promote',
      '--version',
      'v2',
    ),
    'PROMETHEUS_TOKEN',
    'served',
  ),
  error(
    'ledger/unreadable',
    'a ledger that was edited by hand',
    w => {
      w.write(first, w.read(first).replace('"v1"', '"v0"'))
      return start(w, 'v2')
    },
    'does not match its digest',
    'served',
  ),
  error(
    'ledger/unreadable',
    'a ledger that lost its end',
    w => {
      truncateSync(w.file(first), 40)
      return ['status']
    },
    'not a ledger entry',
    'served',
  ),
  error(
    'rollout/already-running',
    'a second rollout while one is running',
    w => start(w, 'v7'),
    'The rollout of v2',
    'running',
  ),
  error(
    'rollout/nothing-running',
    'a word to a rollout that is not there',
    typed('promote', '--request', 'pause'),
    'no rollout to pause',
    'served',
  ),
  {
    ...error('rollout/nothing-running', 'nothing to go on with', typed('promote'), 'No rollout is under way', 'served'),
    verdict: 'not-applicable',
  },
  error(
    'rollout/request-out-of-place',
    'a resume of what is not held',
    typed('promote', '--request', 'resume'),
    'cannot resume now',
    'running',
  ),
  error(
    'rollout/approval-for-nobody',
    'an approval for nobody',
    typed('promote', '--request', 'approve'),
    'for whom',
    'running',
  ),
  error(
    'rollout/approval-not-needed',
    'an approval that nobody asked for',
    typed('promote', '--request', 'approve', '--as', 'leads'),
    'approval of leads',
    'running',
  ),
  error('rollout/no-earlier-release', 'a rollback before the first release', typed('roll-back'), 'no earlier release'),
  error(
    'rollout/release-unknown',
    'a rollback to what never served',
    typed('roll-back', '--to', 'v5'),
    'knows no release v5',
    'served',
  ),
]

const wrongPlansAndWords: readonly Case[] = [
  error(
    'config/invalid',
    'a deadline before the last stage',
    rolledOut('deadline: 5s', 'plan', '--version', 'v2'),
    'at least what the stages take',
  ),
  error(
    'config/invalid',
    'a freeze with a day that no calendar has',
    frozen("{from: '2026-02-30', to: '2026-03-02'}", 'plan', '--version', 'v2'),
    '2026-02-30',
  ),
  error(
    'config/invalid',
    'office hours in a time zone that nobody knows',
    rolledOut("only-during: [{from: '09:00', to: '17:00', zone: Mars/Base}]", 'plan', '--version', 'v2'),
    'Mars/Base',
  ),
  error(
    'config/invalid',
    'a flag without a command that turns it',
    rolledOut('preset: feature-flag', 'plan', '--version', 'v2'),
    'a target of kind command',
  ),
  error(
    'rollout/request-outdated',
    'a word for another rollout than the newest',
    typed('promote', '--request', 'abort', '--expect', 'another'),
    'meant for the rollout another',
    'running',
  ),
  error(
    'rollout/request-outdated',
    'a rollback for another rollout than the newest',
    typed('roll-back', '--expect', 'another'),
    'meant for the rollout another',
    'served',
  ),
  error(
    'rollout/request-out-of-place',
    'a freeze that something else than a promotion shall go through',
    typed('promote', '--request', 'resume', '--despite-freeze'),
    'belongs to `promote` alone',
    'running',
  ),
  error(
    'rollout/nothing-to-retry',
    'a retry before anything was tried',
    typed('promote', '--request', 'retry'),
    'No rollout was ever started here',
  ),
  error(
    'rollout/nothing-to-retry',
    'a retry of what was promoted',
    typed('promote', '--request', 'retry'),
    'has ended: promoted. v1 serves now.',
    'served',
  ),
  error(
    'rollout/nothing-to-retry',
    'a retry while the rollout runs',
    typed('promote', '--request', 'retry'),
    'Only a rollout that has ended',
    'running',
  ),
  error(
    'config/invalid',
    'stages that go down',
    configured('weight: 50%', 'weight: 4%', 'plan', '--version', 'v2'),
    'weights that rise from stage to stage; 4% follows 5%',
  ),
  error(
    'config/invalid',
    'an alpha of nothing',
    rolledOut('false-abort-rate: 0%', 'plan', '--version', 'v2'),
    'more than 0',
  ),
  error(
    'config/invalid',
    'a stage shorter than a tick',
    configured('weight: 5%, for: 2h', 'weight: 5%, for: 1m', 'plan', '--version', 'v2'),
    'at least the tick',
  ),
  error(
    'rollout/weight-too-fine',
    'a weight between the steps of the target',
    scripted('granularity: 10%'),
    'cannot send 5% to the candidate',
  ),
  error(
    'rollout/cannot-mirror',
    'copies of requests, and a target that makes none',
    world => {
      world.configure('weight: 5%', 'mirror: 5%')
      return scripted('granularity: 1%')(world)
    },
    'cannot mirror 5%',
  ),
]

/** A line of a trace of the example, at 10 %. */
const traceLine = (at: string, bad: number) =>
  JSON.stringify({at, weight: 10, guards: {errors: {candidate: {n: 20, bad}, stable: {n: 180, bad: 0}}}})

const wrongTraces: readonly Case[] = [
  error('backtest/trace-empty', 'a trace without a line', traced(''), 'has no line'),
  error(
    'backtest/trace-malformed',
    'a trace whose counts fall',
    traced(`${traceLine('2026-01-01T00:05:00Z', 0)}\n${traceLine('2026-01-01T00:10:00Z', -1)}\n`),
    'trace.jsonl:2:',
  ),
  error(
    'backtest/trace-malformed',
    'a trace that goes back in time',
    traced(`${traceLine('2026-01-01T00:10:00Z', 0)}\n${traceLine('2026-01-01T00:05:00Z', 0)}\n`),
    'goes back in time',
  ),
  error(
    'backtest/mode-unclear',
    'a trace that shall be followed and thinned',
    typed('backtest', '--trace', 'x', '--follow-trace', '--replay-weights'),
    'Whose weights shall hold',
  ),
]

export const cases: readonly Case[] = [
  ...wrongConfig,
  ...wrongPredictions,
  ...wrongModels,
  ...withoutPolicyForImages,
  ...wrongImages,
  ...wrongScanners,
  ...wrongImageReports,
  ...wrongAboutImages,
  ...wrongReleases,
  ...wrongSurroundings,
  ...wrongPlansAndWords,
  ...wrongTraces,
  ...wrongModelData,
]

/** The first event of production's ledger. */
const first = 'records/credit/production/events/000001.json'

export function start(world: World, version: string): readonly string[] {
  const model = world.file(`releases/${version}/model`)
  return [
    'promote',
    '--version',
    version,
    '--model',
    model,
    '--image-digest',
    world.imageDigest(version),
    '--for',
    '0s',
  ]
}

function written(name: string, text: string, ...argv: string[]): Given {
  return world => {
    world.write(name, text)
    return argv
  }
}

function configured(from: string | RegExp, to: string, ...argv: string[]): Given {
  return world => {
    world.configure(from, to)
    return argv
  }
}

type Change = ((text: string, other: string) => string) | null

/** Predictions that are changed before they are judged; null takes the file away. */
function validating({
  candidate = text => text,
  baseline = text => text,
}: {
  candidate?: Change
  baseline?: Change
}): Given {
  return world => {
    const [ours, theirs] = [world.read('releases/v2/eval.csv'), world.read('releases/v1/eval.csv')]
    if (candidate) world.write('candidate.csv', candidate(ours, theirs))
    if (baseline) world.write('baseline.csv', baseline(theirs, ours))
    return ['validate', '--candidate', world.file('candidate.csv'), '--baseline', world.file('baseline.csv')]
  }
}

/** The same, without the comparison: it would call such a model worse. */
function floorsOnly(changes: {candidate: Change}): Given {
  return world => {
    world.configure(', may-lose: 0.02', '')
    return validating(changes)(world)
  }
}

function oneClass(world: World): readonly string[] | Promise<readonly string[]> {
  // A model that finds few of them would fail by that, which says the same in fewer words.
  world.configure('at-least: 0.70, may-lose: 0.02', 'at-least: 0.10')
  return validating({candidate: onlyBad, baseline: onlyBad})(world)
}

function score(value: string): Change {
  return text => text.replace(/0\.\d{6}/, value)
}

function lines(text: string): readonly string[] {
  return text.split(/(?<=\n)/)
}

function onlyBad(text: string): string {
  return lines(text)
    .filter(line => /^id,|^c\d+,bad,/.test(line))
    .join('')
}

function onlyMale(text: string): string {
  return lines(text)
    .filter(line => /^id,|,male,/.test(line))
    .join('')
}

/** A model of one's own making in `model`. */
function withModel(make: (world: World) => void, ...argv: string[]): Given {
  return world => {
    make(world)
    return [...argv, '--model', world.file('model')]
  }
}

function empty(world: World): void {
  mkdirSync(world.file('model'))
}

function copied(world: World): void {
  cpSync(world.file('releases/v2/model'), world.file('model'), {recursive: true})
}

function truncated(world: World): void {
  copied(world)
  truncateSync(world.file('model/model.safetensors'), 100)
}

function changed(world: World): void {
  copied(world)
  world.write('model/encoder.json', `${world.read('model/encoder.json')} `)
}

function linked(world: World): void {
  mkdirSync(world.file('model'))
  copyFileSync(world.file('releases/v2/model/encoder.json'), world.file('model/encoder.json'))
  symlinkSync(world.file('releases/v2/model/model.safetensors'), world.file('model/model.safetensors'))
}

/** Evidence names bytes and not versions, so all of it is edited. */
function editEvidence(world: World): void {
  const folder = 'records/credit/evidence/model'
  for (const name of readdirSync(world.file(folder), {recursive: true, encoding: 'utf8'})) {
    if (name.endsWith('.json')) world.write(path.join(folder, name), '{')
  }
}

/** The rollout of the example with one more line. */
function rolledOut(line: string, ...argv: string[]): Given {
  return configured('    rollout:\n', `    rollout:\n      ${line}\n`, ...argv)
}

function frozen(window: string, ...argv: string[]): Given {
  return configured('    rollout:\n', `    freeze: [${window}]\n    rollout:\n`, ...argv)
}

/** A plan for a target of scripts, none of which can mirror. */
function scripted(limit: string): Given {
  const scripts =
    'deploy: [d, "{version}"], set-weight: [s, "{weight}"], promote: [p, "{version}"], restore: [r, "{version}"]'
  return configured(
    /target: .*/,
    `target: {kind: command, read: [q], ${scripts}, ${limit}}`,
    'plan',
    '--version',
    'v2',
    '--image-digest',
    none,
  )
}

function traced(text: string): Given {
  return world => {
    world.write('trace.jsonl', text)
    return ['backtest', '--trace', world.file('trace.jsonl')]
  }
}

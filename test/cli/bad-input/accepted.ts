/** Every way in which waivers, VEX, lists, baselines and rules of the gate can be wrong: what people write about an image. */
import {after, type Case, error, fail, type Given, inconclusive, warn} from './case.ts'
import {judged} from './scanned.ts'

/** The one vulnerability of release v2. */
const known = 'CVE-2025-5889'
const none = `sha256:${'a'.repeat(64)}`

const waiver = (change: Readonly<Record<string, string | undefined>> = {}) =>
  JSON.stringify([{vulnerability: known, owner: 'ml', reason: 'Never called.', expires: '2027-01-31', ...change}])

function waived(content: string): Given {
  return judged('  waivers: <folder>/waivers.yml', {'waivers.yml': content})
}

const wrongWaivers: readonly Case[] = [
  error('image/waivers-missing', 'no waiver file', judged('  waivers: nope.yml'), 'no such file'),
  error('config/invalid', 'a waiver file that is no YAML', waived('- {'), 'waivers.yml:1'),
  error('config/invalid', 'a waiver file that is no list', waived('CVE-2026-1: busybox'), 'a list of waivers'),
  error('config/invalid', 'a waiver without an owner', waived(waiver({owner: undefined})), 'owner'),
  error('config/invalid', 'a waiver without a last day', waived(waiver({expires: undefined})), 'expires'),
  error('config/invalid', 'a waiver with a day of no calendar', waived(waiver({expires: '2027-02-30'})), '2027-02-30'),
  error('config/invalid', 'a waiver for ever', waived(waiver({expires: '2099-01-31'})), '2099-01-31'),
  error(
    'config/invalid',
    'a waiver with an unknown key',
    waived(waiver({pakage: 'busybox'})),
    'Did you mean "package"?',
  ),
  error('config/invalid', 'the ignore file of Trivy', waived('CVE-2026-1\n'), 'a list of waivers'),
  warn('image/waiver-unused', 'a waiver for nothing', waived(waiver({vulnerability: 'CVE-2020-1'})), 'covers nothing'),
]

/** The gate asks for exactly what the waiver is about. */
const blocked = `  gate: [{id: [${known}], verdict: fail}]\n  waivers: <folder>/waivers.yml`
const waivedUntil = (expires: string): Given => judged(blocked, {'waivers.yml': waiver({expires})})

const runOut: readonly Case[] = [
  fail('image/waiver-expired', 'a waiver that has run out', waivedUntil('2026-11-21'), '2026-11-21'),
  warn('image/waiver-expires-soon', 'a waiver that holds until today', waivedUntil('2026-11-22'), '2026-11-22'),
  warn(
    'image/findings-suppressed',
    'what an ignore file of the scanner took away',
    w => {
      const report = JSON.parse(w.read('releases/v2/image.json'))
      const results = report.Results.map((result: {Vulnerabilities?: readonly unknown[]}) => ({
        ...result,
        Vulnerabilities: [],
        ExperimentalModifiedFindings: (result.Vulnerabilities ?? []).map(Finding => ({
          Type: 'vulnerability',
          Status: 'ignored',
          Statement: 'no time',
          Source: '.trivyignore',
          Finding,
        })),
      }))
      w.write('report.json', JSON.stringify({...report, Results: results}))
      return ['scan', '--report', w.file('report.json')]
    },
    known,
  ),
]

const vexFile = (statement: unknown) =>
  JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex',
    author: 'ml',
    timestamp: '2026-11-01T00:00:00Z',
    version: 1,
    statements: [statement],
  })
const statement = {
  vulnerability: {name: known},
  products: [{'@id': `pkg:oci/other@${encodeURIComponent(none)}`}],
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
}

function believed(content: string, expires = '2027-01-31'): Given {
  return judged(`  vex: [{file: <folder>/vex.json, owner: ml, expires: ${expires}}]`, {'vex.json': content})
}

const wrongVex: readonly Case[] = [
  error(
    'image/waivers-missing',
    'no VEX document',
    judged('  vex: [{file: nope.json, owner: ml, expires: 2027-01-31}]'),
    '`image.vex` names "nope.json"',
  ),
  error(
    'config/invalid',
    'VEX that nobody answers for',
    judged('  vex: [{file: vex.json, expires: 2027-01-31}]'),
    'image.vex[0].owner',
  ),
  error('image/vex-beyond-horizon', 'VEX for ever', believed(vexFile(statement), '2099-01-31'), '2099-01-31'),
  error('vex/format-unknown', 'VEX that is no JSON', believed('CVE-2026-1'), 'it is not JSON'),
  error('vex/format-unknown', 'a report in the place of VEX', believed('{"SchemaVersion": 2}'), '"SchemaVersion"'),
  error(
    'vex/version-unknown',
    'VEX of another version',
    believed(vexFile(statement).replace('v0.2.0', 'v9.0.0')),
    '9.0.0',
  ),
  error('vex/malformed', 'VEX without statements', believed(vexFile(undefined).replace('[null]', '{}')), 'statements'),
  error(
    'vex/unjustified',
    'VEX that says no reason',
    believed(vexFile({...statement, justification: undefined})),
    'without saying why',
  ),
  warn('image/vex-unused', 'VEX about another image', believed(vexFile(statement)), 'of a finding in this image'),
  warn(
    'image/vex-expired',
    'VEX that was believed until last year',
    believed(vexFile(statement), '2025-12-31'),
    'until',
  ),
  warn(
    'image/vex-expires-soon',
    'VEX that is believed until today',
    believed(vexFile(statement), '2026-11-22'),
    'last',
  ),
]

const nested = {'@id': 'pkg:npm/credit', subcomponents: [{'@id': 'pkg:npm/brace-expansion'}]}
const unreadVex: Case = after(
  'image/vex-unused',
  warn(
    'image/vex-not-read',
    'VEX about a package within a package',
    believed(vexFile({...statement, products: [nested]})),
    'A statement does not count',
  ),
)

const listOf = (key: 'known-exploited' | 'epss', text: string): Given => judged(`  ${key}: <folder>/list`, {list: text})
const catalogue = {title: 'KEV', catalogVersion: '2026.11.20', dateReleased: '2026-11-20T00:00:00Z', count: 1}
const entry = {
  cveID: 'CVE-2026-1',
  dateAdded: '2026-11-20',
  dueDate: '2026-12-11',
  knownRansomwareCampaignUse: 'Unknown',
}
const scores = '#model_version:v2025.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\n'

const wrongLists: readonly Case[] = [
  error(
    'image/list-missing',
    'no catalogue',
    judged('  known-exploited: nope.json'),
    'There is no list at "nope.json"',
  ),
  error('image/list-empty', 'an empty catalogue', listOf('known-exploited', ''), 'is empty'),
  error(
    'image/list-empty',
    'a catalogue of nothing',
    listOf('known-exploited', JSON.stringify({...catalogue, count: 0, vulnerabilities: []})),
    'without an entry',
  ),
  error(
    'image/list-incomplete',
    'a catalogue that announces more than it has',
    listOf('known-exploited', JSON.stringify({...catalogue, count: 1500, vulnerabilities: [entry]})),
    'announces 1500',
  ),
  error(
    'image/list-malformed',
    'a catalogue that was cut off',
    listOf('known-exploited', JSON.stringify({...catalogue, vulnerabilities: [entry]}).slice(0, 120)),
    'none to its end',
  ),
  error('image/list-of-another-kind', 'scores for a catalogue', listOf('known-exploited', `${scores}a`), 'Expected'),
  error('image/list-of-another-kind', 'a page of HTML', listOf('epss', '<!DOCTYPE html>'), 'Expected'),
  inconclusive(
    'image/list-too-old',
    'a catalogue of last year, for a gate that asks it',
    judged('  known-exploited: <folder>/list\n  gate: [{known-exploited: true, verdict: fail}]', {
      list: JSON.stringify({...catalogue, dateReleased: '2025-11-20', vulnerabilities: [entry]}),
    }),
    'is of 2025-11-20',
  ),
  inconclusive(
    'image/list-from-the-future',
    'scores of next year, for a gate that asks them',
    judged('  epss: <folder>/list\n  gate: [{epss-at-least: 10%, verdict: fail}]', {
      list: `${scores.replace('2026-11-21', '2027-11-21')}${known},0.01,0.1\n`,
    }),
    'is of 2027-11-21',
  ),
  error('image/list-empty', 'scores of nothing', listOf('epss', scores), 'no score'),
  error('image/list-malformed', 'a score that is none', listOf('epss', `${scores}CVE-2026-1,high,0.1\n`), 'line 3'),
]

const wrongBaselines: readonly Case[] = [
  error(
    'image/report-missing',
    'a baseline that is not there',
    () => ['scan', '--baseline', 'nope.json'],
    'no report at',
  ),
  error(
    'image/report-empty',
    'an empty baseline',
    w => {
      w.write('base.json', '')
      return ['scan', '--baseline', w.file('base.json')]
    },
    'is empty',
  ),
  warn(
    'image/baseline-missing',
    'a gate on what is new, before the first release',
    judged('  gate: [{severity: high, new: true, verdict: fail}]'),
    'knows no release yet',
  ),
  warn(
    'image/baseline-missing',
    'a base image that nothing names',
    judged('  baseline: base-image\n  gate: [{severity: high, new: true, verdict: fail}]'),
    'Nothing says what the base image is: every flaw counts as new',
  ),
  error(
    'config/environment-unknown',
    'the release of an environment that is none',
    judged('  environment: prodution'),
    'no environment "prodution"',
  ),
]

const ruled = (lines: string, says: string, title: string) => error('config/invalid', title, judged(lines), says)

const wrongRules: readonly Case[] = [
  ruled('  gate: []', 'image.gate', 'a gate without a rule'),
  ruled('  gate: [{severity: criticl, verdict: fail}]', 'image.gate[0].severity', 'a severity that is none'),
  ruled('  gate: [{severity: high}]', 'image.gate[0].verdict', 'a rule without a verdict'),
  ruled(
    '  gate: [{severity: high, verdict: fail}, {severity: high, fixable: true, verdict: warn}]',
    'a rule that can be reached',
    'a rule behind one that matches all of it',
  ),
  ruled('  gate: [{kind: secret, fixable: true, verdict: fail}]', 'would never match', 'a fix for a secret'),
  ruled(
    '  baseline: none\n  gate: [{severity: high, new: true, verdict: fail}]',
    'a baseline to compare with',
    'what is new, compared with nothing',
  ),
  ruled('  platforms: [amd64]', 'such as "linux/amd64"', 'a platform without its system'),
  ruled('  database: {trviy: db}', 'Did you mean "trivy"?', 'the database of a scanner that is none'),
  ruled('  tools: {from: internet}', 'image.tools.from', 'a scanner from nowhere'),
  ruled('  vex: [{file: v.json, owner: ml, expires: 2027-02-30}]', 'expires', 'a day of no calendar'),
  ruled('  looks-for: [malware]', 'image.looks-for[0]', 'a kind that nobody looks for'),
  error(
    'config/invalid',
    'reports to judge, and none named',
    w => {
      w.configure(/ {2}report: .*\n/, '')
      return ['scan']
    },
    'the path of a report',
  ),
]

/** Judged by what cannot be read, and not by what the checks would say of a deployment as short as this. */
const manifests = '  manifests: {files: [<folder>/deploy]}\n  gate: [{severity: critical, verdict: fail}]'
const deployment = (image: string) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name: 'credit'},
    spec: {
      replicas: 3,
      selector: {matchLabels: {app: 'credit'}},
      template: {metadata: {labels: {app: 'credit'}}, spec: {containers: [{name: 'credit', image}]}},
    },
  })

const deployed = (text: string, name = 'deploy/credit.yml'): Given => judged(manifests, {[name]: text})

const wrongManifests: readonly Case[] = [
  error('image/manifests-missing', 'no manifests', judged('  manifests: {files: [nope]}'), 'no such manifest'),
  error(
    'image/manifests-missing',
    'a pattern of nothing',
    judged('  manifests: {files: ["nope/*.yml"]}'),
    'nope/*.yml',
  ),
  error('image/manifests-missing', 'a folder without manifests', deployed('x', 'deploy/notes.txt'), 'no such manifest'),
  inconclusive('image/manifest-unreadable', 'a manifest that is no YAML', deployed('a: ['), 'cannot be read'),
  inconclusive('image/manifest-unreadable', 'YAML of something else', deployed('name: credit'), 'an object without'),
  inconclusive(
    'image/manifest-not-rendered',
    'a template of Helm',
    deployed('kind: {{ .Values.kind }}\napiVersion: v1\n'),
    'is a template',
  ),
  inconclusive(
    'image/manifest-not-rendered',
    'the source of Kustomize',
    deployed('resources: [a.yml]', 'deploy/kustomization.yaml'),
    'Kustomize',
  ),
  inconclusive('image/manifest-without-workload', 'an empty manifest', deployed(''), 'workload'),
  inconclusive(
    'image/manifest-without-workload',
    'a manifest of nothing that runs',
    deployed('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}'),
    'workload',
  ),
  inconclusive(
    'image/manifest-too-large',
    'a manifest without end',
    deployed(
      JSON.stringify({apiVersion: 'v1', kind: 'List', items: Array(6000).fill({apiVersion: 'v1', kind: 'Pod'})}),
    ),
    'more than 5000 objects',
  ),
  fail(
    'image/manifests-deploy-another-image',
    'manifests that deploy other bytes',
    deployed(deployment(`localhost:5000/credit/v2@${none}`)),
    'and sha256:130c757e',
  ),
  warn(
    'image/manifests-without-this-image',
    'manifests of another service',
    deployed(deployment(`localhost:5000/fraud@${none}`)),
    'No workload of the manifests uses',
  ),
]

const unwritable = (option: string, ...argv: string[]): Case =>
  error(
    'file/unwritable',
    `a place where ${option} cannot be written`,
    w => ['scan', option, `${w.file('slipway.yml')}/out`, ...argv],
    'slipway.yml/out',
  )

const wrongOutputs: readonly Case[] = [
  unwritable('--sarif'),
  unwritable('--scan'),
  unwritable('--sbom'),
  error(
    'image/no-packages-to-list',
    'a list of packages, of a report that has none',
    w => {
      w.write('r.sarif', JSON.stringify({version: '2.1.0', runs: [{tool: {driver: {name: 'trivy'}}, results: []}]}))
      return ['scan', '--report', w.file('r.sarif'), '--sbom', w.file('sbom.json')]
    },
    'No tool listed the packages',
  ),
]

export const wrongAboutImages: readonly Case[] = [
  ...wrongWaivers,
  ...runOut,
  ...wrongVex,
  unreadVex,
  ...wrongLists,
  ...wrongBaselines,
  ...wrongRules,
  ...wrongManifests,
  ...wrongOutputs,
]

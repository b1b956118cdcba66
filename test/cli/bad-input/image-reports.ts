/** Every way in which a report of an image can be absent, damaged, or of something else. */
import type {World} from '../world.ts'
import {type Case, error, fail, type Given, inconclusive, warn} from './case.ts'
import {image, judged, reportOf, scanned} from './scanned.ts'

const none = `sha256:${'a'.repeat(64)}`

function report(text: string | ((world: World) => unknown), ...argv: readonly string[]): Given {
  return world => {
    const content = typeof text === 'string' ? text : text(world)
    world.write('report.json', typeof content === 'string' ? content : JSON.stringify(content))
    return ['scan', '--report', world.file('report.json'), ...argv]
  }
}

/** A tool's own words, cut in the middle. */
const sarif = {version: '2.1.0', runs: [{tool: {driver: {name: 'hadolint', rules: []}}, results: []}]}
const cycloneDx = {bomFormat: 'CycloneDX', specVersion: '1.6', components: []}
const component = {type: 'container', name: 'credit', purl: `pkg:oci/credit@${encodeURIComponent(none)}`}

const unreadable: readonly Case[] = [
  error(
    'image/report-missing',
    'no scan report',
    w => ['scan', '--report', w.file('nope.json')],
    'There is no report at',
  ),
  error('image/report-empty', 'an empty report', report(''), 'is empty'),
  error('image/report-empty', 'a report of blanks', report(' \n\n'), 'is empty'),
  error(
    'image/report-truncated',
    'a report that was cut off',
    report(w => w.read('releases/v2/image.json').slice(0, 3000)),
    'cut off',
  ),
  error('image/report-truncated', 'SARIF that was cut off', report(JSON.stringify(sarif).slice(0, 60)), 'cut off'),
  error('image/report-not-json', 'the table for people', report('Total: 3 (HIGH: 1)'), 'not JSON'),
  error('image/report-not-json', 'CycloneDX in XML', report('<bom/>'), 'XML'),
  error('image/report-from-another-tool', 'JSON of no tool that is known', report('{"name": "credit"}'), 'no format'),
  error('image/report-from-another-tool', 'a list', report('[]'), 'a bare list'),
  error('image/report-version-unknown', 'a report of a version that is not known', report('{"SchemaVersion": 3}'), '3'),
  error(
    'image/report-version-unknown',
    'SARIF of another version',
    report(JSON.stringify({...sarif, version: '2.0.0'})),
    '2.0.0',
  ),
  error(
    'image/report-version-unknown',
    'CycloneDX of another version',
    report(JSON.stringify({...cycloneDx, specVersion: '1.0'})),
    '1.0',
  ),
  error(
    'image/report-version-unknown',
    'SPDX of another version',
    report('{"spdxVersion": "SPDX-1.2", "packages": []}'),
    '1.2',
  ),
  error(
    'image/report-malformed',
    'a report whose results are no list',
    report(w => ({...reportOf(w), Results: {}})),
    'Results',
  ),
  error(
    'image/report-malformed',
    'one of Grype whose matches are none',
    report('{"matches": [1], "source": {}, "descriptor": {"name": "grype"}}'),
    'is not a Grype report',
  ),
  error(
    'image/report-incomplete',
    'SARIF of nobody who has looked',
    report(JSON.stringify({...sarif, runs: []})),
    'no tool has looked',
  ),
  error(
    'image/report-incomplete',
    'a scan of Slipway without a platform',
    report(
      '{"slipwayScan": 1, "service": "a", "label": "b", "digest": null, "baseline": {"kind": "none"}, "platforms": [], "repository": null}',
    ),
    'without a platform',
  ),
  inconclusive(
    'image/scanner-in-doubt',
    'a report beside a scan, of a tool that failed on the way',
    scanned(world => {
      const failed = {...sarif, runs: [{...sarif.runs[0], invocations: [{executionSuccessful: false}]}]}
      world.write('hadolint.sarif', JSON.stringify(failed))
      world.configure('  scanner: report\n', `  scanner: report\n  reports: [${world.file('hadolint.sarif')}]\n`)
    }),
    'hadolint did not run to its end.',
  ),
]

const ofSomethingElse: readonly Case[] = [
  error(
    'image/report-not-of-an-image',
    'a report of a folder',
    report('{"SchemaVersion": 2, "ArtifactType": "filesystem"}'),
    'of a "filesystem"',
  ),
  error(
    'image/report-is-vex',
    'a VEX document in the place of a report',
    report(JSON.stringify({...cycloneDx, vulnerabilities: [{id: 'CVE-2026-1', analysis: {state: 'not_affected'}}]})),
    'image.vex',
  ),
  error(
    'image/vulnerabilities-not-looked-for',
    'an SBOM in the place of a report',
    report(
      JSON.stringify({...cycloneDx, metadata: {component}, components: [{type: 'library', name: 'a', version: '1'}]}),
    ),
    'Nobody looked for vulnerabilities',
  ),
  error(
    'image/nothing-scanned',
    'a scan that saw no package',
    report(w => emptied(w)),
    'saw no operating system',
  ),
  inconclusive(
    'image/os-packages-not-scanned',
    'a scan that saw a distribution and none of its packages',
    report(w => withoutSystemPackages(w)),
    'none of its packages',
  ),
  warn(
    'image/no-operating-system',
    'a scan that saw no distribution',
    report(w => withoutSystem(w)),
    'no operating system',
  ),
  error(
    'image/digest-unknown',
    'a report that names no digest',
    report(w => unnamed(w)),
    'which digest it is of',
  ),
  error(
    'image/report-for-another-digest',
    'a digest that does not match',
    () => ['scan', '--digest', none],
    'was asked for',
  ),
  error(
    'image/report-for-another-digest',
    'a report of another image beside a scan',
    scanned(world => {
      world.write('other.json', world.read('releases/v2/image.json'))
      world.configure('  scanner: report\n', `  scanner: report\n  reports: [${world.file('other.json')}]\n`)
    }),
    `which is none of ${image.digest}`,
  ),
  error(
    'image/digests-contradict',
    'an image with two digests',
    w => ['scan', '--image', `x@${none}`, '--digest', w.imageDigest('v2')],
    'is named by',
  ),
  error('digest/malformed', 'a digest that is none', () => ['scan', '--digest', 'sha256:123'], 'not a sha256 digest'),
  fail(
    'image/platform-missing',
    'a platform that the image should have and does not',
    judged('  platforms: [linux/amd64, linux/riscv64]'),
    'no linux/riscv64, only linux/amd64',
  ),
  inconclusive(
    'image/database-too-old',
    'a report of last year',
    w => {
      w.configure('database-max-age: 3650d', 'database-max-age: 5d')
      return report(world => ({...reportOf(world), ...named(world), CreatedAt: '2025-01-01T00:00:00Z'}))(w)
    },
    'at most 5d are allowed',
  ),
  inconclusive(
    'image/scan-from-the-future',
    'a report of next year',
    report(w => ({...reportOf(w), ...named(w), CreatedAt: '2027-11-21T00:00:00Z'})),
    'now it is 2026-11-22',
  ),
  inconclusive(
    'image/secrets-not-looked-for',
    'a gate on secrets, and a report that knows none',
    judged('  gate: [{kind: secret, verdict: fail}]'),
    'nobody looked for them',
  ),
  inconclusive(
    'image/licences-not-looked-for',
    'a gate on licences, and a report without',
    w => {
      w.configure(
        '  scanner: report\n',
        '  scanner: report\n  gate: [{kind: licence, licence: [AGPL-*], verdict: fail}]\n',
      )
      return report(world => world.read('releases/v2/image.json').replaceAll('"Licenses"', '"NoLicenses"'))(w)
    },
    'no source states any',
  ),
  inconclusive(
    'image/misconfigurations-not-looked-for',
    'a gate on misconfigurations, and nobody who looks',
    judged('  gate: [{kind: misconfiguration, severity: high, verdict: fail}]'),
    'nobody looked for them',
  ),
  inconclusive(
    'image/epss-unknown',
    'a gate on EPSS, and no scores',
    judged('  gate: [{epss-at-least: 10%, verdict: fail}]'),
    'no scores were read',
  ),
  inconclusive(
    'image/known-exploited-unknown',
    'a gate on known exploits, and no catalogue',
    judged('  gate: [{known-exploited: true, verdict: fail}]'),
    'no catalogue was read',
  ),
  inconclusive(
    'image/fix-date-unknown',
    'a gate on the age of fixes, and no dates',
    judged('  gate: [{fix-older-than: 30d, verdict: fail}]'),
    'no source says it',
  ),
]

export const wrongImageReports: readonly Case[] = [...unreadable, ...ofSomethingElse]

function named(world: World) {
  return {Metadata: JSON.parse(world.read('releases/v2/image.json')).Metadata}
}

function unnamed(world: World): string {
  return world.read('releases/v2/image.json').replaceAll(/@sha256:[0-9a-f]{64}/g, '')
}

function emptied(world: World) {
  return {...JSON.parse(world.read('releases/v2/image.json')), Results: [], Metadata: undefined}
}

function withoutSystemPackages(world: World) {
  const whole = JSON.parse(world.read('releases/v2/image.json'))
  return {...whole, Results: whole.Results.filter((result: {Class: string}) => result.Class !== 'os-pkgs')}
}

function withoutSystem(world: World) {
  const rest = withoutSystemPackages(world)
  return {...rest, Metadata: {...rest.Metadata, OS: undefined}}
}

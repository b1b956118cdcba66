/** What is new since production, as somebody types it: scan and promote v1, then scan what comes next. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {start} from './bad-input-cases.ts'
import {makeWorld, type World} from './world.ts'

interface TrivyReport {
  readonly Results: {
    readonly Class: string
    Vulnerabilities?: Record<string, unknown>[]
    readonly Packages: readonly Record<string, unknown>[]
  }[]
}

let world: World

const known = 'CVE-2026-0001'
const fresh = 'CVE-2026-0002'

/** The report of a release with vulnerabilities in busybox, as the scanner of that day would have written it. */
function withVulnerabilities(version: string, ids: readonly string[]): string {
  const report: TrivyReport = JSON.parse(world.read(`releases/${version}/image.json`))
  const system = report.Results.find(each => each.Class === 'os-pkgs')
  const [pack] = system?.Packages ?? []
  if (!system || !pack) throw new Error('the example has no packages')
  system.Vulnerabilities = ids.map(id => ({
    VulnerabilityID: id,
    PkgName: pack.Name,
    PkgIdentifier: pack.Identifier,
    InstalledVersion: pack.Version,
    FixedVersion: '99.0-r0',
    Status: 'fixed',
    Severity: 'CRITICAL',
    Title: `${id} of the test`,
  }))
  const file = `${version}-with-${ids.length}.json`
  world.write(file, JSON.stringify(report))
  return world.file(file)
}

const failed = (told: Awaited<ReturnType<World['run']>>) =>
  told.result.findings.filter(({verdict}) => verdict === 'fail').map(({subject}) => String(subject).split(' ')[0])

beforeAll(async () => {
  world = makeWorld()
  world.configure(
    'scanner: report\n',
    'scanner: report\n  gate: [{severity: critical, new: true, verdict: fail}, {severity: critical, verdict: warn}]\n',
  )
  expect(await world.run('validate', '--record')).toMatchObject({exitCode: 0})
  const model = ['--model', world.file('releases/v1/model'), '--candidate', world.file('releases/v1/eval.csv')]
  expect(await world.run('validate', '--record', ...model, '--baseline', 'none')).toMatchObject({exitCode: 0})
}, 60_000)
afterAll(() => world.remove())

describe('a vulnerability that production has already', () => {
  test('blocks the first release, where everything is new', async () => {
    const told = await world.run('scan', '--report', withVulnerabilities('v1', [known]))
    expect(failed(told)).toEqual([known])
  })

  test('blocks no later release, and a new one beside it does', async () => {
    const report = withVulnerabilities('v1', [known])
    // A person accepts the first release as it is.
    world.write('waivers.yml', `- {vulnerability: ${known}, owner: ml, reason: first release, expires: 2026-12-20}\n`)
    world.configure('scanner: report\n', `scanner: report\n  waivers: ${world.file('waivers.yml')}\n`)
    expect(await world.run('scan', '--record', '--report', report)).toMatchObject({exitCode: 0})
    expect(await world.run(...start(world, 'v1'))).toMatchObject({exitCode: 0})
    world.configure(`  waivers: ${world.file('waivers.yml')}\n`, '')

    const same = await world.run('scan', '--report', withVulnerabilities('v2', [known]))
    expect(failed(same)).toEqual([])
    expect(same.result.verdict).toBe('warn')

    const more = await world.run('scan', '--report', withVulnerabilities('v2', [known, fresh]))
    expect(failed(more)).toEqual([fresh])
    expect(more.exitCode).toBe(1)
  })

  test('is told apart in the comment and the report of the next release', async () => {
    const file = world.file('report.md')
    await world.run('scan', '--report', withVulnerabilities('v2', [known, fresh]), '--save-report', file)
    expect(world.read('report.md')).toContain('1 is new since v1 in production; 2 were there already')
  })
})

describe('the evidence of an image', () => {
  test('keeps its flaws and its SBOM', () => {
    const kept = Object.keys(world.records()).filter(name => name.includes('/image/') || name.startsWith('image/'))
    const [sbom] = kept.filter(name => name.endsWith('.sbom-linux-amd64.cdx.json'))
    const [evidence] = kept.filter(name => name.endsWith('Z.json'))
    expect(world.read(`records/${sbom}`)).toContain('"bomFormat": "CycloneDX"')
    expect(world.read(`records/${evidence}`)).toContain(known)
  })
})

import {Ajv2020} from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {severities} from '../../../src/core/severity.ts'
import type {ImageJudgement, Judged, PlatformJudgement} from '../../../src/image/judgement.ts'
import {renderScan} from '../../../src/image/render/scan-json.ts'
import {parseReport, parseScans} from '../../../src/image/reports/read.ts'
import {scanJsonSchema} from '../../../src/image/reports/slipway-scan/json-schema.ts'
import {type Flaw, fixStates, flawKinds, type Scan} from '../../../src/image/scan.ts'
import {failureOf} from '../reports/fixtures.ts'
import {digestA, imageJudgement, packageUse, pkg, platformJudgement, scan, secret, vulnerability} from '../scans.ts'

const ajv = new Ajv2020({strict: true, allErrors: true, discriminator: false})
ajvFormats.default(ajv)
const isValid = ajv.compile(scanJsonSchema())

function judged(flaw: Flaw, change: Partial<Judged> = {}): Judged {
  return {
    flaw,
    isNew: true,
    outcome: {kind: 'rule', verdict: 'fail', rule: 'critical', index: 0},
    waiver: {kind: 'none'},
    ...change,
  }
}

/** A flaw in the document, with its judgement. */
function written(judgement: ImageJudgement): readonly Readonly<Record<string, unknown>>[] {
  return JSON.parse(renderScan(judgement)).platforms[0].scan.flaws
}

describe('the scan as data', () => {
  const flaw = vulnerability({
    fix: {state: 'fixed', versions: ['1.36.1-r1'], date: 19_700},
    knownExploited: {added: 18_971, due: null, ransomware: true},
    suppressed: {by: 'OpenVEX of vendor.example', reason: 'Not reachable.', until: 20_800},
  })

  test('writes days as people do', () => {
    // 18971, 19700 and 20800 days after 1970-01-01.
    expect(written(imageJudgement({platforms: [platformJudgement({scan: scan({flaws: [flaw]})})]}))).toMatchObject([
      {
        fix: {state: 'fixed', versions: ['1.36.1-r1'], date: '2023-12-09'},
        knownExploited: {added: '2021-12-10', due: null, ransomware: true},
        suppressed: {until: '2026-12-13'},
      },
    ])
  })

  test('tells what became of each flaw', () => {
    const waiver = {
      kind: 'vulnerability' as const,
      id: flaw.id,
      status: 'accepted' as const,
      owner: 'platform-team',
      reason: 'No shell.',
      expires: 20_800,
      line: 3,
    }
    const holds = judged(flaw, {waiver: {kind: 'holds', waiver, daysLeft: 9, expiresSoon: true}, isNew: null})
    const platform = platformJudgement({scan: scan({flaws: [flaw]}), judged: [holds]})
    expect(written(imageJudgement({platforms: [platform]}))[0]?.judgement).toEqual({
      new: null,
      outcome: {kind: 'rule', verdict: 'fail', rule: 'critical', index: 0},
      waiver: {kind: 'holds', owner: 'platform-team', reason: 'No shell.', expires: '2026-12-13', daysLeft: 9},
    })
  })

  test('has one line for each flaw and each package, so that two scans compare by line', () => {
    const flaws = [flaw, secret()]
    const text = renderScan(imageJudgement({platforms: [platformJudgement({scan: scan({flaws, packages: [pkg()]})})]}))
    expect(text.split('\n').filter(line => line.startsWith('{"kind"'))).toHaveLength(2)
    expect(text.split('\n').filter(line => line.startsWith('{"name":"busybox"'))).toHaveLength(1)
  })

  test('marks what only a rule asked for, and does not take it for a flaw when it is read back', () => {
    const platform = platformJudgement({scan: scan({flaws: [flaw]}), judged: [judged(flaw), judged(packageUse())]})
    const judgement = imageJudgement({platforms: [platform]})
    expect(written(judgement).map(({kind, derived}) => [kind, derived])).toEqual([
      ['vulnerability', undefined],
      ['package', true],
    ])
    expect(parseReport(renderScan(judgement), 'scan.json').flaws).toEqual([flaw])
  })

  test('lists a flaw once that the gate merged from two', () => {
    const other = {...flaw, id: 'GHSA-aaaa-bbbb-cccc', aliases: ['GHSA-aaaa-bbbb-cccc']}
    const merged = {...flaw, aliases: [flaw.id, 'GHSA-aaaa-bbbb-cccc'], foundBy: ['grype', 'trivy']}
    const platform = platformJudgement({scan: scan({flaws: [flaw, other]}), judged: [judged(merged)]})
    expect(written(imageJudgement({platforms: [platform]}))).toMatchObject([{id: flaw.id, foundBy: ['grype', 'trivy']}])
    expect(parseReport(renderScan(imageJudgement({platforms: [platform]})), 'scan.json').flaws).toEqual([merged])
  })

  test('can leave packages out, and then nobody knows them', () => {
    const judgement = imageJudgement({platforms: [platformJudgement({scan: scan({packages: [pkg()]})})]})
    const back = parseReport(renderScan(judgement, {packages: 'left-out'}), 'scan.json')
    expect(back).toMatchObject({packages: null, packageCount: 14})
  })

  test('keeps what was found in files of the repository, for whoever compares', () => {
    const repository: PlatformJudgement = platformJudgement({
      platform: null,
      digest: null,
      scan: scan({image: 'files'}),
    })
    const text = renderScan(imageJudgement({repository}))
    expect(parseScans(text, 'scan.json').map(({image}) => image)).toEqual([scan().image, 'files'])
    expect(parseReport(text, 'scan.json').image).toBe(scan().image)
  })
})

describe('the published schema', () => {
  test('fits what is written', () => {
    const flaw = vulnerability({knownExploited: {added: 18_971, due: null, ransomware: true}})
    const platform = platformJudgement({
      scan: scan({flaws: [flaw, secret()], packages: [pkg()]}),
      judged: [judged(flaw)],
    })
    isValid(JSON.parse(renderScan(imageJudgement({platforms: [platform], repository: platform}))))
    expect(isValid.errors).toBeNull()
  })

  test.each([
    ['another version', {slipwayScan: 2}],
    ['no platforms', {platforms: undefined}],
    ['a digest that is none', {digest: 'sha256:abc'}],
  ])('refuses %s', (_what, change) => {
    expect(isValid({...JSON.parse(renderScan(imageJudgement())), ...change})).toBe(false)
  })
})

describe('what is read back is what was written', () => {
  const text = fc.string({unit: 'grapheme', maxLength: 12})
  const day = fc.integer({min: -10_000, max: 60_000})
  const dayOrNull = fc.option(day)
  const digest = fc
    .string({unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64})
    .map(hex => `sha256:${hex}` as const)
  const line = fc.integer({min: 1, max: 1e6})
  const place = fc.oneof(
    fc.record({kind: fc.constant('image' as const), path: text, layer: digest, line}, {requiredKeys: ['kind', 'path']}),
    fc.record({kind: fc.constant('repository' as const), file: text, line}, {requiredKeys: ['kind', 'file']}),
  )
  const seen = {
    id: text,
    title: text,
    severity: fc.constantFrom(...severities),
    places: fc.array(place, {maxLength: 3}),
    foundBy: fc.array(text, {maxLength: 2}),
    url: text,
    suppressed: fc.record({by: text, reason: text, until: day}, {requiredKeys: ['by', 'reason']}),
    vex: fc.record({
      status: fc.constantFrom('affected' as const, 'under_investigation' as const),
      by: text,
      says: text,
    }),
  }
  const inPackage = {package: text, installedVersion: text, purl: text}
  const optional = new Set(['url', 'suppressed', 'vex', 'purl'])
  // The model of optional keys is made by name, which the types of fast-check cannot follow.
  const record = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T): fc.Arbitrary<Flaw> =>
    fc.record(model, {
      requiredKeys: Object.keys(model).filter(key => !optional.has(key)),
    }) as unknown as fc.Arbitrary<Flaw>
  const number = fc
    .double({noNaN: true, noDefaultInfinity: true, min: 0, max: 10})
    .map(value => (value === 0 ? 0 : value))
  const flaw = fc.oneof(
    record({
      kind: fc.constant('vulnerability'),
      ...seen,
      ...inPackage,
      aliases: fc.array(text, {maxLength: 3}),
      severitySource: fc.option(text),
      ratings: fc.array(fc.record({scanner: text, severity: fc.constantFrom(...severities)}), {maxLength: 2}),
      cvss: fc.array(fc.record({source: text, version: text, vector: text, score: number}), {maxLength: 2}),
      fix: fc.record({state: fc.constantFrom(...fixStates), versions: fc.array(text, {maxLength: 2}), date: dayOrNull}),
      knownExploited: fc.option(fc.record({added: dayOrNull, due: dayOrNull, ransomware: fc.boolean()})),
      epss: fc.option(fc.record({score: number, percentile: number})),
    }),
    record({kind: fc.constant('secret'), ...seen, category: text}),
    record({kind: fc.constant('misconfiguration'), ...seen, message: text, remedy: text}),
    record({kind: fc.constant('licence'), ...seen, ...inPackage, licence: text}),
    record({kind: fc.constant('package'), ...seen, ...inPackage}),
    record({kind: fc.constant('end-of-life'), ...seen}),
  )
  const packages = fc.array(
    fc.record(
      {name: text, version: text, type: text, licences: fc.array(text, {maxLength: 2}), purl: text, path: text},
      {
        requiredKeys: ['name', 'version', 'type', 'licences'],
      },
    ),
    {maxLength: 4},
  )
  const textOrNull = fc.option(text)
  const anyScan: fc.Arbitrary<Scan> = fc.record({
    scanners: fc.array(fc.record({name: text, version: textOrNull, at: textOrNull, databaseBuilt: textOrNull}), {
      minLength: 1,
      maxLength: 2,
    }),
    image: text,
    digests: fc.array(digest, {maxLength: 2}),
    configDigest: fc.option(digest),
    platform: textOrNull,
    os: fc.option(fc.record({name: text, endOfLife: fc.option(fc.boolean()), packages: fc.option(fc.nat())})),
    packages: fc.option(packages),
    packageCount: fc.option(fc.nat()),
    flaws: fc.array(flaw, {maxLength: 4}),
    lookedFor: fc.subarray([...flawKinds]),
    knows: fc.record(
      {
        knownExploited: fc.boolean(),
        epss: fc.boolean(),
        knownExploitedBy: fc.array(text, {minLength: 1, maxLength: 2}),
      },
      {requiredKeys: ['knownExploited', 'epss']},
    ),
    doubts: fc.array(text, {maxLength: 2}),
  })

  test('whatever is in it', () => {
    fc.assert(
      fc.property(anyScan, fc.option(digest), (given, subject) => {
        const judgedFlaws = given.flaws.map(each => judged(each))
        const platform = platformJudgement({scan: given, digest: subject, judged: judgedFlaws})
        const text = renderScan(imageJudgement({platforms: [platform]}))
        isValid(JSON.parse(text))
        expect(isValid.errors).toBeNull()
        expect(parseReport(text, 'scan.json')).toEqual(given)
      }),
      {numRuns: 300},
    )
  })

  test('also where nothing was judged', () => {
    const given = scan({flaws: [secret(), vulnerability()]})
    const text = renderScan(imageJudgement({platforms: [platformJudgement({scan: given})]}))
    expect(parseReport(text, 'scan.json')).toEqual(given)
  })
})

describe('a document that is not whole is refused', () => {
  const document = () =>
    JSON.parse(renderScan(imageJudgement({platforms: [platformJudgement({scan: scan({flaws: [vulnerability()]})})]})))
  const refused = (change: (value: ReturnType<typeof document>) => void) => {
    const value = document()
    change(value)
    return failureOf(() => parseReport(JSON.stringify(value), 'scan.json')).code
  }

  test.each([
    ['no platform', (value: ReturnType<typeof document>) => value.platforms.pop(), 'image/report-incomplete'],
    ['no scanner', value => (value.platforms[0].scan.scanners = []), 'image/report-incomplete'],
    ['a flaw of an unknown kind', value => (value.platforms[0].scan.flaws[0].kind = 'smell'), 'image/report-malformed'],
    [
      'a severity of another tool',
      value => (value.platforms[0].scan.flaws[0].severity = 'HIGH'),
      'image/report-malformed',
    ],
    [
      'a day that is none',
      value => (value.platforms[0].scan.flaws[0].fix.date = '2026-02-30'),
      'image/report-malformed',
    ],
    ['no word about what was looked for', value => delete value.platforms[0].scan.lookedFor, 'image/report-malformed'],
  ])('%s', (_what, change, code) => expect(refused(change)).toBe(code))

  test('keys that are not known yet are passed over', () => {
    const value = document()
    value.later = true
    value.platforms[0].scan.flaws[0].later = {}
    expect(parseReport(JSON.stringify(value), 'scan.json').flaws[0]).toEqual(vulnerability())
  })

  test('what is in it is bound to its digest', () => expect(document().digest).toBe(digestA))
})

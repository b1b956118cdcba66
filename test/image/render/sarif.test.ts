import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDay} from '../../../src/core/day.ts'
import type {Judged} from '../../../src/image/judgement.ts'
import {type ImageSarifOptions, renderImageSarif} from '../../../src/image/render/sarif.ts'
import type {Flaw, Place} from '../../../src/image/scan.ts'
import {readSarif} from '../../fakes/github/sarif-rules.ts'
import {
  digestA,
  digestB,
  endOfLife,
  fixedIn,
  imageJudgement,
  licence,
  misconfiguration,
  packageUse,
  platformJudgement,
  scan,
  secret,
  unfixed,
  vulnerability,
} from '../scans.ts'

const noRule: Judged['outcome'] = {kind: 'no-rule'}
const fails: Judged['outcome'] = {kind: 'rule', verdict: 'fail', rule: 'critical: fail', index: 0}
const warns: Judged['outcome'] = {kind: 'rule', verdict: 'warn', rule: 'high: warn', index: 1}
const passes: Judged['outcome'] = {kind: 'rule', verdict: 'pass', rule: 'not fixable: pass', index: 2}
const undecided: Judged['outcome'] = {kind: 'undecided', rule: 'EPSS at least 10%: fail', index: 0, unknown: 'epss'}
const waived: Judged['waiver'] = {
  kind: 'holds',
  waiver: {
    kind: 'vulnerability',
    id: 'CVE-2022-48174',
    status: 'accepted',
    owner: 'platform-team',
    reason: 'No shell reads input from outside.',
    expires: parseDay('2027-01-31') ?? 0,
    line: 1,
  },
  daysLeft: 71,
  expiresSoon: false,
}

function judged(flaw: Flaw, change: Partial<Judged> = {}): Judged {
  return {flaw, isNew: null, outcome: noRule, waiver: {kind: 'none'}, ...change}
}

const options: ImageSarifOptions = {
  version: '1.0.0',
  placeOf: () => ({file: 'serving/Dockerfile', line: 7}),
  otherwise: 'slipway.yml',
  suppressed: 'shown',
}

interface Rendered {
  readonly category: string
  readonly cut: number
  /** A document that was parsed, and that each test looks at in another place. */
  readonly run: ReturnType<typeof JSON.parse>
}

/** Rendered, and held against all that GitHub asks for. */
function render(all: readonly Judged[], change: Partial<ImageSarifOptions> = {}, image = imageJudgement()): Rendered {
  const platform = platformJudgement({...image.platforms[0], judged: all})
  const {category, sarif, cut} = renderImageSarif(platform, {...image, platforms: [platform]}, {...options, ...change})
  const reading = readSarif(sarif)
  expect(reading).toMatchObject({kind: 'read', analyses: [{category: category.slice(0, -1)}]})
  return {category, cut, run: JSON.parse(sarif).runs[0]}
}

const busybox = vulnerability({
  purl: 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=3.18.2',
  places: [{kind: 'image', path: '', layer: digestB}],
  aliases: ['CVE-2022-48174', 'GHSA-aaaa-bbbb-cccc'],
  url: 'https://avd.aquasec.com/nvd/cve-2022-48174',
  cvss: [{source: 'nvd', version: '3.1', vector: 'CVSS:3.1/AV:N', score: 9.8}],
})

describe('a vulnerability as an alert', () => {
  test('names image, package, version, fix and what to do, and never the tag', () => {
    const {run} = render([judged(busybox, {outcome: fails})])
    expect(run.results[0].message.text).toBe(
      'registry.example.com/credit (linux/amd64): busybox 1.36.1-r0 has CVE-2022-48174 (critical): stack overflow in ash. ' +
        'Upgrade busybox to 1.36.1-r1 and build the image again. The gate says: critical: fail.',
    )
  })

  test('has a rule of its own name, with its packages, its other names and the pages about it', () => {
    const [rule] = render([judged(busybox, {outcome: fails})]).run.tool.driver.rules
    expect(rule).toMatchObject({
      id: 'CVE-2022-48174',
      shortDescription: {text: 'CVE-2022-48174: stack overflow in ash'},
      fullDescription: {text: 'stack overflow in ash. Known as CVE-2022-48174, GHSA-aaaa-bbbb-cccc.'},
      helpUri: 'https://avd.aquasec.com/nvd/cve-2022-48174',
      defaultConfiguration: {level: 'error'},
      properties: {
        'security-severity': '9.8',
        precision: 'high',
        tags: ['security', 'image', 'vulnerability', 'fix-available', 'pkg:apk', 'service/credit'],
      },
    })
    expect(rule.help.text).toContain('busybox 1.36.1-r0: fixed in 1.36.1-r1.')
    expect(rule.help.markdown).toContain('| busybox | 1.36.1-r0 | 1.36.1-r1 |')
    expect(rule.help.markdown).toContain('[NVD, CVE-2022-48174](https://nvd.nist.gov/vuln/detail/CVE-2022-48174)')
    expect(rule.help.markdown).toContain('https://github.com/advisories/GHSA-aaaa-bbbb-cccc')
  })

  test('is shown at the line that brings it in, and says where it lies in the image', () => {
    const {run} = render([judged({...busybox, places: [{kind: 'image', path: 'usr/lib/x', layer: digestB}]})])
    expect(run.results[0].locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: {uri: 'serving/Dockerfile', uriBaseId: '%SRCROOT%'},
          region: {startLine: 7, startColumn: 1, endLine: 7, endColumn: 1},
        },
        logicalLocations: [{name: 'usr/lib/x', fullyQualifiedName: `${digestB}!usr/lib/x`, kind: 'resource'}],
        message: {text: 'In the image: usr/lib/x'},
      },
    ])
  })

  test('is shown at the config where no file of the repository brings it in', () => {
    const {run} = render([judged(busybox)], {placeOf: () => null})
    const {physicalLocation} = run.results[0].locations[0]
    expect([physicalLocation.artifactLocation.uri, physicalLocation.region.startLine]).toEqual(['slipway.yml', 1])
  })

  test.each([
    ['fail', fails, 'error'],
    ['warn', warns, 'warning'],
    ['undecided', undecided, 'warning'],
    ['pass', passes, 'note'],
    ['no rule', noRule, 'note'],
  ] as const)('is as loud as the gate: %s', (_, outcome, level) => {
    const {run} = render([judged(busybox, {outcome})])
    expect(run.results[0].level).toBe(level)
    expect(run.tool.driver.rules[0].defaultConfiguration.level).toBe(level)
  })

  test.each([
    [{state: 'fixed', versions: [], date: null}, 'A fix is announced without its version'],
    [unfixed, 'No version fixes it yet'],
    [{...unfixed, state: 'will-not-fix'}, 'Its distributor will not fix it'],
    [{...unfixed, state: 'end-of-life'}, 'build on a release that is supported'],
    [{...unfixed, state: 'unknown'}, 'Nobody says whether a version fixes it'],
  ] as const)('says what to do without a fixed version: %o', (fix, said) => {
    expect(render([judged({...busybox, fix})]).run.results[0].message.text).toContain(said)
  })

  test('that has neither title nor page is valid all the same', () => {
    const bare = {...vulnerability({title: '', installedVersion: '', fix: unfixed, severity: 'unknown'}), aliases: []}
    const {run} = render([judged(bare)])
    expect(run.tool.driver.rules[0]).toMatchObject({
      shortDescription: {text: 'CVE-2022-48174 in busybox'},
      fullDescription: {text: 'A known vulnerability. Known as CVE-2022-48174.'},
    })
    expect(run.results[0].message.text).toContain('busybox has CVE-2022-48174 (unknown). No version')
  })

  test('in two packages is one rule with two results, as grave as the graver', () => {
    const mild = vulnerability({package: 'ssl_client', severity: 'low'})
    const {run} = render([judged(mild), judged(busybox, {outcome: fails})])
    expect(run.tool.driver.rules).toHaveLength(1)
    expect(run.tool.driver.rules[0].properties['security-severity']).toBe('9.8')
    expect(run.tool.driver.rules[0].defaultConfiguration.level).toBe('error')
    expect(run.results.map((each: {ruleIndex: number}) => each.ruleIndex)).toEqual([0, 0])
  })

  test('is not called graver by its score than by the gate', () => {
    const {run} = render([judged({...busybox, severity: 'medium'})])
    expect(run.tool.driver.rules[0].properties['security-severity']).toBe('5.5')
  })

  test('that both scanners found is very precise, and one that is exploited says so', () => {
    const exploited = {
      ...busybox,
      foundBy: ['grype', 'trivy'],
      knownExploited: {added: null, due: null, ransomware: false},
    }
    const [rule] = render([judged(exploited)]).run.tool.driver.rules
    expect(rule.properties.precision).toBe('very-high')
    expect(rule.properties.tags).toContain('known-exploited')
  })
})

describe('other flaws as alerts', () => {
  const only = (flaw: Flaw, outcome = fails) => {
    const {run} = render([judged(flaw, {outcome})])
    const {ruleId, message, locations} = run.results[0]
    const {artifactLocation, region} = locations[0].physicalLocation
    return [ruleId, message.text, `${artifactLocation.uri}:${region.startLine}`]
  }

  test.each([
    [
      'a secret',
      secret(),
      'secret/aws-access-key-id',
      'app/.env holds a secret, aws-access-key-id (critical): AWS Access Key ID. Revoke the secret',
      'serving/Dockerfile:7',
    ],
    [
      'a misconfiguration, at its own line',
      misconfiguration(),
      'misconfiguration/runs-as-root',
      'runs-as-root (high): Container serving of Deployment credit may run as root. Set securityContext.runAsNonRoot.',
      'deploy/serving.yaml:12',
    ],
    [
      'a licence',
      licence(),
      'licence/AGPL-3.0-only',
      'ghostscript 10.0.0 has the licence AGPL-3.0-only. Replace the package',
      'serving/Dockerfile:7',
    ],
    [
      'a package',
      packageUse(),
      'package/left-pad',
      'left-pad 1.0.0 is in the image. Take the package out',
      'serving/Dockerfile:7',
    ],
    [
      'an end of life',
      endOfLife(),
      'end-of-life',
      'alpine 3.14.0 gets no more security updates. Build on a release',
      'serving/Dockerfile:7',
    ],
  ])('%s', (_, flaw, rule, message, place) => {
    expect(only(flaw)).toEqual([rule, expect.stringContaining(message), place])
  })

  test('the inventory of packages and licences makes no alerts', () => {
    expect(render([judged(licence()), judged(packageUse())]).run.results).toEqual([])
  })
})

describe('what does not count', () => {
  const suppressed = vulnerability({
    id: 'CVE-2',
    suppressed: {
      by: 'OpenVEX of vendor.example',
      reason: 'vulnerable_code_not_present',
      until: parseDay('2027-03-01') ?? 0,
    },
  })
  const all = [
    judged(busybox, {outcome: fails, waiver: waived}),
    judged(suppressed),
    judged(vulnerability({id: 'CVE-3'})),
  ]

  test('is in the file with who says so, and why, and until when', () => {
    const {run} = render(all)
    const reasons = run.results.map((each: {suppressions: {justification: string}[]}) =>
      each.suppressions.map(({justification}) => justification),
    )
    expect(reasons).toEqual([
      ['Waived by platform-team until 2027-01-31: No shell reads input from outside.'],
      ['Suppressed by OpenVEX of vendor.example until 2027-03-01: vulnerable_code_not_present'],
      [],
    ])
  })

  test('is left out of what GitHub gets, which would open alerts for it', () => {
    const {run} = render(all, {suppressed: 'left-out'})
    expect(run.results.map((each: {ruleId: string}) => each.ruleId)).toEqual(['CVE-3'])
    expect(run.results[0].suppressions).toBeUndefined()
  })

  test('whose waiver has ended is there again', () => {
    const ended: Judged['waiver'] = waived.kind === 'holds' ? {kind: 'expired', waiver: waived.waiver} : waived
    const {run} = render([judged(busybox, {outcome: fails, waiver: ended})], {suppressed: 'left-out'})
    expect(run.results[0].level).toBe('error')
  })
})

describe('categories', () => {
  test('are one for each service and platform', () => {
    const image = imageJudgement({service: 'fraud', platforms: [platformJudgement({platform: 'linux/arm/v7'})]})
    expect(render([], {}, image).category).toBe('image/fraud/linux-arm-v7/')
  })

  test('of two images for one platform are two, and stay the same from build to build', () => {
    const [first, second] = [platformJudgement(), platformJudgement({digest: digestB})]
    const image = imageJudgement({platforms: [first, second]})
    expect([first, second].map(part => renderImageSarif(part, image, options).category)).toEqual([
      'image/credit/linux-amd64/',
      'image/credit/linux-amd64-2/',
    ])
  })

  test('of the repository’s files is another than that of an image without a platform', () => {
    const none = imageJudgement({platforms: [platformJudgement({platform: null})]})
    expect(render([], {}, none).category).toBe('image/credit/any-platform/')
    const repository = platformJudgement({platform: null, digest: null, judged: [judged(misconfiguration())]})
    const {category, sarif} = renderImageSarif(repository, imageJudgement({repository}), options)
    expect(category).toBe('image/credit/repository/')
    expect(JSON.parse(sarif).runs[0].results[0].message.text).toMatch(/^credit: runs-as-root/)
  })
})

describe('an alert outlives a rebuild', () => {
  const hashes = (all: readonly Judged[], image = imageJudgement()): readonly string[] =>
    render(all, {}, image).run.results.map(
      (each: {partialFingerprints: {primaryLocationLineHash: string}}) =>
        each.partialFingerprints.primaryLocationLineHash,
    )
  const torch = vulnerability({
    id: 'CVE-2025-32434',
    package: 'torch',
    installedVersion: '2.5.1',
    purl: 'pkg:pypi/torch@2.5.1',
    places: [
      {kind: 'image', path: 'opt/venv/lib/python3.12/site-packages/torch-2.5.1.dist-info/METADATA', layer: digestA},
    ],
  })
  const newer = {
    ...torch,
    installedVersion: '2.5.2',
    purl: 'pkg:pypi/torch@2.5.2',
    places: [
      {
        kind: 'image' as const,
        path: 'opt/venv/lib/python3.12/site-packages/torch-2.5.2.dist-info/METADATA',
        layer: digestB,
      },
    ],
    severity: 'high' as const,
    title: 'Said otherwise',
    foundBy: ['grype', 'trivy'],
  }

  test('with another tag, digest, version, layer, severity, title and scanner', () => {
    const rebuilt = imageJudgement({
      label: `registry.example.com/credit:v13@${digestB}`,
      digest: digestB,
      platforms: [platformJudgement({digest: digestB, scan: scan({image: 'x', digests: [digestB]})})],
    })
    expect(hashes([judged(newer, {outcome: warns, isNew: true})], rebuilt)).toEqual(hashes([judged(torch)]))
  })

  test.each([
    ['another vulnerability', {id: 'CVE-9'}],
    ['another package', {package: 'torchvision', purl: 'pkg:pypi/torchvision@2.5.1'}],
    ['another kind of package', {purl: 'pkg:conda/torch@2.5.1'}],
    ['another place', {places: [{kind: 'image', path: 'srv/torch-2.5.1.dist-info/METADATA'}] as const}],
  ])('and is another one with %s', (_, change) => {
    expect(hashes([judged({...torch, ...change})])).not.toEqual(hashes([judged(torch)]))
  })

  test('and is another one of another service or platform', () => {
    const other = [
      imageJudgement({service: 'fraud'}),
      imageJudgement({platforms: [platformJudgement({platform: 'linux/arm64'})]}),
    ].flatMap(image => hashes([judged(torch)], image))
    expect(new Set([...other, ...hashes([judged(torch)])]).size).toBe(3)
  })

  test('a misconfiguration keeps its alert when lines above it or numbers in it change', () => {
    const message = 'Deployment credit has 1 replica, at least 3 are asked for.'
    const before = misconfiguration({message})
    const after = misconfiguration({
      message: message.replace('1 replica', '2 replica'),
      places: [{kind: 'repository', file: 'deploy/serving.yaml', line: 40}],
    })
    expect(hashes([judged(after)])).toEqual(hashes([judged(before)]))
  })

  test('two installed versions of one package are two alerts', () => {
    const two = hashes(
      [judged(torch), judged(newer)].map(each => ({...each, flaw: {...each.flaw, severity: 'high' as const}})),
    )
    expect(new Set(two).size).toBe(2)
  })

  test('whatever is scanned, in whatever order and version', () => {
    const name = fc.constantFrom('openssl', 'torch', 'left-pad', 'Ünïcode', '@scope/x')
    const version = fc.constantFrom('1', '1.0', '2.5.1', '0:1.2-r3', 'v1.2.3', '2024.1', '1.0+cu121')
    const path = fc.constantFrom('', 'usr/lib/{}/x', 'app/lib-{}.jar', 'a/b1/c', 'x/{}-info/{}')
    const part = fc.record({id: fc.constantFrom('CVE-2024-1', 'CVE-2024-2', 'GHSA-aaaa-bbbb-cccc'), name, path})
    const flawOf = ({id, name: named, path: at}: {id: string; name: string; path: string}, installed: string): Flaw => {
      const places: readonly Place[] = [{kind: 'image', path: at.replaceAll('{}', installed)}]
      return vulnerability({
        id,
        package: named,
        installedVersion: installed,
        purl: `pkg:pypi/${named}@${installed}`,
        places,
      })
    }
    const byRule = (all: readonly Flaw[], image = imageJudgement()) =>
      hashes(
        all.map(flaw => judged(flaw)),
        image,
      ).toSorted()
    fc.assert(
      fc.property(fc.array(part, {maxLength: 8}), version, version, fc.nat(), (parts, before, after, turn) => {
        const rebuilt = imageJudgement({label: `registry.example.com/credit:t${turn}`, digest: digestB})
        const turned = [...parts.slice(turn % 8), ...parts.slice(0, turn % 8)]
        expect(
          byRule(
            turned.map(each => flawOf(each, after)),
            rebuilt,
          ),
        ).toEqual(byRule(parts.map(each => flawOf(each, before))))
      }),
      {numRuns: 200},
    )
  })
})

describe('hostile and large scans', () => {
  test('whatever a scanner says, GitHub takes it', () => {
    const text = fc.oneof(
      fc.string({unit: 'binary', maxLength: 30}),
      fc.constantFrom('', ' ', '](x)', '\u202eabc', 'x'.repeat(9000)),
    )
    const place = fc.oneof(
      fc.record({kind: fc.constant('image' as const), path: text}),
      fc.record({kind: fc.constant('repository' as const), file: text, line: fc.integer({min: 1, max: 9})}),
    )
    const flaw = fc.oneof(
      fc
        .record({
          id: text,
          title: text,
          package: text,
          installedVersion: text,
          url: text,
          purl: text,
          places: fc.array(place, {maxLength: 3}),
          aliases: fc.array(text, {maxLength: 3}),
          fix: text.map(each => fixedIn(each)),
        })
        .map(vulnerability),
      fc
        .record({id: text, title: text, message: text, remedy: text, places: fc.array(place, {maxLength: 2})})
        .map(misconfiguration),
      fc.record({id: text, title: text, places: fc.array(place, {maxLength: 2})}).map(secret),
      fc.record({id: text, title: text}).map(endOfLife),
    )
    fc.assert(
      fc.property(fc.array(flaw, {maxLength: 5}), text, (flaws, doubt) => {
        const image = imageJudgement({platforms: [platformJudgement({scan: scan({doubts: [doubt]})})]})
        render(
          flaws.map(each => judged(each, {outcome: fails})),
          {},
          image,
        )
      }),
      {numRuns: 100},
    )
  })

  test('of 50,000 flaws the 5,000 gravest are written, whatever their order', () => {
    const severities = ['low', 'critical', 'medium', 'high', 'negligible'] as const
    const all = Array.from({length: 50_000}, (_, index) =>
      judged(
        vulnerability({
          id: `CVE-2024-${10_000 + (index % 20_000)}`,
          package: `package-${index % 700}`,
          severity: severities[index % 5] ?? 'low',
          purl: `pkg:deb/debian/package-${index % 700}@1`,
        }),
        {outcome: index % 3 === 0 ? fails : noRule},
      ),
    )
    const {run, cut} = render(all)
    expect(cut).toBe(45_000)
    expect(run.results).toHaveLength(5000)
    expect(new Set(run.results.map((each: {properties: {severity: string}}) => each.properties.severity))).toEqual(
      new Set(['critical']),
    )
    // Of what is equally severe, what blocks comes first.
    const levels: readonly string[] = run.results.map((each: {level: string}) => each.level)
    expect(levels.lastIndexOf('error')).toBeLessThan(levels.indexOf('note'))
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe(
      '45000 of 50000 findings are not in this file: GitHub shows the 5000 gravest.',
    )
  })
})

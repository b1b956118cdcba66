import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Waiver} from '../../../src/config/waivers.ts'
import type {WaiverState} from '../../../src/image/judgement.ts'
import type {Flaw} from '../../../src/image/scan.ts'
import {describeWaiver, indexWaivers, waiverOf} from '../../../src/image/waivers/state.ts'
import {unusedWaivers} from '../../../src/image/waivers/unused.ts'
import {endOfLife, licence, misconfiguration, packageUse, secret, vulnerability} from '../scans.ts'
import {waiver} from './waiver.ts'

const today = 20_778
const image = 'registry.example.com/ml/credit:v12'

function stateOf(waivers: readonly Waiver[], flaw: Flaw = vulnerability(), label = image): WaiverState {
  return waiverOf(flaw, label, indexWaivers(waivers), today)
}

/** Whether it holds for the flaw; what covers nothing must be named as unused, and nothing else. */
function covers(change: Partial<Waiver>, flaw: Flaw): boolean {
  const one = waiver(change)
  const holds = stateOf([one], flaw).kind === 'holds'
  expect(unusedWaivers([one], [{image, flaws: [flaw]}])).toEqual(holds ? [] : [one])
  return holds
}

describe('a waiver', () => {
  test.each([
    ['long before its last day', 15, {kind: 'holds', daysLeft: 15, expiresSoon: false}],
    ['two weeks before', 14, {kind: 'holds', daysLeft: 14, expiresSoon: true}],
    ['on its last day', 0, {kind: 'holds', daysLeft: 0, expiresSoon: true}],
    ['on the day after', -1, {kind: 'expired'}],
  ] as const)('%s', (_, days, expected) => {
    expect(stateOf([waiver({expires: today + days})])).toMatchObject(expected)
  })

  test.each([
    ['another vulnerability', {id: 'CVE-2022-48175'}],
    ['the same id in other letters', {id: 'cve-2022-48174'}],
    ['another kind of the same id', {kind: 'secret'}],
    ['another package', {package: 'ssl_client'}],
    ['a part of the name of the package', {package: 'busy'}],
    ['a path, where nobody knows one', {path: 'bin/busybox'}],
  ] as const)('does not cover %s', (_, change) => expect(covers(change, vulnerability())).toBe(false))

  test('knows a vulnerability by each of its names', () => {
    const flaw = vulnerability({aliases: ['ALAS-2022-1', 'CVE-2022-48174', 'GHSA-aaaa-bbbb-cccc']})
    expect(covers({id: 'GHSA-aaaa-bbbb-cccc'}, flaw)).toBe(true)
  })

  const purl = 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=3.18.2'
  test.each([
    ['every version', 'pkg:apk/alpine/busybox', true],
    ['this version', 'pkg:apk/alpine/busybox@1.36.1-r0', true],
    ['another version', 'pkg:apk/alpine/busybox@1.36.1-r1', false],
    ['another distribution', 'pkg:apk/wolfi/busybox', false],
  ])('names a package by URL: %s', (_, name, expected) => {
    expect(covers({package: name}, vulnerability({purl}))).toBe(expected)
  })

  test('that names a package by URL covers no package without one', () => {
    expect(covers({package: 'pkg:apk/alpine/busybox'}, vulnerability())).toBe(false)
  })

  const inJar = vulnerability({places: [{kind: 'image', path: 'usr/lib/legacy/app.jar'}]})
  test.each([
    ['itself', 'usr/lib/legacy/app.jar', true],
    ['itself from the root', '/usr/lib/legacy/app.jar', true],
    ['all below a folder', 'usr/lib/**', true],
    ['a name in any folder', '**/app.jar', true],
    ['stars in names', 'usr/*/legacy/*.jar', true],
    ['files of the folder above alone', 'usr/lib/*', false],
    ['another file', 'usr/lib/legacy/other.jar', false],
    ['its folder, which is no file', 'usr/lib/legacy', false],
  ])('of a path covers %s', (_, path, expected) => expect(covers({path}, inJar)).toBe(expected))

  test('of one path does not hide the same flaw in another', () => {
    const places = [
      {kind: 'image', path: 'opt/a.jar'},
      {kind: 'image', path: 'opt/b.jar'},
    ] as const
    const [a, b] = [waiver({path: 'opt/a.jar'}), waiver({path: 'opt/b.jar', expires: today + 3})]
    expect(stateOf([a], vulnerability({places}))).toEqual({kind: 'none'})
    expect(stateOf([a, b], vulnerability({places}))).toMatchObject({kind: 'holds', waiver: b, daysLeft: 3})
    expect(stateOf([a, {...b, expires: today - 1}], vulnerability({places}))).toMatchObject({kind: 'expired'})
  })

  test.each([
    ['its name', 'registry.example.com/ml/credit', true],
    ['a star for its name', 'registry.example.com/ml/*', true],
    ['a star for more than a name', 'registry.example.com/*', false],
    ['two stars for all below', 'registry.example.com/**', true],
    ['another registry', 'mirror.example.com/ml/credit', false],
    ['a name that begins like it', 'registry.example.com/ml/cred', false],
  ])('of images covers by %s', (_, pattern, expected) => {
    const one = waiver({image: pattern})
    expect(stateOf([one]).kind === 'holds').toBe(expected)
  })

  test.each([
    ['python', 'docker.io/library/python:3.12', true],
    ['docker.io/library/python', 'python@sha256:ab', true],
    ['bitnami/python', 'index.docker.io/bitnami/python:3', true],
    ['python', 'bitnami/python:3', false],
    ['localhost:5000/python', 'localhost:5000/python:3', true],
  ])('knows short names of Docker: %s is %s, %j', (pattern, label, expected) => {
    expect(stateOf([waiver({image: pattern})], vulnerability(), label).kind === 'holds').toBe(expected)
  })

  test.each([
    ['secret', secret(), {kind: 'secret', id: 'aws-access-key-id', path: 'app/.env'}],
    ['misconfiguration', misconfiguration(), {kind: 'misconfiguration', id: 'runs-as-root', path: 'deploy/**'}],
    ['licence', licence(), {kind: 'licence', id: 'AGPL-3.0-only', package: 'ghostscript'}],
    ['package', packageUse(), {kind: 'package', id: 'left-pad'}],
    ['end of life', endOfLife(), {kind: 'end-of-life', id: 'alpine 3.14.0'}],
  ] as const)('covers a %s', (_, flaw, change) => expect(covers(change, flaw)).toBe(true))

  // The names under which Trivy has reported one check: pkg/iac/rego metadata "id", "avd_id" and "aliases".
  test.each(['KSV014', 'KSV-0014', 'AVD-KSV-0014'])('knows a check of Trivy by all of its names: %s', id => {
    expect(covers({kind: 'misconfiguration', id: 'AVD-KSV-0014'}, misconfiguration({id}))).toBe(true)
    expect(covers({kind: 'misconfiguration', id: 'KSV-0015'}, misconfiguration({id}))).toBe(false)
  })
})

describe('of several waivers', () => {
  test('the one for exactly this package comes before one for every package', () => {
    const exact = waiver({package: 'busybox', owner: 'security'})
    expect(stateOf([waiver(), exact])).toMatchObject({waiver: {owner: 'security'}})
  })

  test('one that ran out does not hide one that still holds', () => {
    const expired = waiver({package: 'busybox', expires: today - 1})
    expect(stateOf([expired, waiver()])).toMatchObject({kind: 'holds'})
  })

  test('the order in the file does not matter', () => {
    const some = [
      waiver({package: 'busybox', line: 1}),
      waiver({path: 'bin/**', line: 2, expires: today + 3}),
      waiver({image: 'registry.example.com/ml/*', line: 3}),
      waiver({package: 'busybox', image: 'registry.example.com/ml/credit', line: 4, expires: today - 3}),
    ]
    const flaw = vulnerability({places: [{kind: 'image', path: 'bin/busybox'}]})
    fc.assert(
      fc.property(fc.shuffledSubarray(some, {minLength: 1}), chosen => {
        const inOrder = chosen.toSorted((a, b) => a.line - b.line)
        expect(stateOf(chosen, flaw)).toEqual(stateOf(inOrder, flaw))
      }),
    )
  })
})

test('one waiver more never lets a flaw count that was waived', () => {
  const some = fc.record({
    id: fc.constantFrom('CVE-2022-48174', 'GHSA-1', 'CVE-9'),
    expires: fc.integer({min: today - 2, max: today + 2}),
    package: fc.constantFrom(undefined, 'busybox', 'pkg:apk/alpine/busybox', 'zlib'),
    path: fc.constantFrom(undefined, 'opt/a.jar', 'opt/*', '**/b.jar'),
    image: fc.constantFrom(undefined, 'registry.example.com/ml/*', 'registry.example.com/ml/other'),
  })
  const flaw = vulnerability({
    aliases: ['CVE-2022-48174', 'GHSA-1'],
    purl: 'pkg:apk/alpine/busybox@1.36.1-r0',
    places: [
      {kind: 'image', path: 'opt/a.jar'},
      {kind: 'image', path: 'opt/b.jar'},
    ],
  })
  let held = 0
  fc.assert(
    fc.property(fc.array(some, {minLength: 1, maxLength: 5}), fc.nat(), (changes, at) => {
      const all = changes.map((change, line) => waiver({...change, line}))
      const fewer = all.filter((_, index) => index !== at % all.length)
      if (stateOf(fewer, flaw).kind !== 'holds') return
      held++
      expect(stateOf(all, flaw).kind).toBe('holds')
    }),
    {numRuns: 500},
  )
  expect(held).toBeGreaterThan(20)
})

describe('unused waivers', () => {
  test('are those that no image needs', () => {
    const [used, gone] = [waiver(), waiver({id: 'CVE-2020-1'})]
    const images = [
      {image, flaws: []},
      {image, flaws: [vulnerability()]},
    ]
    expect(unusedWaivers([used, gone], images)).toEqual([gone])
  })

  test('do not count where the waiver is for another image', () => {
    const elsewhere = waiver({id: 'CVE-2020-1', image: 'registry.example.com/ml/ranking'})
    expect(unusedWaivers([elsewhere], [{image, flaws: []}])).toEqual([])
    expect(unusedWaivers([elsewhere], [{image: 'registry.example.com/ml/ranking', flaws: []}])).toEqual([elsewhere])
  })

  test('are not those that cover one of several places', () => {
    const places = [
      {kind: 'image', path: 'opt/a.jar'},
      {kind: 'image', path: 'opt/b.jar'},
    ] as const
    expect(unusedWaivers([waiver({path: 'opt/a.jar'})], [{image, flaws: [vulnerability({places})]}])).toEqual([])
  })
})

test('a waiver is described by all that it names', () => {
  expect(describeWaiver(waiver({package: 'busybox'}))).toBe('CVE-2022-48174 in busybox')
  expect(describeWaiver(waiver({kind: 'secret', id: 'aws', path: 'app/**', image: 'credit'}))).toBe(
    'secret aws at app/** of credit',
  )
})

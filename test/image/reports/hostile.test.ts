import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isFailure} from '../../../src/core/failure.ts'
import {renderScan} from '../../../src/image/render/scan-json.ts'
import {parseReport} from '../../../src/image/reports/read.ts'
import {imageJudgement, pkg, platformJudgement, scan, secret, vulnerability} from '../scans.ts'
import {fixture} from './fixtures.ts'

const flaws = [vulnerability(), secret()]
const own = renderScan(imageJudgement({platforms: [platformJudgement({scan: scan({flaws, packages: [pkg()]})})]}))

const reports: readonly (readonly [name: string, text: string])[] = [
  ...[
    'trivy-image.sarif',
    'grype.sarif',
    'kube-linter.sarif',
    'trivy-vulnerabilities.cdx.json',
    'syft.json',
    'trivy.spdx.json',
  ].map(name => [name, fixture(name)] as const),
  ['scan.json', own],
]

type Json = unknown

/** Every place in a document that can hold another value. */
function placesIn(json: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof json !== 'object' || json === null) return [path]
  return [
    path,
    ...Object.entries(json).flatMap(([key, value]) =>
      placesIn(value, [...path, Array.isArray(json) ? Number(key) : key]),
    ),
  ]
}

function withValue(json: Json, [step, ...rest]: readonly (string | number)[], value: Json): Json {
  if (step === undefined) return value
  if (Array.isArray(json)) return json.map((each, index) => (index === step ? withValue(each, rest, value) : each))
  if (typeof json !== 'object' || json === null) return value
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [key, key === step ? withValue(each, rest, value) : each]),
  )
}

const strange = fc.oneof(
  fc.constantFrom<Json>(
    null,
    '',
    '\u0000',
    -1,
    1e308,
    0.5,
    true,
    [],
    {},
    [null],
    [[]],
    [''],
    {id: 1},
    '__proto__',
    'pkg:',
    'CVE-',
    '../..',
  ),
  fc.jsonValue(),
)

describe('whatever stands in a report, the answer is a scan or a clear failure', () => {
  test.each(reports)('%s with one value changed', (name, text) => {
    const json: Json = JSON.parse(text)
    const places = placesIn(json)
    fc.assert(
      fc.property(fc.integer({min: 0, max: places.length - 1}), strange, (index, value) => {
        const changed = JSON.stringify(withValue(json, places[index] ?? [], value))
        expect(answers(changed, name)).toBe(true)
      }),
      {numRuns: 150},
    )
  })

  test.each(reports)('%s cut off anywhere is no report', (name, text) => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: text.trimEnd().length - 1}), end => {
        expect(() => parseReport(text.slice(0, end), name)).toThrow(/cut off|is empty/)
      }),
      {numRuns: 30},
    )
  })
})

function answers(text: string, name: string): boolean {
  try {
    return parseReport(text, name).scanners.length > 0
  } catch (error) {
    if (isFailure(error)) return error.message !== '' && error.hint !== undefined
    throw error
  }
}

import {describe, expect, test} from 'vitest'
import {parseExposition} from '../../../src/telemetry/exposition.ts'
import {mirrorResults, skipReasons} from '../../../src/traffic/router/compare-answers.ts'
import {createMirrorTally, type MirrorTally} from '../../../src/traffic/router/mirror-tally.ts'

/** Values by metric name and the label that tells its series apart. */
function valuesOf(tally: MirrorTally, version: string): Record<string, number> {
  const page = parseExposition(tally.render(version), 'prometheus-text')
  if (page.kind === 'malformed') throw new Error(page.detail)
  return Object.fromEntries(
    page.samples.map(({name, labels, value}) => [
      `${name} ${labels.get('result') ?? labels.get('reason') ?? labels.get('le') ?? ''}`.trim(),
      value,
    ]),
  )
}

describe('what mirroring showed is a page that our own reader understands', () => {
  test('with each result and each reason', () => {
    const tally = createMirrorTally()
    tally.count('v2', 'same')
    tally.count('v2', 'same')
    tally.count('v2', 'failed')
    tally.skip('v2', 'busy')
    expect(valuesOf(tally, 'v2')).toMatchObject({
      'slipway_mirror_requests_total same': 2,
      'slipway_mirror_requests_total different': 0,
      'slipway_mirror_requests_total failed': 1,
      'slipway_mirror_skipped_total busy': 1,
      'slipway_mirror_skipped_total method': 0,
    })
  })

  test('with every series at zero for a release that got no copies, which is not the same as no data', () => {
    const values = valuesOf(createMirrorTally(), 'v1')
    for (const result of mirrorResults) expect(values[`slipway_mirror_requests_total ${result}`]).toBe(0)
    for (const reason of skipReasons) expect(values[`slipway_mirror_skipped_total ${reason}`]).toBe(0)
  })

  test('with the copies of one release only', () => {
    const tally = createMirrorTally()
    tally.count('v2', 'different')
    expect(valuesOf(tally, 'v3')['slipway_mirror_requests_total different']).toBe(0)
  })
})

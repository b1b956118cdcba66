/** Reports that real tools wrote, as code scanning gets them. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {judgeScan} from '../../../src/image/gate/judge.ts'
import {renderImageSarif} from '../../../src/image/render/sarif.ts'
import {parseReport} from '../../../src/image/reports/read.ts'
import {indexWaivers} from '../../../src/image/waivers/state.ts'
import {readSarif} from '../../fakes/github/sarif-rules.ts'
import {imageJudgement, platformJudgement} from '../scans.ts'

const fixtures = path.join(import.meta.dirname, '../../fixtures')
const files = [
  ...['trivy-layout.json', 'trivy-registry.json', 'trivy-flawed.json', 'grype/alpine.cdx.json'].map(
    name => `image/${name}`,
  ),
  ...[
    'checkov.sarif',
    'hadolint.sarif',
    'kube-linter.sarif',
    'grype.sarif',
    'trivy-image.sarif',
    'trivy-sources.sarif',
  ].map(name => `reports/${name}`),
]

describe('what a real tool found', () => {
  test.each(files)('in %s is SARIF that GitHub takes, with all of it', file => {
    const scan = parseReport(fs.readFileSync(path.join(fixtures, file), 'utf8'), file)
    const policy = {
      rules: [{severity: 'critical', verdict: 'fail'}] as const,
      waivers: indexWaivers([]),
      baseline: {kind: 'none'} as const,
      today: 20_700,
      image: 'credit',
    }
    const platform = platformJudgement({scan, judged: judgeScan(scan, policy)})
    const {sarif, cut} = renderImageSarif(platform, imageJudgement({platforms: [platform]}), {
      version: '1.0.0',
      placeOf: () => null,
      otherwise: 'slipway.yml',
      suppressed: 'shown',
    })
    const reading = readSarif(sarif)
    expect(reading).toMatchObject({kind: 'read'})
    const inventory = platform.judged.filter(
      ({flaw, outcome}) => (flaw.kind === 'package' || flaw.kind === 'licence') && outcome.kind === 'no-rule',
    )
    const results = reading.kind === 'read' ? (reading.analyses[0]?.results ?? []) : []
    expect(results).toHaveLength(platform.judged.length - inventory.length)
    expect(results.length).toBeGreaterThan(0)
    expect(cut).toBe(0)
    const identities = results.map(({ruleId, path: at, hash}) => `${ruleId} ${at} ${hash}`)
    expect(new Set(identities).size).toBe(results.length)
  })
})

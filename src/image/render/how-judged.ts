/** How an image was judged: whoever doubts a verdict starts here. */

import type {ImageRule} from '../../config/image-schema.ts'
import {assertNever} from '../../core/assert.ts'
import {cut} from '../../core/cut.ts'
import {formatMinute, parseInstant} from '../../core/instant.ts'
import type {Block} from '../../report/report.ts'
import {describeRule} from '../gate/rule.ts'
import {type ImageJudgement, type PlatformJudgement, partsOf} from '../judgement.ts'
import type {Scan, ScannerRun} from '../scan.ts'

const mostDoubts = 10

/** @param rules of the gate, in their order */
export function howJudged(judgement: ImageJudgement, rules: readonly ImageRule[]): Block {
  const scans = partsOf(judgement).map(({scan}) => scan)
  const doubts = [...new Set(scans.flatMap(scan => scan.doubts))]
  return {
    kind: 'details',
    summary: 'How this was judged',
    blocks: [
      {
        kind: 'list',
        items: [
          `Image: ${judgement.label}${judgement.digest === null ? '' : `, ${judgement.digest}`}`,
          ...judgement.platforms.map(platformText),
          ...unique(scans.flatMap(scan => scan.scanners.map(scannerText))),
          ...unique(judgement.platforms.map(({scan}) => lookedFor(scan))),
          `New means: ${baselineText(judgement)}`,
          `Gate, first match of a kind decides: ${rules.map(describeRule).join('; ')}`,
          ...doubts.slice(0, mostDoubts).map(doubt => `In doubt: ${doubt}`),
          ...(doubts.length > mostDoubts ? [`And ${doubts.length - mostDoubts} more doubts.`] : []),
        ].map(item => cut(item, 1000)),
      },
    ],
  }
}

function platformText({platform, digest, scan: {os, packageCount}}: PlatformJudgement): string {
  const count = packageCount === null ? 'an unknown number of packages' : `${packageCount} packages`
  return `Platform: ${platform ?? 'unknown'}, ${digest ?? 'digest unknown'}; ${os?.name ?? 'no operating system'}, ${count}`
}

function scannerText({name, version, at, databaseBuilt}: ScannerRun): string {
  const parts = [
    version === null ? 'version unknown' : `version ${version}`,
    ...(at === null ? [] : [`at ${minuteOf(at)}`]),
    ...(databaseBuilt === null ? [] : [`database of ${minuteOf(databaseBuilt)}`]),
  ]
  return `Scanner: ${name}, ${parts.join(', ')}`
}

/** Tools write nanoseconds; what is no date stands as it was written. */
function minuteOf(text: string): string {
  const time = parseInstant(text)
  return Number.isNaN(time) ? text : `${formatMinute(time)} UTC`
}

function lookedFor({lookedFor: kinds, knows, flaws}: Scan): string {
  const by = knows.knownExploitedBy ?? []
  const exploited = knows.knownExploited
    ? 'looked up'
    : by.length > 0
      ? `looked up by ${by.join(' and ')}`
      : 'not looked up'
  const scored = flaws.some(flaw => flaw.kind === 'vulnerability' && flaw.epss !== null)
  const epss = knows.epss ? 'looked up' : scored ? 'looked up for some' : 'not looked up'
  return `Looked for: ${kinds.join(', ') || 'nothing that is named'}; exploitation ${exploited}, EPSS ${epss}`
}

function baselineText({baseline}: ImageJudgement): string {
  switch (baseline.kind) {
    case 'none':
      return 'compared with nothing, so everything counts as new'
    case 'known':
      return `not in ${baseline.label}`
    case 'missing':
      return `compared with nothing, so everything counts as new: ${baseline.why}`
    default:
      return assertNever(baseline)
  }
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

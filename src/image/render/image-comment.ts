/**
 * What a pull request’s comment says of an image: what is new since the release in production, and where the rest can be
 * read. A comment that repeats a hundred known vulnerabilities each time is one that nobody reads.
 */
import type {Finding} from '../../core/finding.ts'
import type {GateResult} from '../../core/result.ts'
import {isSettled} from '../../report/finding-text.ts'
import {reportOf} from '../../report/from-result.ts'
import type {Block, Report} from '../../report/report.ts'
import type {ImageJudgement} from '../judgement.ts'
import {flawKinds} from '../scan.ts'
import {acrossPlatforms, type SeenFlaw} from './across-platforms.ts'
import {comparedWith} from './compared.ts'
import {type Fate, isOpen} from './fate.ts'
import {
  fixColumn,
  flawTable,
  gateColumn,
  idColumn,
  installedColumn,
  severityColumn,
  titleColumn,
  whereColumn,
} from './flaw-table.ts'
import {sentenceOf} from './flaw-text.ts'
import {comparedText, openFirst, whatToDoFirst} from './image-report.ts'

export interface ImageCommentContext {
  /** Page with the whole report: the run, whose summary it is. */
  readonly summaryUrl?: string
}

const mostRows = 20

/** Short: it stands among the sections of the other gates. Render it within `commentSectionLimit`. */
export function composeComment(
  result: GateResult,
  judgement: ImageJudgement,
  {summaryUrl}: ImageCommentContext = {},
): Report {
  const seen = acrossPlatforms(judgement)
  const concerns = result.findings.filter(finding => !isSettled(finding.verdict) && !isAboutFlaw(finding))
  const report = reportOf({...result, findings: concerns})
  const news = newsOf(judgement, seen)
  const more: readonly Block[] = [
    {kind: 'paragraph', text: totals(seen)},
    ...(summaryUrl === undefined ? [] : [{kind: 'link', text: 'The whole report', url: summaryUrl} as const]),
  ]
  return {...report, blocks: [...news, ...report.blocks, ...more]}
}

/** The table below says it of each flaw; what else the gate found stands for itself. */
function isAboutFlaw({id}: Finding): boolean {
  return flawKinds.some(kind => id === `image/${kind}`)
}

function newsOf(judgement: ImageJudgement, seen: readonly SeenFlaw[]): readonly Block[] {
  const compared = comparedWith(judgement, seen)
  // Where everything counts as new, what no rule is against would bury what one is.
  const news = compared === null ? seen.filter(({fate}) => isOpen(fate)) : compared.fresh.filter(isNews)
  const columns = [severityColumn, idColumn, whereColumn, titleOrVersion, fixColumn, gateColumn]
  return [
    {kind: 'paragraph', text: compared === null ? incomparable(judgement) : comparedText(compared)},
    ...flawTable(openFirst(news), columns, {rows: mostRows}),
    ...whatToDoFirst(news),
  ]
}

/** Versions of what is in a package; else there is a file, and what it holds says more. */
const titleOrVersion = {
  name: 'Installed',
  cell: (seen: SeenFlaw) => installedColumn.cell(seen) || titleColumn.cell(seen),
}

/** What is waived or suppressed is no news; nor is the use of a package that no rule names. */
function isNews(seen: SeenFlaw): boolean {
  return isOpen(seen.fate) || (seen.fate === 'reported' && isCounted(seen))
}

function incomparable({baseline}: ImageJudgement): string {
  if (baseline.kind === 'missing') {
    return `There is nothing to compare with: ${sentenceOf(baseline.why)}. So everything counts as new. ${baseline.remedy}`
  }
  return 'There is no earlier image to compare with, so everything counts as new.'
}

function totals(seen: readonly SeenFlaw[]): string {
  const parts = words.flatMap(([fate, word]) => {
    const count = seen.filter(each => each.fate === fate && isCounted(each)).length
    return count === 0 ? [] : [`${count} ${word}`]
  })
  return parts.length === 0 ? 'In all, nothing was found.' : `In all: ${parts.join(', ')}.`
}

/** Packages and licences that no rule names are an inventory. */
function isCounted({judged: {flaw, outcome}}: SeenFlaw): boolean {
  return (flaw.kind !== 'package' && flaw.kind !== 'licence') || outcome.kind !== 'no-rule'
}

const words: readonly (readonly [Fate, string])[] = [
  ['blocks', 'against the gate'],
  ['undecided', 'undecided'],
  ['warns', 'to look at'],
  ['reported', 'below the gate'],
  ['waived', 'waived'],
  ['suppressed', 'suppressed by others'],
]

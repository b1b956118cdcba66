/**
 * What a pull request’s comment says of an image: what is new since the release in production, and where the rest can be
 * read. A comment that repeats a hundred known vulnerabilities each time is one that nobody reads.
 */
import {cut} from '../../core/cut.ts'
import type {Finding} from '../../core/finding.ts'
import type {GateResult} from '../../core/result.ts'
import type {Verdict} from '../../core/verdict.ts'
import {isSettled} from '../../report/finding-text.ts'
import {reportOf} from '../../report/from-result.ts'
import type {Block, Report} from '../../report/report.ts'
import {subjectOf} from '../findings/flaw-words.ts'
import type {ImageJudgement} from '../judgement.ts'
import {flawKinds} from '../scan.ts'
import {acrossPlatforms, type SeenFlaw} from './across-platforms.ts'
import {comparedText, comparedWith, isDoubtful} from './compared.ts'
import {type Fate, isOpen} from './fate.ts'
import {whatToDoFirst} from './first-upgrades.ts'
import {fixColumn, flawTable, gateColumn, severityColumn, whatColumn} from './flaw-table.ts'
import {sentenceOf} from './flaw-text.ts'
import {isNews, openFirst} from './news.ts'

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
  const report = reportOf({...result, findings: concerns}, [
    ...totals(seen, result.verdict),
    ...(summaryUrl === undefined ? [] : [{kind: 'link', text: 'The whole report', url: summaryUrl} as const]),
  ])
  return {...report, blocks: [...newsOf(judgement, seen, result.verdict), ...report.blocks]}
}

/** The table says it of each flaw; what else the gate found stands for itself, and so does a waiver that ends. */
function isAboutFlaw({id, reason}: Finding): boolean {
  if (reason === 'image/waiver-expires-soon' || reason === 'image/waiver-expired') return false
  return saidAlready.has(id) || flawKinds.some(kind => id === `image/${kind}`)
}

const saidAlready: ReadonlySet<string> = new Set([
  'image/more-flaws',
  'image/os-is-supported',
  // The first sentence says it already.
  'image/baseline-is-known',
])

function newsOf(judgement: ImageJudgement, seen: readonly SeenFlaw[], verdict: Verdict): readonly Block[] {
  if (judgement.platforms.length === 0) return []
  const compared = comparedWith(judgement, seen, verdict)
  // Where everything counts as new, what no rule is against would bury what one is.
  const news = compared === null ? seen.filter(({fate}) => isOpen(fate)) : compared.fresh.filter(isNews)
  const columns = [severityColumn, whatColumn, fixColumn, gateColumn]
  return [
    {kind: 'paragraph', text: compared === null ? incomparable(judgement) : comparedText(compared)},
    ...flawTable(openFirst(news), columns, {rows: mostRows}),
    ...(compared === null ? [] : stillBlocking(seen)),
    ...whatToDoFirst(news),
  ]
}

const mostNames = 5

/** A comment without a new flaw must not leave a red verdict unexplained. */
function stillBlocking(seen: readonly SeenFlaw[]): readonly Block[] {
  const blocking = seen.filter(({fate, judged}) => fate === 'blocks' && judged.isNew === false)
  if (blocking.length === 0) return []
  const names = blocking.slice(0, mostNames).map(each => cut(subjectOf(each.judged.flaw)))
  const rest = blocking.length - names.length
  const stand = blocking.length === 1 ? 'stands' : 'stand'
  return [
    {
      kind: 'paragraph',
      text: `Not new, and ${stand} against the gate: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`,
    },
  ]
}

function incomparable({baseline}: ImageJudgement): string {
  if (baseline.kind === 'missing') {
    return `Everything counts as new, since there is nothing to compare with. ${sentenceOf(baseline.why)}. ${baseline.remedy}`
  }
  return 'Everything counts as new, since there is nothing to compare with.'
}

/** Of a scan that cannot be believed nobody shall read that nothing was found. */
function totals(seen: readonly SeenFlaw[], verdict: Verdict): readonly Block[] {
  const parts = words.flatMap(([fate, word]) => {
    const count = seen.filter(each => each.fate === fate && (fate !== 'reported' || isNews(each))).length
    return count === 0 ? [] : [`${count} ${word}`]
  })
  if (parts.length > 0) return [{kind: 'paragraph', text: `In all: ${parts.join(', ')}.`}]
  return isDoubtful(verdict) ? [] : [{kind: 'paragraph', text: 'In all, nothing was found.'}]
}

const words: readonly (readonly [Fate, string])[] = [
  ['blocks', 'against the gate'],
  ['undecided', 'undecided'],
  ['warns', 'to look at'],
  ['reported', 'below the gate'],
  ['waived', 'waived'],
  ['suppressed', 'suppressed by others'],
]

import type {Finding, ReasonCode} from '../../../core/finding.ts'
import {formatCount} from '../../../core/quantity.ts'
import {type Verdict, verdicts, worstOf} from '../../../core/verdict.ts'
import {shownPath} from './words.ts'

/** The question that every finding about a file answers. */
export const fileId: ReasonCode = 'model/file-safe'

/** A finding, and how soon a person has to see it among those of the same verdict: 0 first. */
export interface Objection {
  readonly finding: Finding
  readonly rank: number
}

/** Of one rule in one file, of one file, and of a model: enough for a person. What is left out is counted, and its verdict stays. */
const perRule = 10
const perFile = 25
const perModel = 200

/** The worst first, and never more than a person reads: a hostile file has no end of them. */
export function boundedFindings(
  files: readonly {path: string; objections: readonly Objection[]}[],
): readonly Finding[] {
  const each = files.flatMap(({path, objections}) => bounded(objections, perFile, `${shownPath(path)}`))
  return bounded(each, perModel, 'the model').map(({finding}) => finding)
}

function bounded(objections: readonly Objection[], limit: number, of: string): readonly Objection[] {
  const sorted = objections.toSorted(
    (a, b) => verdicts.indexOf(b.finding.verdict) - verdicts.indexOf(a.finding.verdict) || a.rank - b.rank,
  )
  const [shown, hidden] = split(sorted, limit)
  const [first, ...rest] = hidden
  return first === undefined ? shown : [...shown, {rank: 9, finding: theRest([first, ...rest], of)}]
}

/** What a person sees, and what is only counted: one rule leaves room for the others. */
function split(sorted: readonly Objection[], limit: number): readonly [shown: Objection[], hidden: Objection[]] {
  const counts = new Map<string, number>()
  const shown: Objection[] = []
  const hidden: Objection[] = []
  for (const each of sorted) {
    const key = `${each.finding.place?.file} ${each.finding.reason}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    const fits = count <= perRule && shown.length < limit - 1
    ;(fits ? shown : hidden).push(each)
  }
  // The sentence about the rest takes the room of one: where only one is left, that one is shown.
  return hidden.length === 1 ? [[...shown, ...hidden], []] : [shown, hidden]
}

function theRest(objections: readonly [Objection, ...Objection[]], of: string): Finding {
  const findings = objections.map(({finding}) => finding)
  const hidden = findings.reduce((sum, finding) => sum + (finding.reason === moreReason ? (finding.n ?? 1) : 1), 0)
  return {
    id: fileId,
    subject: of,
    verdict: worstOf(findings.map(({verdict}) => verdict)),
    reason: moreReason,
    what: `And ${formatCount(hidden)} more of ${of}: ${kindsOf(findings)}.`,
    why: 'They count as much as those that are listed.',
    remedy: 'Look at those that are listed first; the JSON result and SARIF hold no more of them.',
    n: hidden,
  }
}

const moreReason: ReasonCode = 'model/more-findings'

/** `4 fail, 12 warn`. */
function kindsOf(findings: readonly Finding[]): string {
  const counts = Map.groupBy(findings, ({verdict}) => verdict)
  const worstFirst: readonly Verdict[] = verdicts.toReversed()
  return worstFirst
    .flatMap(verdict => {
      const number = (counts.get(verdict) ?? []).reduce(
        (sum, {reason, n}) => sum + (reason === moreReason ? (n ?? 1) : 1),
        0,
      )
      return number === 0 ? [] : [`${formatCount(number)} ${verdict}`]
    })
    .join(', ')
}

/**
 * The report of the image gate: what to do first, the findings, what is new, who found what, what is waived or
 * suppressed, what no rule names, and how it was judged.
 */
import type {ImageRule} from '../../config/image-schema.ts'
import type {GateResult} from '../../core/result.ts'
import {severities} from '../../core/severity.ts'
import {reportOf} from '../../report/from-result.ts'
import type {Block, Report} from '../../report/report.ts'
import {type ImageJudgement, platformName} from '../judgement.ts'
import type {FlawKind} from '../scan.ts'
import {acrossPlatforms, type SeenFlaw} from './across-platforms.ts'
import {agreement} from './agreement.ts'
import {type Compared, comparedText, comparedWith} from './compared.ts'
import {fateOf} from './fate.ts'
import {whatToDoFirst} from './first-upgrades.ts'
import {
  type FlawColumn,
  fixColumn,
  flawSection,
  flawTable,
  gateColumn,
  severityColumn,
  whatColumn,
} from './flaw-table.ts'
import {sentenceOf} from './flaw-text.ts'
import {howJudged} from './how-judged.ts'
import {isNews, openFirst} from './news.ts'
import {setAside} from './set-aside.ts'

export interface ImageReportContext {
  readonly rules: readonly ImageRule[]
}

/** A neutral document; `fit.ts` cuts it to what GitHub takes. */
export function composeReport(result: GateResult, judgement: ImageJudgement, {rules}: ImageReportContext): Report {
  const seen = acrossPlatforms(judgement)
  const report = reportOf(result, [
    ...whatIsNew(comparedWith(judgement, seen, result.verdict)),
    ...agreement(judgement, seen),
    ...setAside(seen),
    ...belowTheGate(judgement),
    ...reportedSection('secret', 'Secrets, not gated', seen),
    ...foldedMisconfigurations(seen),
    ...allowedLicences(seen),
    howJudged(judgement, rules),
  ])
  return {...report, blocks: [...whatToDoFirst(seen), ...report.blocks]}
}

function whatIsNew(compared: Compared | null): readonly Block[] {
  if (compared === null) return []
  const news = openFirst(compared.fresh.filter(isNews))
  return [
    {kind: 'heading', text: `New since ${compared.label}`},
    {kind: 'paragraph', text: comparedText(compared)},
    ...flawTable(news, [severityColumn, whatColumn, fixColumn, gateColumn]),
  ]
}

/** Manifests always have some advice against them that nobody gates: it is there, and in nobody's way. */
function foldedMisconfigurations(seen: readonly SeenFlaw[]): readonly Block[] {
  const [heading, ...blocks] = reportedSection('misconfiguration', 'Misconfigurations', seen)
  if (heading === undefined) return []
  return [
    {kind: 'details', summary: `Misconfigurations, not gated: ${reported('misconfiguration', seen).length}`, blocks},
  ]
}

/** Secrets and misconfigurations that no rule is against, each with its reason; the others stand among the findings. */
function reportedSection(kind: 'secret' | 'misconfiguration', heading: string, seen: readonly SeenFlaw[]) {
  const said: FlawColumn = {
    name: 'Why',
    cell: ({judged: {flaw}}) => sentenceOf(flaw.kind === 'misconfiguration' ? flaw.message : flaw.title),
  }
  return flawSection(heading, reported(kind, seen), [severityColumn, whatColumn, said, gateColumn])
}

function reported(kind: FlawKind, seen: readonly SeenFlaw[]): readonly SeenFlaw[] {
  return seen.filter(({judged: {flaw}, fate}) => flaw.kind === kind && fate === 'reported')
}

/** Licences that rules let pass by name: somebody decided that, and somebody may want to see it. */
function allowedLicences(seen: readonly SeenFlaw[]): readonly Block[] {
  const same = seen.filter(
    ({judged: {flaw, outcome}, fate}) => flaw.kind === 'licence' && fate === 'reported' && outcome.kind !== 'no-rule',
  )
  if (same.length === 0) return []
  const summary = `Licences that a rule lets pass: ${same.length}`
  return [{kind: 'details', summary, blocks: flawTable(same, [whatColumn, gateColumn])}]
}

/** Vulnerabilities that no rule is against, as numbers: platform x severity x fixable. */
function belowTheGate(judgement: ImageJudgement): readonly Block[] {
  const {platforms} = judgement
  const several = platforms.length > 1
  const rows = platforms.flatMap(part => {
    const rest = part.judged.filter(each => each.flaw.kind === 'vulnerability' && fateOf(each) === 'reported')
    return severities.toReversed().flatMap(severity => {
      const of = rest.filter(({flaw}) => flaw.severity === severity)
      const fixable = of.filter(({flaw}) => flaw.kind === 'vulnerability' && flaw.fix.versions.length > 0).length
      const counts = [severity, String(fixable), String(of.length - fixable)]
      return of.length === 0 ? [] : [several ? [platformName(part, judgement), ...counts] : counts]
    })
  })
  if (rows.length === 0) return []
  return [
    {kind: 'heading', text: 'Vulnerabilities, not gated'},
    {
      kind: 'table',
      columns: [
        ...(several ? [{name: 'Platform'}] : []),
        {name: 'Severity'},
        {name: 'Fixable', align: 'right'},
        {name: 'Without a fix', align: 'right'},
      ],
      rows,
    },
  ]
}

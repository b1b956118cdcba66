import {assertNever} from '../core/assert.ts'
import type {Finding, ReasonCode} from '../core/finding.ts'
import type {Verdict} from '../core/verdict.ts'
import type {Report} from '../report/report.ts'
import {classificationBlocks} from './describe/classification.ts'
import {howThisWasJudged} from './describe/conventions.ts'
import {driftBlocks} from './describe/drift.ts'
import {fileBlocks} from './describe/files.ts'
import {groupBlocks} from './describe/groups.ts'
import {metricsTable} from './describe/metrics-table.ts'
import {segmentBlocks} from './describe/weak-segments.ts'
import type {ModelFacts} from './gather.ts'
import type {Judgement, Policy} from './judge.ts'

/** What was found, what follows from it, and by which rules. */
export interface Judged {
  readonly facts: ModelFacts
  readonly judgement: Judgement
  readonly policy: Policy
}

/** What the gate says to a person. No row and no id of the data stands in it; small groups stay hidden. */
export function describeModel(judged: Judged, verdict: Verdict, reason: ReasonCode): Report {
  const {findings} = judged.judgement
  return {
    title: 'Model',
    verdict,
    reason,
    summary: summarize(verdict, findings),
    blocks: [
      {kind: 'findings', findings},
      ...metricsTable(judged),
      ...classificationBlocks(judged),
      ...groupBlocks(judged),
      ...segmentBlocks(findings),
      ...driftBlocks(judged),
      ...fileBlocks(judged),
      howThisWasJudged(judged),
    ],
  }
}

function summarize(verdict: Verdict, findings: readonly Finding[]): string {
  const count = (wanted: Verdict) => findings.filter(finding => finding.verdict === wanted).length
  const worst = findings.find(finding => finding.verdict === verdict)
  switch (verdict) {
    case 'pass':
      return `The model keeps all ${findings.length} checks.`
    case 'warn':
      return `The model may go on; ${count('warn')} of ${findings.length} checks deserve a look. ${worst?.what ?? ''}`.trim()
    case 'fail':
      return `The model is refused: ${worst?.what ?? ''}`.trim()
    case 'inconclusive':
      return `The data cannot tell: ${worst?.what ?? ''}`.trim()
    case 'error':
    case 'not-applicable':
      return `The model could not be judged. ${worst?.what ?? ''}`.trim()
    default:
      return assertNever(verdict)
  }
}

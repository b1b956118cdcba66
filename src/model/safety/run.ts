import type {Config} from '../../config/schema.ts'
import type {Day} from '../../core/day.ts'
import {conclude, type Finding} from '../../core/finding.ts'
import {formatCount, formatSize} from '../../core/quantity.ts'
import type {GateResult} from '../../core/result.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Report} from '../../report/report.ts'
import type {Files} from '../../runtime/files.ts'
import type {ProductionBaseline} from '../gather-baseline.ts'
import type {Gathered} from '../gather-fact.ts'
import {digestText, fileTable, importBlocks} from './describe.ts'
import {judgeSafety} from './findings.ts'
import {type GatheredModel, gatherSafety} from './gather.ts'

export interface InspectModelInputs {
  readonly service: string
  readonly model: Config['model']
  readonly files: Files
  readonly today: Day
  /** Null where nothing is asked of production. */
  readonly production: Gathered<ProductionBaseline> | null
}

export interface InspectedModel {
  readonly result: GateResult
  readonly report: Report
  /** With the digest of each file, for a manifest. */
  readonly model: GatheredModel
}

/**
 * What would these files do, if they were loaded? Reads every one of them by its content and answers; nothing is loaded,
 * imported or executed.
 * @throws UserError where the files themselves cannot be read
 */
export async function inspectModel({
  service,
  model,
  files,
  today,
  production,
}: InspectModelInputs): Promise<InspectedModel> {
  const facts = await gatherSafety(files, model, production)
  const {findings, verdicts} = judgeSafety(facts, model, today)
  const {verdict, reason} = conclude(findings, 'model')
  const summary = summarize(verdict, findings, facts)
  const result: GateResult = {
    gate: 'model',
    service,
    verdict,
    reason,
    summary,
    findings,
    subject: {model: facts.files.digest},
  }
  // A model in which nothing stands in the way has its one sentence above.
  const told = findings.filter(({what}) => verdict !== 'pass' || what !== summary)
  const report: Report = {
    title: 'Model files',
    verdict,
    reason,
    summary,
    blocks: [
      fileTable(facts, verdicts),
      ...(told.length === 0 ? [] : [{kind: 'findings' as const, findings: told}]),
      ...importBlocks(facts),
      digestText(facts),
    ],
  }
  return {result, report, model: facts}
}

function summarize(verdict: Verdict, findings: readonly Finding[], {scan}: GatheredModel): string {
  const size = formatSize(scan.files.reduce((sum, file) => sum + file.size, 0))
  const count = scan.files.length
  const all = `${formatCount(count)} ${count === 1 ? 'file' : 'files'}, ${size}`
  const worst = findings.filter(finding => finding.verdict === verdict)
  if (verdict === 'pass') return findings.find(({id}) => id === 'model/files-safe')?.what ?? `${all}.`
  const more = worst.length > 1 ? ` (and ${formatCount(worst.length - 1)} more)` : ''
  return `${all}: ${worst[0]?.what ?? ''}${more}`
}

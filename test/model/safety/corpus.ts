import {readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import * as z from 'zod'
import type {Finding} from '../../../src/core/finding.ts'
import {type Verdict, worstOf} from '../../../src/core/verdict.ts'
import {gatherModel} from '../../../src/model/safety/gather.ts'
import {judgeScan} from '../../../src/model/safety/judge.ts'
import type {ModelScan} from '../../../src/model/safety/model-scan.ts'
import type {FormatPolicy} from '../../../src/model/safety/policy.ts'
import {systemFiles} from '../../../src/runtime/files.ts'

/** Model files, real and hostile, with the verdict that each must get: see ORIGIN.md there. */
export const corpusFolder = resolve(import.meta.dirname, '../../fixtures/models')

const verdict = z.enum(['pass', 'warn', 'fail', 'inconclusive', 'error'])
const entries = z.array(
  z.strictObject({
    path: z.string(),
    what: z.string(),
    weightsOnly: verdict,
    allowlist: verdict,
    rules: z.array(z.string()),
    by: z.string().optional(),
    row: z.number().optional(),
    reference: z.string().optional(),
  }),
)

export type CorpusEntry = z.infer<typeof entries>[number]

export function readCorpus(folder: string = corpusFolder): readonly CorpusEntry[] {
  return entries.parse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')))
}

export async function scanEntry({path}: CorpusEntry, folder: string = corpusFolder): Promise<ModelScan> {
  const {scan} = await gatherModel(systemFiles, join(folder, path))
  return scan
}

export interface Judged {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
}

/** With no allowance of a team's own. */
export function judged(scan: ModelScan, formats: FormatPolicy): Judged {
  const {findings} = judgeScan(scan, {formats, allow: [], today: 0})
  return {verdict: worstOf(findings.map(finding => finding.verdict)), findings}
}

/** Ids of the rules that were seen, each once. */
export function rulesSeen(scan: ModelScan): readonly string[] {
  return [...new Set(scan.files.flatMap(({observations}) => observations.map(({rule}) => rule.id)))]
}

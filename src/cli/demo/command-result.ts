/** What a command of Slipway said on stdout, read back: the demo knows no more than any other caller. */
import * as z from 'zod'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import {type Verdict, verdicts} from '../../core/verdict.ts'
import type {ProgramEnd} from './process.ts'

export interface CommandResult {
  readonly exitCode: number
  readonly verdict: Verdict
  readonly reason: ReasonCode
  readonly summary: string
  readonly findings: readonly Finding[]
  /** Phase of the rollout, where the command was about one. */
  readonly phase: string | null
}

const code = z.templateLiteral([z.string(), '/', z.string()])

const interval = z
  .looseObject({low: z.number().nullable(), high: z.number().nullable(), confidence: z.number(), method: z.string()})
  // JSON has no infinity: the open side of a one-sided interval is null.
  .transform(({low, high, ...rest}) => ({...rest, low: low ?? -Infinity, high: high ?? Infinity}))

const finding = z.looseObject({
  id: code,
  verdict: z.enum(verdicts),
  reason: code,
  subject: z.string(),
  what: z.string(),
  why: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
  value: z.union([z.number(), z.string()]).exactOptional(),
  limit: z.string().exactOptional(),
  interval: interval.exactOptional(),
  n: z.number().exactOptional(),
})

const document = z.looseObject({
  schemaVersion: z.literal(1),
  verdict: z.enum(verdicts),
  reason: code,
  summary: z.string(),
  findings: z.array(finding),
  rollout: z.looseObject({phase: z.string()}).optional(),
})

/** A command that ended without a result (a refusal, a crash, a kill) is `error`, with its last words as summary. */
export function commandResult({exitCode, signal, stdout, progress}: ProgramEnd): CommandResult {
  const read = document.safeParse(parseJson(stdout))
  if (exitCode !== null && read.success) {
    const {verdict, reason, summary, findings, rollout} = read.data
    return {
      exitCode,
      verdict,
      reason,
      summary,
      findings: findings.map(({details: _, ...each}) => each),
      phase: rollout?.phase ?? null,
    }
  }
  const words = progress.filter(line => line.trim() !== '')
  const said = words.map(line => /^\(([a-z-]+)\/([a-z-]+)\)$/.exec(line)).findLast(match => match !== null)
  return {
    exitCode: exitCode ?? 3,
    verdict: 'error',
    reason: said ? `${said[1]}/${said[2]}` : 'demo/no-result',
    summary: words.slice(-3).join(' ') || `The command ended by ${signal ?? `exit code ${exitCode}`} and said nothing.`,
    findings: [],
    phase: null,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

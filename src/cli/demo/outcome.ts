/** How a release's way ended, and whether that is what the story says. Pure. */
import {assertNever} from '../../core/assert.ts'
import {formatDuration} from '../../core/quantity.ts'
import {type Verdict, worstOf} from '../../core/verdict.ts'
import type {Block, Report} from '../../report/report.ts'
import type {CommandResult} from './command-result.ts'
import type {Served} from './load.ts'
import type {Scenario} from './scenarios.ts'

export type GateName = 'model' | 'image' | 'rollout'

export interface GateRun {
  readonly gate: GateName
  /** The command line, to be repeated by hand. */
  readonly command: string
  readonly result: CommandResult
  readonly progress: readonly string[]
}

export interface Outcome {
  readonly scenario: Scenario
  /** In the order in which they judged; the last one is the gate reached. */
  readonly gates: readonly GateRun[]
  /** For a blocked release: what `promote` answered when it was asked all the same. */
  readonly promotedAnyway: CommandResult | null
  /** Whether the command inside the release's files was executed. */
  readonly payloadExecuted: boolean
  /** Whether the process that drove the rollout was lost on the way. */
  readonly driverLost: boolean
  /** In production before it came; null for the first release ever. */
  readonly production: string | null
  /** Releases that answered users after its rollout had ended; none where there was no rollout, or no users. */
  readonly answeringAfterwards: readonly string[]
  /** What users saw of this release. */
  readonly served: Served
  /** Answers of all releases while this one had users. */
  readonly answersMeanwhile: number
  readonly durationMs: number
}

/** What contradicts the story; empty when all is as told. */
export function contradictions({scenario, ...outcome}: Outcome): readonly string[] {
  const {gates, promotedAnyway, served} = outcome
  const {ending, lostAtShare} = scenario
  const last = gates.at(-1)
  const seen = last ? `${last.gate} ended with ${last.result.verdict} (${last.result.reason})` : 'nothing judged it'
  const problems = outcome.payloadExecuted ? ['the command inside the release was executed'] : []
  const inCharge = ending.kind === 'promoted' ? scenario.version : outcome.production
  const strangers = outcome.answeringAfterwards.filter(version => version !== inCharge)
  if (strangers.length > 0)
    problems.push(`afterwards users were served by ${strangers.join(', ')}, not only ${inCharge}`)
  if (lostAtShare !== undefined && !outcome.driverLost)
    problems.push('the rollout ended before it could be interrupted')
  switch (ending.kind) {
    case 'promoted':
      if (last?.gate !== 'rollout' || last.result.exitCode !== 0) problems.push(`expected its promotion, but ${seen}`)
      return problems
    case 'blocked':
      if (last?.gate !== ending.at || last.result.verdict !== 'fail') {
        problems.push(`expected the ${ending.at} gate to fail it, but ${seen}`)
      }
      if (promotedAnyway?.exitCode === 0) problems.push('promote accepted it without passing evidence')
      if (served.requests > 0) problems.push(`${served.requests} requests reached it`)
      return problems
    case 'aborted':
      if (last?.gate !== 'rollout' || last.result.exitCode !== 1) problems.push(`expected an abort, but ${seen}`)
      if (served.requests === 0) problems.push('no request ever reached it')
      return problems
    default:
      return assertNever(ending)
  }
}

/** `none`, `0 of 5210 requests failed`, or what failed and what would have failed without a canary. */
export function usersAffected({scenario, served, answersMeanwhile}: Outcome): string {
  const {requests, failed} = served
  if (requests === 0) return scenario.ending.kind === 'promoted' ? 'no users yet' : 'none: it never served'
  const some = `${failed} of ${requests} requests failed`
  if (failed === 0) return some
  return `${some}; about ${Math.round((failed / requests) * answersMeanwhile)} at 100 %`
}

export function demoReport(outcomes: readonly Outcome[], durationMs: number): Report {
  const problems = outcomes.flatMap(each => contradictions(each).map(text => `${each.scenario.version}: ${text}`))
  const verdict: Verdict = outcomes.length === 0 ? 'error' : problems.length === 0 ? 'pass' : 'fail'
  return {
    title: 'The way of the releases',
    verdict,
    reason: verdict === 'pass' ? 'demo/as-told' : 'demo/not-as-told',
    summary:
      verdict === 'pass'
        ? `${outcomes.length} releases in ${formatDuration(durationMs)}; each ended as its story says.`
        : `Not every release ended as its story says: ${problems.join('; ') || 'nothing ran'}.`,
    blocks: [outcomeTable(outcomes)],
  }
}

export function outcomeTable(outcomes: readonly Outcome[]): Block {
  return {
    kind: 'table',
    columns: [
      {name: 'release'},
      {name: 'gate reached'},
      {name: 'verdict'},
      {name: 'reason'},
      {name: 'users affected'},
      {name: 'time', align: 'right'},
    ],
    rows: outcomes.map(outcome => {
      const last = outcome.gates.at(-1)
      return [
        outcome.scenario.version,
        `${last?.gate ?? 'none'}${outcome.driverLost ? ', resumed' : ''}`,
        verdictOf(outcome),
        last?.result.reason ?? 'demo/nothing-judged',
        usersAffected(outcome),
        formatDuration(outcome.durationMs),
      ]
    }),
  }
}

/** Worst of all gates that it went through. */
function verdictOf({gates}: Outcome): Verdict {
  return worstOf(gates.map(({result}) => result.verdict))
}

/** The table, then everything that each gate said of each release. */
export function fullReport(outcomes: readonly Outcome[], durationMs: number): Report {
  const short = demoReport(outcomes, durationMs)
  return {...short, blocks: [...short.blocks, ...outcomes.flatMap(chapter)]}
}

function chapter({scenario, gates, promotedAnyway, driverLost}: Outcome): readonly Block[] {
  return [
    {kind: 'heading', text: `${scenario.version}: ${scenario.story}`},
    ...gates.flatMap(({gate, command, result, progress}): Block[] => [
      {kind: 'paragraph', text: `${gate}: ${result.verdict} (${result.reason}). ${result.summary}`},
      {kind: 'findings', findings: result.findings},
      {kind: 'details', summary: `How to repeat it, and what it said`, blocks: [said(command, progress)]},
    ]),
    ...(driverLost
      ? [
          {
            kind: 'paragraph',
            text: 'The process that drove this rollout was killed; the command was given again.',
          } as const,
        ]
      : []),
    ...(promotedAnyway
      ? [{kind: 'paragraph', text: `Asked to promote it all the same: ${promotedAnyway.summary}`} as const]
      : []),
  ]
}

function said(command: string, progress: readonly string[]): Block {
  return {kind: 'code', text: [`$ ${command}`, ...progress].join('\n')}
}

/**
 * The decision rules of other tools, as pure functions over a recorded trace. They are models: each file names what it
 * models and what it leaves out. Where the traffic goes is taken from the trace; a rule only says when it would have
 * promoted, aborted or stopped to ask.
 */
import {formatInstant} from '../../core/instant.ts'
import type {Recording} from './recording.ts'

export interface RuleAnswer {
  /** `held`: it waits for a person, or the trace ends first. */
  readonly outcome: 'promoted' | 'aborted' | 'held'
  /** Milliseconds since 1970. */
  readonly at: number
  /** Index of the line at which it was decided. */
  readonly line: number
  /** One sentence. */
  readonly why: string
}

export interface Rule {
  readonly id: string
  /** `Argo Rollouts`. */
  readonly tool: string
  /** What is set, in the tool's own words: `failureLimit 3`. */
  readonly settings: string
  judge(recording: Recording): RuleAnswer
}

/** The answer at line `line` of the recording. */
export function answerAt({trace}: Recording, line: number, outcome: RuleAnswer['outcome'], why: string): RuleAnswer {
  return {outcome, at: trace.lines[line]?.at ?? Number.NaN, line, why}
}

/** The answer of a rule that nothing has stopped. */
export function promotedAtEnd(recording: Recording, why: string): RuleAnswer {
  return answerAt(recording, recording.trace.lines.length - 1, 'promoted', why)
}

/** `0.0213` as a value in a sentence. */
export function formatValue(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value)
}

export function describeTime(at: number): string {
  return formatInstant(at).replace('.000Z', 'Z')
}

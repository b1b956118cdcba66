/** Whether other stages let more traffic reach a candidate that nobody has judged yet. */
import {formatDuration} from '../core/quantity.ts'
import type {StageConfig} from './rollout-schema.ts'

/**
 * Stages are looser when at any time after the start more traffic can have reached the candidate than before, or when a
 * person is not asked any more; tighter when neither is so and the other way round it is. What changes neither, such as
 * the share of copies, is a change without direction. After the last stage all traffic has reached it.
 */
export function compareStages(base: unknown, head: unknown): 'loosened' | 'tightened' | 'changed' {
  if (!isStages(base) || !isStages(head)) return 'changed'
  if (isLooser(base, head)) return 'loosened'
  return isLooser(head, base) ? 'tightened' : 'changed'
}

/** `copies of 100% for 24h, 5% for 2h (from 30m on), 25% for 6h (asks first)` */
export function describeStages(value: unknown): string {
  if (!isStages(value)) return 'none'
  return value.map(describeStage).join(', ') || 'all at once'
}

function describeStage(stage: StageConfig): string {
  const share = stage.mirror === undefined ? `${stage.weight}%` : `copies of ${stage.mirror}%`
  const {'at-least': least, 'at-most': most} = stage
  const notes = [
    ...(least === undefined ? [] : [`from ${formatDuration(least)} on`]),
    ...(most === undefined ? [] : [`up to ${formatDuration(most)}`]),
    ...(stage['ask-first'] ? ['asks first'] : []),
  ]
  return `${share} for ${formatDuration(stage.for)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

function isLooser(base: readonly StageConfig[], head: readonly StageConfig[]): boolean {
  const times = [0, ...endsOf(base), ...endsOf(head)]
  if (times.some(time => weightAt(head, time) > weightAt(base, time))) return true
  // Asked before a weight: the largest one that a candidate can reach before anybody is asked.
  return unaskedWeight(head) > unaskedWeight(base)
}

function unaskedWeight(stages: readonly StageConfig[]): number {
  const asked = stages.findIndex(stage => stage['ask-first'])
  return asked < 0 ? Number.POSITIVE_INFINITY : Math.max(0, ...stages.slice(0, asked).map(weightOf))
}

/** Percent of traffic at `timeMs` after the start, when every stage is passed as early as the plan allows. */
function weightAt(stages: readonly StageConfig[], timeMs: number): number {
  const ends = endsOf(stages)
  const index = ends.findIndex(end => timeMs < end)
  const stage = stages[index]
  return stage ? weightOf(stage) : 100
}

/** Copies are answered to nobody. */
function weightOf({weight}: StageConfig): number {
  return weight ?? 0
}

/** Milliseconds from the start to the earliest end of each stage. */
function endsOf(stages: readonly StageConfig[]): readonly number[] {
  let end = 0
  return stages.map(stage => {
    end += stage['at-least'] ?? stage.for
    return end
  })
}

function isStages(value: unknown): value is readonly StageConfig[] {
  return (
    Array.isArray(value) &&
    value.every(
      each => typeof each?.for === 'number' && (typeof each.weight === 'number' || typeof each.mirror === 'number'),
    )
  )
}

import {formatDuration} from '../core/quantity.ts'
import type {RolloutConfig} from './rollout-schema.ts'

type Stage = RolloutConfig['stages'][number]

/**
 * Stages are looser when at any time after the start more traffic can have reached the candidate than before; tighter
 * when it is nowhere more. After the last stage all traffic has.
 */
export function compareStages(base: unknown, head: unknown): 'loosened' | 'tightened' | 'changed' {
  if (!isStages(base) || !isStages(head)) return 'changed'
  const times = [0, ...endsOf(base), ...endsOf(head)]
  const more = times.some(time => weightAt(head, time) > weightAt(base, time))
  return more ? 'loosened' : 'tightened'
}

/** `5% for 2h, 25% for 6h` */
export function describeStages(value: unknown): string {
  if (!isStages(value)) return 'none'
  return value.map(stage => `${stage.weight}% for ${formatDuration(stage.for)}`).join(', ')
}

/** Percent of traffic at `timeMs` after the start, when every stage is passed at its end. */
function weightAt(stages: readonly Stage[], timeMs: number): number {
  const ends = endsOf(stages)
  const index = ends.findIndex(end => timeMs < end)
  return stages[index]?.weight ?? 100
}

/** Milliseconds from the start to the end of each stage. */
function endsOf(stages: readonly Stage[]): readonly number[] {
  let end = 0
  return stages.map(stage => {
    end += stage.for
    return end
  })
}

function isStages(value: unknown): value is readonly Stage[] {
  return Array.isArray(value) && value.every(each => typeof each?.weight === 'number' && typeof each?.for === 'number')
}

/** What a replay goes through: which lines, by which plan, from when on. Pure. */
import type {EnvironmentConfig} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import type {Trace, TraceLine} from './trace.ts'

export interface Course {
  /** The policy, without what a trace cannot answer: approvals, and a person's go before a stage. */
  readonly environment: EnvironmentConfig
  readonly lines: readonly TraceLine[]
  /** When the candidate got its first request, in milliseconds since 1970. */
  readonly beganAt: number
  /** Index of the stage that a line after `now` belongs to. */
  stageAt(now: number): number
}

type Stage = EnvironmentConfig['rollout']['stages'][number]

interface Segment {
  readonly weightPercent: number
  readonly from: number
  readonly until: number
}

/** Two weights are the same when they agree to a hundredth of a percent. */
const sameWeight = 0.01

/** @throws UserError `backtest/no-candidate-traffic` */
export function courseOf(
  trace: Trace,
  environment: EnvironmentConfig,
  mode: 'follow-trace' | 'replay-weights',
): Course {
  const asked = {...environment, approvals: []}
  if (mode === 'replay-weights') {
    const first = trace.lines.findIndex(hasCandidate)
    if (first < 0) throw noCandidate()
    const stages = environment.rollout.stages.map(stage => ({...stage, 'ask-first': false}))
    return {
      environment: {...asked, rollout: {...environment.rollout, stages}},
      lines: trace.lines.slice(first),
      beganAt: beginOf(trace, first),
      stageAt: () => 0,
    }
  }
  return followed(trace, asked)
}

/** The trace's own stages. Before its first weight and after its last one the candidate has no traffic to judge. */
function followed(trace: Trace, environment: EnvironmentConfig): Course {
  const isMirrored = trace.lines.every(({weightPercent}) => weightPercent === 0)
  const isOn = (line: TraceLine) => (isMirrored ? hasCandidate(line) : line.weightPercent > 0)
  const first = trace.lines.findIndex(isOn)
  if (first < 0) throw noCandidate()
  const lines = levelled(trace.lines.slice(first, trace.lines.findLastIndex(isOn) + 1))
  const beganAt = beginOf(trace, first)
  const segments = segmentsOf(lines, beganAt)
  const {rollout} = environment
  return {
    // Windows and deadlines say when traffic may move; here it moved already.
    environment: {
      ...environment,
      freeze: [],
      rollout: {
        ...rollout,
        stages: segments.map(segment => stageOf(segment, isMirrored)),
        bake: 0,
        deadline: undefined,
        'only-during': [],
      },
    },
    lines,
    beganAt,
    stageAt: now =>
      Math.max(
        0,
        segments.findIndex(({until}) => now < until),
      ),
  }
}

/** Weights that differ by less than a router can tell are one weight. */
function levelled(lines: readonly TraceLine[]): TraceLine[] {
  let level = Number.NaN
  return lines.map(line => {
    if (!(Math.abs(line.weightPercent - level) <= sameWeight)) level = line.weightPercent
    return level === line.weightPercent ? line : {...line, weightPercent: level}
  })
}

function segmentsOf(lines: readonly TraceLine[], beganAt: number): Segment[] {
  const segments: Segment[] = []
  let from = beganAt
  for (const [index, {weightPercent, at}] of lines.entries()) {
    if (lines[index + 1]?.weightPercent === weightPercent) continue
    segments.push({weightPercent, from, until: at})
    from = at
  }
  return segments
}

function stageOf({weightPercent, from, until}: Segment, isMirrored: boolean): Stage {
  const share = isMirrored ? {mirror: 100} : {weight: weightPercent}
  return {...share, for: until - from, 'ask-first': false}
}

/** The first line counts since the line before it, or for as long as the others. */
function beginOf({lines, intervalMs}: Trace, first: number): number {
  return lines[first - 1]?.at ?? (lines[first]?.at ?? 0) - intervalMs
}

function hasCandidate({guards}: TraceLine): boolean {
  return Object.values(guards).some(({candidate}) => candidate.n > 0)
}

function noCandidate(): UserError {
  return new UserError('backtest/no-candidate-traffic', 'The candidate has no request on any line of the trace.', {
    hint: 'Name the release and the time of a rollout in which it had traffic.',
  })
}

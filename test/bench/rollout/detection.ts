/** (b) How soon a sick release is aborted, by us and by others as they are used and as they are tuned. */
import type {Trace} from '../../../src/backtest/trace.ts'
import {abortLineOf, mostKayentaRuns, type Quiet, tools, tuned} from './contenders.ts'
import {finite, median, requestsUntil} from './figures.ts'
import {first, knowing, usBySession, usFirst, worldsOf} from './judges.ts'
import {bothTests, bothTestsBySession, healthy, noises, recordingFor} from './worlds.ts'

export interface DetectionJob {
  readonly kind: 'detection'
  readonly size: number
  /** Times the errors of a healthy release. */
  readonly ratios: readonly number[]
  readonly runs: number
}

export interface Detection {
  readonly kind: 'detection'
  readonly size: number
  /** Ours, in each of `noises`: what the others may have when they are tuned. */
  readonly falseAborts: readonly number[]
  readonly runs: number
  readonly rows: readonly DetectionRow[]
}

export interface DetectionRow {
  readonly ratio: number
  readonly contender: string
  /** As it is used; as quiet as we are in the world that is measured here; as quiet as we are in every world. */
  readonly tuning: 'usual' | 'here' | 'everywhere'
  readonly setting: string
  readonly detected: number
  /** Candidate requests until half of all runs had aborted; null where fewer than half did. */
  readonly medianRequests: number | null
  readonly medianMinutes: number | null
}

export function detection({size, ratios, runs}: DetectionJob, seed: number): Detection {
  const worlds = noises.map(noise => {
    const traces = worldsOf({size, noise, candidate: () => healthy, stable: healthy}, runs, seed)
    const judge = knowing(bothTests, {size, noise}, seed)
    const allowed = traces.filter((trace, run) => judge.abortLine(trace, run) !== null).length
    return {recordings: traces.map(recordingFor), allowed}
  })
  const contenders = tools.flatMap(tool => {
    const quiet = tool.name === 'Kayenta' ? worlds.map(world => firstOf(world, mostKayentaRuns / 4)) : worlds
    return [
      {tool, tuning: 'usual' as const, setting: tool.usual},
      {tool, tuning: 'here' as const, setting: tuned(tool, quiet.slice(0, 1))},
      {tool, tuning: 'everywhere' as const, setting: tuned(tool, quiet)},
    ]
  })
  const rows: DetectionRow[] = []
  for (const ratio of ratios) {
    const world = {size, noise: 'independent', candidate: () => ratio * healthy, stable: healthy} as const
    const traces = worldsOf(world, runs, seed + 7)
    const told = traces.map(recordingFor)
    const add = (row: Pick<DetectionRow, 'contender' | 'tuning' | 'setting'>, lines: readonly (number | null)[]) =>
      rows.push({ratio, ...row, ...summaryOf(traces, lines)})
    for (const judge of [
      knowing(bothTests, {size, noise: 'independent'}, seed),
      first(bothTests, usFirst),
      first(bothTestsBySession, usBySession),
    ]) {
      add(
        {contender: judge.name, tuning: 'usual', setting: ''},
        traces.map((trace, run) => judge.abortLine(trace, run)),
      )
    }
    for (const {tool, tuning, setting} of contenders) {
      const lines = setting === null ? told.map(() => null) : told.map(each => abortLineOf(tool.at(setting), each))
      const words = setting === null ? 'no setting is quiet enough' : tool.describe(setting)
      add({contender: tool.name, tuning, setting: words}, lines)
    }
  }
  return {kind: 'detection', size, falseAborts: worlds.map(({allowed}) => allowed), runs, rows}
}

/** A part of these releases, with as large a share of aborts allowed. */
function firstOf({recordings, allowed}: Quiet, count: number): Quiet {
  const part = recordings.slice(0, count)
  return {recordings: part, allowed: Math.floor((allowed * part.length) / recordings.length)}
}

function summaryOf(traces: readonly Trace[], lines: readonly (number | null)[]) {
  const requests = traces.map((trace, run) => requestsUntil(trace, lines[run] ?? null))
  const minutes = lines.map(line => (line === null ? Number.POSITIVE_INFINITY : (line + 1) * 5))
  return {
    detected: lines.filter(line => line !== null).length / lines.length,
    medianRequests: finite(median(requests)),
    medianMinutes: finite(median(minutes)),
  }
}

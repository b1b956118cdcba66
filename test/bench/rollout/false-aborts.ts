/** (a) How often a healthy release is aborted. */
import {abortLineOf, mostKayentaRuns, tools} from './contenders.ts'
import {first, knowing, usFirst, worldsOf} from './judges.ts'
import {bothTests, healthy, type Noise, recordingFor} from './worlds.ts'

export interface FalseAbortsJob {
  readonly kind: 'false-aborts'
  readonly size: number
  readonly noise: Noise
  readonly runs: number
}

/** Aborts of a healthy release by each contender, of `runs`. */
export interface FalseAborts {
  readonly kind: 'false-aborts'
  readonly size: number
  readonly noise: Noise
  readonly aborts: Readonly<Record<string, {readonly aborts: number; readonly runs: number}>>
}

export function falseAborts({size, noise, runs}: FalseAbortsJob, seed: number): FalseAborts {
  const traces = worldsOf({size, noise, candidate: () => healthy, stable: healthy}, runs, seed)
  const aborts: Record<string, {aborts: number; runs: number}> = {}
  for (const judge of [knowing(bothTests, {size, noise}, seed), first(bothTests, usFirst)]) {
    aborts[judge.name] = {aborts: traces.filter((trace, run) => judge.abortLine(trace, run) !== null).length, runs}
  }
  for (const tool of tools) {
    const rule = tool.at(tool.usual)
    const judged = tool.name === 'Kayenta' ? traces.slice(0, mostKayentaRuns) : traces
    const count = judged.filter(trace => abortLineOf(rule, recordingFor(trace)) !== null).length
    aborts[tool.name] = {aborts: count, runs: judged.length}
  }
  return {kind: 'false-aborts', size, noise, aborts}
}

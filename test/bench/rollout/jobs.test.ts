import {describe, expect, test} from 'vitest'
import {abortLineOf, tools, tuned} from './contenders.ts'
import {runJob} from './jobs.ts'
import {us} from './judges.ts'
import {healthy, makeTrace, recordingFor} from './worlds.ts'

describe('the bench', () => {
  test('gives the same figures for the same seed, and others for another', () => {
    const job = {kind: 'false-aborts', size: 20, noise: 'shared bursts', runs: 5} as const
    expect(runJob(job, 1)).toEqual(runJob(job, 1))
    const world = {size: 20, noise: 'independent', candidate: () => healthy, stable: healthy} as const
    expect(makeTrace(world, 1)).not.toEqual(makeTrace(world, 2))
  })

  test('asks the engine: a release with ten times the errors is aborted in the first hour, a healthy one is not', () => {
    const found = runJob({kind: 'detection', size: 300, ratios: [10], runs: 10}, 3)
    if (found.kind !== 'detection') throw new Error('the job answered something else')
    const ours = found.rows.find(({contender}) => contender === us)
    expect(found.falseAborts[0]).toBe(0)
    expect(ours?.detected).toBe(1)
    expect(ours?.medianMinutes).toBeLessThanOrEqual(60)
  })

  test('tunes a tool to the most eager setting that is as quiet as allowed, and no further', () => {
    const world = {size: 300, noise: 'independent', candidate: () => healthy, stable: healthy} as const
    const recordings = Array.from({length: 20}, (_, run) => recordingFor(makeTrace(world, run + 1)))
    for (const tool of tools.filter(({name}) => name !== 'Kayenta')) {
      const setting = tuned(tool, [{recordings, allowed: 1}])
      if (setting === null) throw new Error(`${tool.name} has no quiet setting`)
      const aborts = (value: number) =>
        recordings.filter(recording => abortLineOf(tool.at(value), recording) !== null).length
      const before = tool.settings[tool.settings.indexOf(setting) - 1]
      expect(aborts(setting), tool.name).toBeLessThanOrEqual(1)
      expect(before === undefined || aborts(before) > 1, tool.name).toBe(true)
    }
  })
})

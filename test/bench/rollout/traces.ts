/**
 * Writes the traces of the credit example: `node test/bench/rollout/traces.ts`. 600 requests a minute at the stages of its
 * policy, 5 % for 2 h, 25 % for 6 h, 50 % for 12 h; 0.03 % errors and 2 % slow answers of both releases. In the bad one the
 * candidate has 0.6 % errors from the tenth hour on, as a release does that leaks memory until calls time out.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {type TraceLine, writeTrace} from '../../../src/backtest/trace.ts'
import {drawBinomial} from '../../../src/core/binomial.ts'
import {createRandom} from '../../../src/core/random.ts'

const folder = path.resolve(import.meta.dirname, '../../../examples/credit/traces')
const tickMs = 5 * 60_000
const stages = [
  {weightPercent: 5, ticks: 24},
  {weightPercent: 25, ticks: 72},
  {weightPercent: 50, ticks: 144},
]
const requestsATick = 3000

fs.mkdirSync(folder, {recursive: true})
fs.writeFileSync(path.join(folder, 'healthy.jsonl'), writeTrace(linesOf(1, () => 0.0003)))
fs.writeFileSync(path.join(folder, 'leaks.jsonl'), writeTrace(linesOf(2, hour => (hour < 10 ? 0.0003 : 0.006))))

function linesOf(seed: number, candidateErrors: (hour: number) => number): TraceLine[] {
  const random = createRandom(seed)
  const begin = Date.parse('2026-01-05T08:00:00.000Z')
  const draw = (n: number, share: number) => {
    const bad = drawBinomial(random, n, share)
    return {n, bad, suspect: bad}
  }
  let tick = 0
  return stages.flatMap(({weightPercent, ticks}) =>
    Array.from({length: ticks}, (): TraceLine => {
      const hour = (tick * tickMs) / 3_600_000
      const n = drawBinomial(random, requestsATick, weightPercent / 100)
      const guards = {
        errors: {candidate: draw(n, candidateErrors(hour)), stable: draw(requestsATick - n, 0.0003)},
        latency: {candidate: draw(n, 0.02), stable: draw(requestsATick - n, 0.02)},
      }
      return {at: begin + ++tick * tickMs, weightPercent, guards, absent: {}, alerts: {}}
    }),
  )
}

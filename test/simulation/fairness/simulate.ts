/**
 * `node test/simulation/fairness/simulate.ts [--runs 20000]` prints how often each bound of a fairness gap is wrong: the near
 * bound claims more than the truth ("shown unfair" of what is fair), the far bound less ("shown fair" of what is not).
 * Promised is at most 5 %.
 */
import {parseArgs} from 'node:util'
import {missesOf} from './coverage.ts'
import {otherWorlds, shareWorlds} from './worlds.ts'

const {values} = parseArgs({options: {runs: {type: 'string', default: '20000'}}})
const runs = Number(values.runs)
const print = (line: string) => process.stdout.write(`${line}\n`)

print(`${'world'.padEnd(96)} near    far`)
let worstNear = 0
let worstFar = 0
for (const [worlds, count] of [
  [shareWorlds, runs],
  [otherWorlds, Math.ceil(runs / 10)],
] as const) {
  for (const world of worlds) {
    const {near, far} = missesOf(world, count, 1)
    const {shape, against} = world.comparing
    print(`${`${shape}, ${against}: ${world.name}`.padEnd(96)} ${percent(near)}  ${percent(far)}`)
    worstNear = Math.max(worstNear, near)
    worstFar = Math.max(worstFar, far)
  }
}
print(
  `\nworst: near ${percent(worstNear)}, far ${percent(worstFar)}; runs ${runs}, a tenth of them for rows that are not plain shares`,
)

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`.padStart(7)
}

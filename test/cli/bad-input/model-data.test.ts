import {afterAll, describe, expect, test} from 'vitest'
import {worstOf} from '../../../src/core/verdict.ts'
import {makeModelWorld, type World} from '../world.ts'
import {expectTold} from './expect-told.ts'
import {wrongModelData} from './model-data.ts'
import {wrongRows} from './rows.ts'

/** A folder with a model and nothing else; each case works on a copy. */
const machine = makeModelWorld()
afterAll(() => machine.remove())

describe('model data that is absent or wrong, on the command line', () => {
  const cases = wrongModelData.filter(({when}) => when === 'model')
  // Some files are of hundreds of megabytes before they are refused.
  test.each(cases)('$title: $reason', each => onCopy(async world => expectNoIds(await expectTold(each, world))), 30_000)

  test.each(wrongRows)('rows of $task: $title', ({given, told}) =>
    onCopy(async world => {
      const {result} = await world.run(...(await given(world)))
      const ofRows = result.findings.filter(({id}) => id === 'model/predictions-usable')
      expect(ofRows.map(({verdict, reason}) => `${verdict} ${reason}`)).toEqual(told)
      expect(ofRows.filter(({remedy = ''}) => remedy === '')).toEqual([])
      expectNoIds(result)
      // A gate on such rows may say more, and nothing that is better.
      const worst = worstOf(ofRows.map(({verdict}) => verdict))
      expect(worstOf([worst, result.verdict])).toBe(result.verdict)
      expect(result.verdict).not.toBe('pass')
    }),
  )
})

/** Rows of the worlds are called r0, d0 or s0, and customers c0; a metric is called r2. */
function expectNoIds(result: unknown): void {
  expect(JSON.stringify(result)).not.toMatch(/\b(?!r2\b)[rdsc]\d{1,2}\b/)
}

async function onCopy(use: (world: World) => Promise<void>): Promise<void> {
  const world = machine.copy()
  try {
    await use(world)
  } finally {
    world.remove()
  }
}

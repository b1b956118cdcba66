import {expect} from 'vitest'
import type {Told, World} from '../world.ts'
import type {Case} from './case.ts'

const exitCodes = {warn: 0, fail: 1, inconclusive: 2, error: 3, 'not-applicable': 3} as const

/** Brings a case about, and holds what is said of it against what should be. Nothing that is kept may change. Returns it. */
export async function expectTold(
  {reason, verdict, given, says, after = reason}: Case,
  world: World,
): Promise<Told['result']> {
  const argv = await given(world)
  const before = world.records()
  const {exitCode, result, failure} = await world.run(...argv)
  expect({exitCode, verdict: result.verdict, reason: result.reason}).toEqual({
    exitCode: exitCodes[verdict],
    verdict,
    reason: after,
  })
  const found = result.findings.filter(finding => finding.reason === reason && finding.verdict === verdict)
  expect(found.map(({what, remedy}) => `${what} ${remedy}`).join('\n')).toContain(says)
  if (verdict !== 'not-applicable') expect(found[0]?.remedy, 'what to do about it').toBeTruthy()
  // What is not a verdict over bytes is an error for a person too: message, what to do, and its code.
  if (failure !== '') expect(failure).toMatch(new RegExp(`\\n\\(${reason}\\)$`))
  expect(world.records()).toEqual(before)
  return result
}

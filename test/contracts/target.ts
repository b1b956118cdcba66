/**
 * What every target must do, whoever moves the traffic. Run for each adapter and for the fake: an engine that is tested
 * against the fake is then tested against all of them.
 */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {isFailure, UserError} from '../../src/core/failure.ts'
import type {Release} from '../../src/core/release.ts'
import type {Target, TargetState} from '../../src/traffic/target.ts'

export interface TargetWorld {
  /** A target with nothing deployed. */
  readonly target: Target
  close(): Promise<void>
}

export const releaseOf = (version: string, digit: string): Release => ({
  version,
  model: `sha256:${digit.repeat(64)}`,
  image: `sha256:${digit.repeat(63)}0`,
})

const v1 = releaseOf('v1', '1')
const v2 = releaseOf('v2', '2')
const v3 = releaseOf('v3', '3')

/** `mirrors`: whether it is meant to; what it says of itself must agree, and what it does with it. */
export function describeTarget(name: string, open: () => Promise<TargetWorld>, {mirrors} = {mirrors: true}): void {
  describe(`${name}, as a target`, () => {
    let world: TargetWorld
    let target: Target
    beforeEach(async () => {
      world = await open()
      target = world.target
    })
    afterEach(() => world.close())

    /** Acts are requests: what they ask for may take effect a little later. */
    const eventually = (expected: Partial<TargetState>) =>
      expect.poll(() => target.read(), {timeout: 15_000, interval: 50}).toMatchObject(expected)

    const deployed = async (...releases: Release[]) => {
      for (const release of releases) await target.deploy(release)
    }

    test('says that nothing is deployed when nothing is', async () => {
      expect(await target.read()).toMatchObject({stable: null, candidate: null, desiredWeightPercent: 0})
    })

    test('makes the first release ever the stable one', async () => {
      await deployed(v1)
      await eventually({stable: 'v1', candidate: null, desiredWeightPercent: 0})
    })

    test('puts a second release beside the stable one, without traffic', async () => {
      await deployed(v1, v2)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 0})
    })

    test('deploys the same release twice as once', async () => {
      await deployed(v1, v1, v2, v2)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 0})
    })

    test('replaces a candidate by another one, again without traffic', async () => {
      await deployed(v1, v2)
      await target.setWeight(25)
      await deployed(v3)
      await eventually({stable: 'v1', candidate: 'v3', desiredWeightPercent: 0})
    })

    test('reads back the weight that was set, however often it was set', async () => {
      await deployed(v1, v2)
      await target.setWeight(5)
      await target.setWeight(25)
      await target.setWeight(25)
      const expected = target.capabilities.observesWeight ? {observedWeightPercent: 25} : {}
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 25, ...expected})
      await target.setWeight(0)
      await eventually({candidate: 'v2', desiredWeightPercent: 0})
    })

    test('keeps the stable release ready while the candidate has everything: going back takes no start', async () => {
      await deployed(v1, v2)
      await eventually({candidateReady: target.capabilities.observesReadiness ? true : null})
      await target.setWeight(100)
      await target.setWeight(100)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 100})
      // Null where the target cannot tell; false only where the old side is gone.
      await expect.poll(async () => (await target.read()).stableReady ?? true, {timeout: 15_000}).toBe(true)
      await target.restore(v1)
      const back = await target.read()
      expect(back).toMatchObject({stable: 'v1', candidate: null, desiredWeightPercent: 0})
      expect(back.stableReady ?? true).toBe(true)
    })

    test('promotes a candidate that has everything already', async () => {
      await deployed(v1, v2)
      await target.setWeight(100)
      await target.promote(v2)
      await eventually({stable: 'v2', candidate: null, desiredWeightPercent: 0})
    })

    test('says whether the candidate is ready, where it can tell', async () => {
      await deployed(v1, v2)
      await eventually({candidateReady: target.capabilities.observesReadiness ? true : null})
    })

    test('promotes the candidate, and promoting it again changes nothing', async () => {
      await deployed(v1, v2)
      await target.setWeight(50)
      await target.promote(v2)
      await eventually({stable: 'v2', candidate: null, desiredWeightPercent: 0})
      await target.promote(v2)
      await eventually({stable: 'v2', candidate: null, desiredWeightPercent: 0})
    })

    test('refuses to promote what is not the candidate, and goes on as before', async () => {
      await deployed(v1, v2)
      await target.setWeight(25)
      await expect(target.promote(v3)).rejects.toSatisfy(isFailure)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 25})
    })

    test('refuses a weight without a candidate', async () => {
      await deployed(v1)
      await expect(target.setWeight(25)).rejects.toSatisfy(isFailure)
      await eventually({stable: 'v1', candidate: null, desiredWeightPercent: 0})
    })

    test.each([
      ['finer than its steps', (step: number) => step * 1.5],
      ['below zero', () => -1],
      ['above all', () => 101],
      ['that is no number', () => Number.NaN],
    ])('refuses a weight %s before anything moves', async (_, weightOf) => {
      await deployed(v1, v2)
      await target.setWeight(10)
      await expect(target.setWeight(weightOf(target.capabilities.granularityPercent))).rejects.toBeInstanceOf(UserError)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 10})
    })

    test('takes a candidate away from its traffic when the stable release is restored', async () => {
      await deployed(v1, v2)
      await target.setWeight(25)
      await target.restore(v1)
      await eventually({stable: 'v1', candidate: null, desiredWeightPercent: 0})
      await target.restore(v1)
      await eventually({stable: 'v1', candidate: null, desiredWeightPercent: 0})
    })

    test('says whether it mirrors', () => expect(target.capabilities.mirrors).toBe(mirrors))

    if (mirrors) describeMirroring(() => target, eventually)
    else describeNoMirroring(() => target)

    test('goes back to the release before, after a promotion', async () => {
      await deployed(v1, v2)
      await target.promote(v2)
      await target.restore(v1)
      await eventually({stable: 'v1', candidate: null, desiredWeightPercent: 0})
    })

    test('restores a release that is neither stable nor candidate', async () => {
      await deployed(v1, v2)
      await target.setWeight(25)
      await target.restore(v3)
      await eventually({stable: 'v3', candidate: null, desiredWeightPercent: 0})
    })

    test('restores the candidate itself', async () => {
      await deployed(v1, v2)
      await target.setWeight(25)
      await target.restore(v2)
      await eventually({stable: 'v2', candidate: null, desiredWeightPercent: 0})
    })

    test('restores a release where nothing is deployed at all', async () => {
      await target.restore(v1)
      await eventually({stable: 'v1', candidate: null, desiredWeightPercent: 0})
    })

    test('takes the next candidate after a rollback', async () => {
      await deployed(v1, v2)
      await target.setWeight(5)
      await target.restore(v1)
      await deployed(v2)
      await target.setWeight(5)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 5})
    })
  })
}

type Eventually = (expected: Partial<TargetState>) => Promise<void>

function describeMirroring(opened: () => Target, eventually: Eventually): void {
  describe('when it mirrors', () => {
    let target: Target
    beforeEach(async () => {
      target = opened()
      await target.deploy(v1)
    })

    test('copies nothing before it is asked to', async () => {
      await target.deploy(v2)
      await eventually({candidate: 'v2', mirrorPercent: 0})
    })

    test('reads back the share that is copied, and gives the candidate no weight by it', async () => {
      await target.deploy(v2)
      await target.mirror(25)
      await target.mirror(100)
      await target.mirror(100)
      await eventually({stable: 'v1', candidate: 'v2', desiredWeightPercent: 0, mirrorPercent: 100})
      await target.mirror(0)
      await eventually({candidate: 'v2', mirrorPercent: 0})
    })

    test('copies and routes at the same time, each at its share', async () => {
      await target.deploy(v2)
      await target.mirror(50)
      await target.setWeight(5)
      await eventually({desiredWeightPercent: 5, mirrorPercent: 50})
    })

    test('refuses to copy to nobody', async () => {
      await expect(target.mirror(50)).rejects.toSatisfy(isFailure)
      await eventually({stable: 'v1', candidate: null, mirrorPercent: 0})
    })

    test.each([
      ['below zero', -1],
      ['above all', 101],
      ['that is no number', Number.NaN],
    ])('refuses a share %s before anything moves', async (_, percent) => {
      await target.deploy(v2)
      await target.mirror(10)
      await expect(target.mirror(percent)).rejects.toBeInstanceOf(UserError)
      await eventually({candidate: 'v2', mirrorPercent: 10})
    })

    test.each<[string, (each: Target) => Promise<void>]>([
      ['another candidate is deployed', each => each.deploy(v3)],
      ['the candidate is promoted', each => each.promote(v2)],
      ['the stable release is restored', each => each.restore(v1)],
    ])('ends it when %s', async (_, act) => {
      await target.deploy(v2)
      await target.mirror(100)
      await act(target)
      await eventually({mirrorPercent: 0})
    })
  })
}

function describeNoMirroring(opened: () => Target): void {
  test('refuses to mirror, which it cannot, and goes on as before', async () => {
    const target = opened()
    await target.deploy(v1)
    await target.deploy(v2)
    await expect(target.mirror(50)).rejects.toMatchObject({code: 'traffic/cannot-mirror'})
    const state = await target.read()
    expect(state).toMatchObject({stable: 'v1', candidate: 'v2', desiredWeightPercent: 0})
    expect(state).not.toHaveProperty('mirrorPercent')
  })
}

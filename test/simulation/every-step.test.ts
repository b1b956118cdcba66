import {describe, expect, test} from 'vitest'
import {scenarios, tryEveryStep} from './every-step.ts'
import {faultKinds} from './faults.ts'

describe.each(scenarios)('$name', scenario => {
  test.each(faultKinds)('ends the same when any one step suffers: %s', async kind => {
    const {runs, failure} = await tryEveryStep(scenario, kind)
    expect(failure, failure ? `${failure.what}\n${failure.run.transcript()}` : '').toBeNull()
    expect(runs).toBeGreaterThan(15)
  })
})

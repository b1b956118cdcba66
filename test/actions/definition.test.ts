import {describe, expect, test} from 'vitest'
import {readInputs} from '../../src/actions/definition.ts'
import {actionDefinitions} from '../../src/actions/definitions.ts'
import {actionNames} from '../../src/actions/names.ts'
import {promoteCanaryAction} from '../../src/actions/promote-canary.inputs.ts'
import {validateModelAction} from '../../src/actions/validate-model.inputs.ts'

describe('inputs of a step', () => {
  test('come from the variables that the runner sets, and empty ones count as not given', () => {
    const env = {'INPUT_IMAGE-DIGEST': ' sha256:1 ', INPUT_CONFIG: '', INPUT_OTHER: 'x', PATH: '/bin'}
    expect(readInputs(env, ['image-digest', 'config', 'version'])).toEqual({'image-digest': 'sha256:1'})
  })

  test('have the defaults of the documentation where nothing is given', () => {
    expect(promoteCanaryAction.inputs.parse({})).toMatchObject({
      config: 'slipway.yml',
      environment: 'production',
      request: 'continue',
      'max-minutes': 300,
    })
    expect(validateModelAction.inputs.parse({})).toMatchObject({record: false, comment: true})
  })

  test.each([
    ['a request that there is not', {request: 'begin'}],
    ['minutes that are no number', {'max-minutes': 'long'}],
    ['more minutes than a job has', {'max-minutes': '361'}],
    ['less than no time', {'max-minutes': '-1'}],
  ])('refuse %s', (_, given) => {
    expect(promoteCanaryAction.inputs.safeParse(given).success).toBe(false)
  })

  test('refuse yes where true is meant: a flag that is misread would publish or keep nothing', () => {
    expect(validateModelAction.inputs.safeParse({record: 'yes'}).success).toBe(false)
  })
})

test('every action is defined once, and has the outputs that a caller branches on', () => {
  expect(actionDefinitions.map(({name}) => name)).toEqual([...actionNames])
  for (const {outputs} of actionDefinitions)
    expect(outputs).toMatchObject({verdict: expect.any(String), reason: expect.any(String), result: expect.any(String)})
})

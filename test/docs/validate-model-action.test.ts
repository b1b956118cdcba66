/** The step that actions/validate-model/README.md shows is one that the action takes. */
import {describe, expect, test} from 'vitest'
import * as YAML from 'yaml'
import {validateModelAction} from '../../src/actions/validate-model.inputs.ts'
import {examples, readPage} from './page.ts'

const [shown = ''] = examples(readPage('actions/validate-model/README.md').text, 'yaml')
const job: unknown = YAML.parse(shown)

describe('the step of the page', () => {
  test('names inputs that the action has, with values that it takes', () => {
    const step = stepOf(job)
    expect(Object.keys(step).filter(name => !(name in validateModelAction.inputs.shape))).toEqual([])
    expect(validateModelAction.inputs.safeParse(step).success).toBe(true)
  })

  test('asks for the permissions that the action needs, and no more', () => {
    const permissions = typeof job === 'object' && job !== null && 'permissions' in job ? job.permissions : null
    expect(Object.keys(permissions ?? {}).toSorted()).toEqual(Object.keys(validateModelAction.permissions).toSorted())
  })
})

function stepOf(job: unknown): object {
  const steps = typeof job === 'object' && job !== null && 'steps' in job && Array.isArray(job.steps) ? job.steps : []
  const step: unknown = steps.find(({uses}) => String(uses).includes('validate-model'))
  return typeof step === 'object' && step !== null && 'with' in step && typeof step.with === 'object'
    ? (step.with ?? {})
    : {}
}

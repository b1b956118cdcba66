import {describe, expect, test} from 'vitest'
import type {Config} from '../../../src/config/schema.ts'
import {UserError} from '../../../src/core/failure.ts'
import type {ProductionBaseline} from '../../../src/model/gather-baseline.ts'
import type {Gathered} from '../../../src/model/gather-fact.ts'
import {judgeSafety} from '../../../src/model/safety/findings.ts'
import {gatherSafety} from '../../../src/model/safety/gather.ts'
import {memoryFiles} from '../memory-files.ts'
import {weights} from '../safetensors-file.ts'

const model: Config['model'] = {
  files: 'm',
  formats: 'weights-only',
  safety: {allow: [], weights: {changed: 'fail', previous: 'production', environment: 'production'}},
}

const serving: ProductionBaseline = {
  release: {version: 'v1', model: `sha256:${'a'.repeat(64)}`},
  environment: 'production',
  file: null,
  measures: null,
  reported: {},
  tensors: [
    {name: 'layer.weight', dtype: 'F32', shape: [2, 2]},
    {name: 'layer.bias', dtype: 'F32', shape: [2]},
  ],
}

async function answers(production: Gathered<ProductionBaseline> | null) {
  const files = memoryFiles({'m/model.safetensors': weights})
  const {findings} = judgeSafety(await gatherSafety(files, model, production), model, 0)
  return findings.filter(({id}) => id === 'model/weights-unchanged').map(({verdict, reason}) => `${verdict} ${reason}`)
}

describe('tensors that are compared with those in production', () => {
  test('pass where they are the same by its evidence', async () => {
    expect(await answers({kind: 'gathered', value: serving})).toEqual(['pass model/weights-same'])
  })

  test('are no pass where its evidence names no tensors', async () => {
    expect(await answers({kind: 'gathered', value: {...serving, tensors: null}})).toEqual([
      'inconclusive model/production-tensors-missing',
    ])
  })

  test('are no pass where nobody knows what serves', async () => {
    const failure = new UserError('model/nothing-in-production', 'Nothing serves.', {hint: 'Start a rollout.'})
    expect(await answers({kind: 'missing', failure})).toEqual(['inconclusive model/nothing-in-production'])
  })
})

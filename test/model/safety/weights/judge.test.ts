import {describe, expect, test} from 'vitest'
import {compareTensors} from '../../../../src/model/safety/weights/compare.ts'
import type {TensorValues} from '../../../../src/model/safety/weights/gather.ts'
import {judgeWeights, type WeighedTensor} from '../../../../src/model/safety/weights/judge.ts'

function tensor(
  name: string,
  values: Partial<TensorValues & {kind: 'read'}>['tally'] | 'type' | 'place',
  shape = [2, 2],
) {
  const read: TensorValues =
    typeof values === 'string' ? {kind: 'not read', why: values} : {kind: 'read', tally: values ?? sound}
  return {name, dtype: 'F32', shape, where: 'model.safetensors', values: read} satisfies WeighedTensor
}

const sound = {values: 4, nan: 0, infinite: 0, isZero: false}
const oneNan = {...sound, nan: 1}
const zeros = {...sound, isZero: true}

const verdicts = (...input: Parameters<typeof judgeWeights>) =>
  judgeWeights(...input).map(({verdict, reason}) => `${verdict} ${reason}`)

describe('judgeWeights', () => {
  test('nothing is asked where the policy asks nothing', () => {
    expect(judgeWeights([tensor('a', oneNan)], null, {})).toEqual([])
  })

  test.each<[string, readonly WeighedTensor[], string]>([
    ['sound weights', [tensor('a', sound)], 'pass model/weights-no-nan'],
    ['one NaN in one of two tensors', [tensor('a', sound), tensor('b', oneNan)], 'fail model/weights-nan'],
    ['a NaN beside a tensor that cannot be read', [tensor('a', 'type'), tensor('b', oneNan)], 'fail model/weights-nan'],
    [
      'a tensor of a type that is not understood',
      [tensor('a', sound), tensor('b', 'type')],
      'inconclusive model/weights-not-read',
    ],
    ['a tensor whose values are scattered', [tensor('a', 'place')], 'inconclusive model/weights-not-read'],
    ['no tensor at all', [], 'inconclusive model/weights-none'],
  ])('NaN: %s', (_, tensors, expected) => {
    expect(verdicts(tensors, null, {'nan-at-most': 0})).toEqual([expected])
  })

  test('whole numbers that cannot be read leave no doubt: they cannot be NaN', () => {
    const whole = {...tensor('ids', 'place'), dtype: 'I64'}
    const texts = {...tensor('names', 'type'), dtype: 'STRING'}
    expect(verdicts([whole, texts, tensor('a', sound)], null, {'nan-at-most': 0})).toEqual([
      'pass model/weights-no-nan',
    ])
    expect(verdicts([whole, texts], null, {'nan-at-most': 0})).toEqual(['pass model/weights-no-nan'])
    expect(verdicts([whole, tensor('a', oneNan)], null, {'nan-at-most': 0})).toEqual(['fail model/weights-nan'])
  })

  test('a share of NaN may be allowed, of each tensor by itself', () => {
    const tensors = [tensor('a', oneNan), tensor('large', {...sound, values: 1e9})]
    expect(verdicts(tensors, null, {'nan-at-most': 0.25})).toEqual(['pass model/weights-no-nan'])
    expect(verdicts(tensors, null, {'nan-at-most': 0.24})).toEqual(['fail model/weights-nan'])
  })

  test('the worst tensor is named, with what is in it', () => {
    const [finding] = judgeWeights([tensor('a', oneNan), tensor('b', {...sound, nan: 3})], null, {'nan-at-most': 0})
    expect(finding).toMatchObject({
      what: '3 values (75%) of "b" in model.safetensors are NaN. So are too many of 1 more tensor.',
      value: 0.75,
      n: 8,
      details: {tensors: ['b: 75%', 'a: 25%']},
    })
  })

  test('infinite values are a question of their own', () => {
    const tensors = [tensor('mask', {...sound, infinite: 2})]
    expect(verdicts(tensors, null, {'nan-at-most': 0, 'infinite-at-most': 0})).toEqual([
      'pass model/weights-no-nan',
      'fail model/weights-infinite',
    ])
    expect(verdicts(tensors, null, {'infinite-at-most': 0.5})).toEqual(['pass model/weights-finite'])
  })

  test.each<[string, readonly WeighedTensor[], 'fail' | 'warn', string]>([
    ['a matrix of zeros', [tensor('a', zeros)], 'fail', 'fail model/weights-zero'],
    ['a matrix of zeros, where that is only to be seen', [tensor('a', zeros)], 'warn', 'warn model/weights-zero'],
    [
      'a bias of zeros beside a matrix',
      [tensor('a', sound), tensor('b', zeros, [2])],
      'fail',
      'pass model/weights-present',
    ],
    ['biases alone', [tensor('b', sound, [2])], 'fail', 'inconclusive model/weights-none'],
    ['a matrix that cannot be read', [tensor('a', 'type')], 'warn', 'inconclusive model/weights-not-read'],
  ])('zeros: %s', (_, tensors, policy, expected) => {
    expect(verdicts(tensors, null, {'zero-tensors': policy})).toEqual([expected])
  })

  test.each<['fail' | 'warn' | 'report', string]>([
    ['fail', 'fail model/weights-changed'],
    ['warn', 'warn model/weights-changed'],
    ['report', 'pass model/weights-changed'],
  ])('a changed tensor under %s', (policy, expected) => {
    const changes = compareTensors([tensor('a', sound)], [tensor('a', sound, [4])])
    expect(verdicts([], changes, {changed: policy})).toEqual([expected])
  })

  test('a first release has nothing to be compared with, and says so', () => {
    expect(verdicts([], null, {changed: 'fail'})).toEqual(['not-applicable model/weights-no-previous'])
  })

  test('two releases without a tensor show nothing', () => {
    expect(verdicts([], compareTensors([], []), {changed: 'fail'})).toEqual(['inconclusive model/weights-none'])
  })

  test('what changed is said in numbers and names', () => {
    const changes = compareTensors(
      [tensor('a', sound), tensor('b', sound)],
      [tensor('a', sound, [4]), tensor('c', sound)],
    )
    const [finding] = judgeWeights([], changes, {changed: 'warn'})
    expect(finding).toMatchObject({
      what: '1 tensor new, 1 tensor gone, 1 tensor of another type or shape; 0 as before.',
      details: {added: ['"c" F32 [2, 2]'], removed: ['"b" F32 [2, 2]'], changed: ['"a" F32 [2, 2] -> F32 [4]']},
    })
  })
})

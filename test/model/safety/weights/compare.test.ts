import {describe, expect, test} from 'vitest'
import type {TensorShape} from '../../../../src/core/tensor-shape.ts'
import {compareTensors} from '../../../../src/model/safety/weights/compare.ts'

const tensor = (name: string, dtype = 'F32', shape: readonly number[] = [2, 2]): TensorShape => ({name, dtype, shape})

describe('compareTensors', () => {
  test('a retrained model has the same tensors, whatever their order', () => {
    const changes = compareTensors([tensor('a'), tensor('b')], [tensor('b'), tensor('a')])
    expect(changes).toEqual({added: [], removed: [], changed: [], same: 2})
  })

  test('what came, went or is of another type or shape is named', () => {
    const changes = compareTensors(
      [tensor('kept'), tensor('gone'), tensor('halved'), tensor('wider')],
      [tensor('kept'), tensor('new'), tensor('halved', 'F16'), tensor('wider', 'F32', [2, 3])],
    )
    expect(changes).toEqual({
      added: [tensor('new')],
      removed: [tensor('gone')],
      changed: [
        {previous: tensor('halved'), current: tensor('halved', 'F16')},
        {previous: tensor('wider'), current: tensor('wider', 'F32', [2, 3])},
      ],
      same: 1,
    })
  })

  test('the same sizes in another order are another shape', () => {
    const changes = compareTensors([tensor('a', 'F32', [2, 3])], [tensor('a', 'F32', [3, 2])])
    expect(changes.changed).toHaveLength(1)
  })

  test('a name that stands twice is the same only where both are known', () => {
    const before = [tensor('a'), tensor('a', 'F16')]
    expect(compareTensors(before, [tensor('a', 'F16'), tensor('a')]).same).toBe(1)
    expect(compareTensors(before, [tensor('a'), tensor('a', 'I8')]).changed).toEqual([
      {previous: tensor('a'), current: tensor('a', 'I8')},
    ])
  })

  test('names such as __proto__ are names', () => {
    expect(compareTensors([tensor('__proto__')], [tensor('__proto__')]).same).toBe(1)
  })
})

import {expect, test} from 'vitest'
import {nearestNames} from '../../../src/model/metric-files/nearest-names.ts'

test.each([
  ['acuracy', ['loss', 'eval_accuracy', 'f1'], 'eval_accuracy'],
  ['mAP50', ['metrics/mAP50-95(B)', 'metrics/mAP50(B)', 'val/box_loss'], 'metrics/mAP50(B)'],
  ['Accuracy', ['accuracy_score', 'recall_score'], 'accuracy_score'],
])('"%s" among %j is nearest to "%s"', (name, names, nearest) => {
  expect(nearestNames(name, names)[0]).toBe(nearest)
})

test('at most five are named, and none where there is none', () => {
  expect(nearestNames('a', ['b', 'c', 'd', 'e', 'f', 'g'])).toHaveLength(5)
  expect(nearestNames('a', [])).toEqual([])
})

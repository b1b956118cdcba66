import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture, readText, refusalOf} from './fixtures.ts'

describe('Ultralytics', () => {
  test('the values are those of the best epoch, not of the last', async () => {
    const file = await readFixture('ultralytics/detect.csv')
    expect([file.run, answerOf(file, 'metrics/mAP50-95(B)')]).toEqual(['epoch 23', 0.84446])
    expect(answerOf(await readFixture('ultralytics/detect.csv', 'last'), 'metrics/mAP50-95(B)')).toBe(0.8388)
    expect((await readFixture('ultralytics/detect.csv', 'epoch 9')).run).toBe('epoch 9')
    expect(await refusalOf(readFixture('ultralytics/detect.csv', 'epoch 99'))).toContain('model/metrics-run-missing')
  })

  test('boxes and masks are told apart', async () => {
    const boxes = await readFixture('ultralytics/detect.csv')
    expect(findReported(boxes, 'mAP50')).toEqual(boxes.values.get('metrics/mAP50(B)'))
    const masks = await readFixture('ultralytics/segment.csv')
    expect(findReported(masks, 'mAP50')).toBeUndefined()
    expect(answerOf(masks, 'metrics/mAP50-95(M)')).not.toBe(answerOf(masks, 'metrics/mAP50-95(B)'))
  })

  test('headers with blanks before them, as of old, are the same', async () => {
    const file = await readText(
      '               epoch,      metrics/mAP_0.5, metrics/mAP_0.5:0.95\n    0,   0.5,   0.25\n    1,  0.75,   0.5\n',
    )
    expect([file.source, file.run, answerOf(file, 'metrics/mAP_0.5:0.95')]).toEqual(['ultralytics', 'epoch 1', 0.5])
  })

  test('of two epochs alike the later is kept, as best.pt is written again', async () => {
    const rows = 'epoch,metrics/mAP50(B),metrics/mAP50-95(B)\n1,0.9,0.6\n2,0.9,0.6\n3,0.8,0.5\n'
    expect((await readText(rows)).run).toBe('epoch 2')
  })

  test('where old and new versions keep different epochs, one must be named', async () => {
    const rows = 'epoch,metrics/mAP50(B),metrics/mAP50-95(B)\n1,0.90,0.600\n2,0.70,0.601\n'
    expect(await refusalOf(readText(rows))).toBe(
      'model/metrics-run-needed: metrics: the best epoch is 2 by mAP50-95, and 1 by 0.1 mAP50 + 0.9 mAP50-95 of older versions.',
    )
    expect((await readText(rows, 'epoch 2')).run).toBe('epoch 2')
  })

  test('classification is best by the mean of top-1 and top-5', async () => {
    const rows = 'epoch,metrics/accuracy_top1,metrics/accuracy_top5\n1,0.6,0.9\n2,0.7,0.85\n3,0.65,0.85\n'
    expect((await readText(rows)).run).toBe('epoch 2')
  })

  test('training losses are told apart from validation losses', async () => {
    const file = await readFixture('ultralytics/detect.csv')
    expect([file.values.get('train/box_loss')?.onTraining, file.values.get('val/box_loss')?.onTraining]).toEqual([
      true,
      undefined,
    ])
  })
})

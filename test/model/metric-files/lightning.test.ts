import {describe, expect, test} from 'vitest'
import {answerOf, readFixture, readText} from './fixtures.ts'

describe('Lightning', () => {
  test('the value of a column is its last that is not empty', async () => {
    const file = await readFixture('lightning/metrics.csv')
    expect([answerOf(file, 'val_acc'), answerOf(file, 'test_loss'), answerOf(file, 'val_loss')]).toEqual([
      0.90625, 0.3315131962299347, 0.3315131962299347,
    ])
    expect(file.values.get('train_loss_epoch')?.onTraining).toBe(true)
  })

  test('an epoch can be named, and the best by a column', async () => {
    expect(answerOf(await readFixture('lightning/metrics.csv', 'epoch 1'), 'val_acc')).toBe(0.890625)
    expect((await readFixture('lightning/metrics.csv', 'best val_loss')).run).toBe('epoch 2')
    expect(answerOf(await readFixture('lightning/metrics.csv', 'epoch 1'), 'test_loss')).toBe(
      'inconclusive model/reported-not-available',
    )
  })

  test('a column that is empty throughout has no value', async () => {
    expect(answerOf(await readText('epoch,step,val_acc\n0,1,\n1,2,\n'), 'val_acc')).toBe(
      'inconclusive model/reported-not-available',
    )
  })
})

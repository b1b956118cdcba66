import {describe, expect, test} from 'vitest'
import {answerOf, readFixture, readText, refusalOf} from './fixtures.ts'

describe('Keras', () => {
  test('what is not of the validation was measured while training', async () => {
    const file = await readFixture('keras/training.csv')
    expect(file.run).toBe('epoch 5')
    expect(file.values.get('val_loss')).toEqual({value: 0.9084165692329407})
    expect(file.values.get('loss')?.onTraining).toBe(true)
    expect(file.values.get('accuracy')?.onTraining).toBe(true)
  })

  test('the best epoch by a column is the one whose weights ModelCheckpoint kept', async () => {
    const log = 'epoch,accuracy,val_accuracy,val_loss\n0,0.7,0.80,0.5\n1,0.8,0.85,0.4\n2,0.9,0.82,0.6\n'
    expect(answerOf(await readText(log, 'best val_loss'), 'val_accuracy')).toBe(0.85)
    expect(answerOf(await readText(log), 'val_accuracy')).toBe(0.82)
    expect(await refusalOf(readText(log, 'best epoch'))).toContain('model/metrics-run-missing')
  })
})

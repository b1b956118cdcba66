import {describe, expect, test} from 'vitest'
import {answerOf, readFixture} from './fixtures.ts'

describe('Weights & Biases', () => {
  test('bookkeeping and tables are no values; a chosen summary keeps its name', async () => {
    const file = await readFixture('wandb/wandb-summary.json')
    expect([...file.values.keys()].sort()).toEqual(['diverged', 'epoch', 'note', 'val/accuracy.max', 'val/loss'])
    expect(answerOf(file, 'val/accuracy.max')).toBe(0.93)
    expect(answerOf(file, 'diverged')).toBe('inconclusive model/reported-nan')
  })
})

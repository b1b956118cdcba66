import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture, readText, refusalOf} from './fixtures.ts'

describe('the Trainer of transformers', () => {
  test('values of the evaluation have a short name; those of the training say what they are', async () => {
    const file = await readFixture('trainer/all_results.json')
    expect(findReported(file, 'accuracy')?.value).toBe(answerOf(file, 'eval_accuracy'))
    expect(file.values.get('train_loss')?.onTraining).toBe(true)
    expect(file.values.get('train_runtime')?.onTraining).toBeUndefined()
  })

  test('where the best evaluation is not the last, only its user knows which was deployed', async () => {
    expect(await refusalOf(readFixture('trainer/trainer_state.json'))).toContain(
      'names step 16 as the best evaluation, and step 20 is the last.',
    )
    expect((await readFixture('trainer/trainer_state.json', 'best')).run).toBe('step 16')
    expect((await readFixture('trainer/trainer_state.json', 'last')).run).toBe('step 20')
    expect((await readFixture('trainer/trainer_state.json', 'step 8')).run).toBe('step 8')
    expect(await refusalOf(readFixture('trainer/trainer_state.json', 'step 9'))).toContain('model/metrics-run-missing')
  })

  test('a training without evaluation has no values', async () => {
    expect(await refusalOf(readText('{"log_history": [{"loss": 1, "step": 1}], "global_step": 1}'))).toContain(
      'model/metrics-empty',
    )
  })
})

import {describe, expect, test} from 'vitest'
import {findReported} from '../../../src/model/metric-files/metrics-file.ts'
import {answerOf, readFixture, readText, refusalOf} from './fixtures.ts'

describe('a model card with results', () => {
  test('a value knows its data set, and a short name where it is the only one', async () => {
    const file = await readFixture('model-index/one.md')
    expect(file.values.get('GLUE (sst2, validation).accuracy')).toEqual({
      value: 0.91,
      dataset: {
        type: 'glue',
        config: 'sst2',
        split: 'validation',
        revision: 'bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c',
      },
    })
    expect(findReported(file, 'accuracy')?.value).toBe(0.91)
  })

  test('a text with a spread and a mapping of values are read', async () => {
    const file = await readFixture('model-index/several.md')
    expect(answerOf(file, 'GLUE (sst2, test).accuracy')).toBe(90)
    expect(answerOf(file, 'GLUE (sst2, test).rouge.rouge2')).toBe(0.2)
  })

  test('a short name that two data sets share is none; naming the data set makes it clear', async () => {
    expect(findReported(await readFixture('model-index/several.md'), 'accuracy')).toBeUndefined()
    const file = await readFixture('model-index/several.md', 'GLUE (sst2, test)')
    expect(answerOf(file, 'accuracy')).toBe(90)
    expect(await refusalOf(readFixture('model-index/several.md', 'SQuAD'))).toContain(
      'It holds: "GLUE (sst2, validation)", "GLUE (sst2, test)".',
    )
  })

  test('of several models one must be named', async () => {
    const model = (name: string) => `- name: ${name}\n  results: [{metrics: [{type: f1, value: 0.5}]}]\n`
    const card = `---\nmodel-index:\n${model('a')}${model('b')}---\n`
    expect(await refusalOf(readText(card))).toBe('model/metrics-run-needed: metrics holds 2 models: "a", "b".')
    expect((await readText(card, 'b')).run).toBe('b')
  })
})

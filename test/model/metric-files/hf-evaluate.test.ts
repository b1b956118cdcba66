import {describe, expect, test} from 'vitest'
import {readFixture} from './fixtures.ts'

describe('Hugging Face evaluate', () => {
  test('versions and times are no values', async () => {
    const file = await readFixture('hf-evaluate/result.json')
    expect([...file.values.keys()]).toEqual(['accuracy', 'f1', 'samples_in_test', 'model'])
  })
})

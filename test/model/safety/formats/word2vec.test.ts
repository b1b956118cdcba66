import {describe, expect, test} from 'vitest'
import {word2vec} from '../../../../src/model/safety/formats/word2vec.ts'
import {record, sampleOf} from './recorded-scan.ts'
import {lookAt} from './whole-scan.ts'

const text = (content: string) => [...new TextEncoder().encode(content)]
const numbers = (...values: readonly number[]) => [...new Uint8Array(new Float32Array(values).buffer)]
const file = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat())

/** As gensim 4.4 writes it; the C tool ends each word with a newline. */
const ofGensim = file(text('2 2\n'), text('king '), numbers(1, 2), text('queen '), numbers(0.5, -3))
const ofTheTool = file(text('2 2\n'), text('king '), numbers(1, 2), text('\nqueen '), numbers(0.5, -3), text('\n'))

describe('vectors of word2vec', () => {
  test.each([
    ['gensim', ofGensim],
    ['the C tool', ofTheTool],
  ])('of %s are data', async (_, content) => {
    const {is, sights, tensors} = await lookAt(content, {name: 'vectors.bin'})
    expect({is, sights, tensors}).toEqual({is: ['word2vec, 2 words'], sights: [], tensors: ['vectors F32 [2, 2]']})
  })

  test('whose numbers hold no byte of control are data, too', async () => {
    const plain = file(text('1 2\n'), text('a '), [0x8d, 0xd6, 0xbb, 0x3a, 0x73, 0x36, 0x3b, 0xad])
    expect((await lookAt(plain)).is).toEqual(['word2vec, 1 words'])
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['a word less than they count', file([...ofGensim.subarray(0, 18), ...new Uint8Array(12)]), /ends after|needed/],
    ['bytes behind the last', file([...ofGensim], [0, 0]), /2 bytes stand behind/],
    ['a byte behind the last', file([...ofGensim], [0]), /A byte stands behind/],
    ['a word without end', file(text('1 1\n'), text('a'.repeat(5000))), /longer than 4096/],
  ])('with %s are damaged', async (_, content, said) => {
    const {ended, reading} = await record(word2vec, content)
    expect(reading).toBeNull()
    expect(ended?.message).toMatch(said)
  })

  test.each<[string, Uint8Array]>([
    ['the same as text', file(text('2 2\nking 1.0 2.0\nqueen 0.5 -3.0\n'))],
    ['the same as text, of numbers without a sign or a point', file(text('2 2\nking 1 2\nqueen 1 2\nand more\n'))],
    ['a file too short for its counts', file(text('9 9\nking '), numbers(1, 2))],
    ['a picture of two counts in text (P1)', file(text('P1\n2 2\n0 1\n1 0\n'))],
    ['counts of nothing', file(text('0 2\nking '), numbers(1, 2))],
  ])('are not %s', (_, content) => {
    expect(word2vec.recognise(sampleOf(content))).toBe(false)
  })
})

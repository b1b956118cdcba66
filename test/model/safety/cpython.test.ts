import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {answerTo} from '../../e2e/safety/compare.ts'
import {between} from '../../e2e/safety/recorder.ts'
import {corpusFolder} from './corpus.ts'

/**
 * What CPython's C unpickler asked for when it read these streams, recorded by `node test/e2e/safety/record.ts`. The full
 * comparison, with a real CPython and tens of thousands of streams, is `npm run e2e:safety`.
 */
const recorded = z
  .strictObject({
    python: z.string(),
    cases: z.array(
      z.strictObject({
        stream: z.base64(),
        imports: z.array(z.tuple([z.string(), z.string()])),
        end: z.enum(['ok', 'error']),
        /** It ran to its end from files of each kind and from memory. */
        everyWay: z.boolean(),
        called: z.boolean(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(corpusFolder, 'cpython.json'), 'utf8')))

const cases = recorded.cases.map((one, at) => ({
  ...one,
  at,
  bytes: Buffer.from(one.stream, 'base64'),
  names: one.imports.map(pair => pair.join(between)),
}))

describe(`streams that CPython ${recorded.python} has read`, () => {
  test.each(cases)('stream $at: what it imports is named, or the stream is refused', async ({bytes, names}) => {
    const {imports, refusals} = await answerTo(bytes)
    if (refusals.length === 0) expect([...imports]).toEqual(expect.arrayContaining(names))
  })

  test.each(cases.filter(({everyWay}) => everyWay))(
    'stream $at: nothing is named that it does not import',
    async ({bytes, names}) => {
      const {imports} = await answerTo(bytes)
      expect(names).toEqual(expect.arrayContaining([...imports]))
    },
  )

  test.each(cases.filter(({imports, end, called}) => imports.length > 0 && (end === 'ok' || called)))(
    'stream $at: it is taken for a pickle',
    async ({bytes}) => {
      expect((await answerTo(bytes)).recognised).toBe(true)
    },
  )

  test('most of them import something, and many are refused: neither half of the comparison is empty', async () => {
    const answers = await Promise.all(cases.map(({bytes}) => answerTo(bytes)))
    expect(cases.filter(({imports}) => imports.length > 0).length).toBeGreaterThan(cases.length / 2)
    expect(answers.filter(({refusals}) => refusals.length === 0).length).toBeGreaterThan(cases.length / 4)
    expect(answers.filter(({refusals}) => refusals.length > 0).length).toBeGreaterThan(cases.length / 10)
  })
})

describe('streams on which the comparison once found us wrong', () => {
  test.each([
    [
      'a frame in the middle of a stream is no frame inside another',
      '8004635f636f646563730a6c6973740a9501000000000000002e',
      '_codecs',
      'list',
    ],
    ['a name with a space is a name', '893232284e883154020000006f738c03782079943067300a932e2e', 'os', 'x y'],
  ])('%s', async (_, hex, module, name) => {
    const {imports, refusals, recognised} = await answerTo(Buffer.from(hex, 'hex'))
    expect({imports: [...imports], refusals, recognised}).toEqual({
      imports: [`${module}${between}${name}`],
      refusals: [],
      recognised: true,
    })
  })
})

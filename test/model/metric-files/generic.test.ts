import {describe, expect, test} from 'vitest'
import {answerOf, readFixture, readText, refusalOf} from './fixtures.ts'

describe('an object of numbers', () => {
  test.each(['generic/metrics.json', 'generic/metrics.yaml'])(
    '%s: NaN and infinity are no numbers, lists no values',
    async path => {
      const file = await readFixture(path)
      expect(Object.fromEntries([...file.values.keys()].map(name => [name, answerOf(file, name)]))).toEqual({
        'test.f1': 0.87,
        'test.loss': 0.31,
        auc: 0.94,
        ratio: 'inconclusive model/reported-nan',
        worst: 'inconclusive model/reported-infinite',
        commit: 'error model/reported-not-a-number',
      })
    },
  )

  test.each([
    ['"0.91"', 0.91],
    ['" 1e-3 "', 0.001],
    ['"20.0 ± 1.2"', 20],
    ['"20.0 +/- 1.2"', 20],
    ['"N/A"', 'inconclusive model/reported-not-available'],
    ['""', 'inconclusive model/reported-not-available'],
    ['null', 'inconclusive model/reported-not-available'],
    ['"nan"', 'inconclusive model/reported-nan'],
    ['-Infinity', 'inconclusive model/reported-infinite'],
    ['1e999', 'inconclusive model/reported-infinite'],
    ['"91.2%"', 'error model/reported-percent'],
    ['"91.2 % of all"', 'error model/reported-percent'],
    ['true', 'error model/reported-truth-value'],
    ['"0,91"', 'error model/reported-not-a-number'],
    ['"1,234.5"', 'error model/reported-not-a-number'],
    ['"good"', 'error model/reported-not-a-number'],
    ['"0x10"', 'error model/reported-not-a-number'],
    ['[0.9]', 'missing'],
    ['{}', 'missing'],
  ])('a value written as %s is read as %s', async (written, expected) => {
    expect(answerOf(await readText(`{"other": 1, "value": ${written}}`), 'value')).toBe(expected)
  })

  test('what a spread beside a number means is not guessed', async () => {
    expect((await readText('{"bleu": "20.0 ± 1.2"}')).values.get('bleu')).toEqual({
      value: 20,
      note: 'The file writes ± 1.2 beside it without saying what that is: it is not used.',
    })
  })

  test('names that every object has are names like any other', async () => {
    const file = await readText('{"__proto__": 0.5, "constructor": {"accuracy": 0.9}}')
    expect([answerOf(file, '__proto__'), answerOf(file, 'constructor.accuracy')]).toEqual([0.5, 0.9])
    expect(answerOf(file, 'toString')).toBe('missing')
  })

  test('two ways to the same name leave it without a value', async () => {
    expect(answerOf(await readText('{"a.b": 1, "a": {"b": 2}}'), 'a.b')).toBe('error model/reported-twice')
  })

  test('a run is refused where there are none', async () => {
    expect(await refusalOf(readText('{"auc": 0.9}', 'candidate'))).toBe(
      'model/metrics-run-missing: metrics holds nothing that is called "candidate". It holds one run only, without a name.',
    )
  })
})

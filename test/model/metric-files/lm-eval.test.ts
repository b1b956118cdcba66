import {describe, expect, test} from 'vitest'
import {answerOf, readFixture, readText} from './fixtures.ts'

const noSamples = 'inconclusive model/reported-no-samples'

describe('lm-evaluation-harness', () => {
  test('direction, documents and standard error are those of the file', async () => {
    const file = await readFixture('lm-eval/results.json')
    expect(file.values.get('sums_small.acc,none')).toEqual({
      value: 0.5,
      better: 'more',
      n: 40,
      share: true,
      stderr: 0.08006407690254357,
      dataset: {'task version': '1', 'few-shot examples': '0', documents: '40'},
    })
  })

  test('a group of tasks has a row of its own, pooled over its tasks', async () => {
    const file = await readFixture('lm-eval/results.json', 'sums')
    expect([file.run, answerOf(file, 'acc,none'), file.values.get('acc,none')?.n]).toEqual(['sums', 0.48, 100])
  })

  test('what is no share of the documents is not taken for one', async () => {
    const file = await readFixture('lm-eval/results.json')
    expect(file.values.get('spoken.bleu,none')?.share).toBeUndefined()
    expect(file.values.get('spoken.exact_match,none')?.share).toBe(true)
    expect(file.values.get('sums.acc,none')?.share).toBeUndefined()
  })

  test('indented titles are no values, and "N/A" is no standard error', async () => {
    const results = {
      results: {
        mmlu: {' ': ' ', alias: 'mmlu', 'acc,none': 0.4, 'acc_stderr,none': 'N/A'},
        anatomy: {alias: ' - anatomy', 'acc,none': 'N/A'},
      },
      higher_is_better: {mmlu: {acc: true}},
      versions: {mmlu: 2},
      configs: {},
    }
    const file = await readText(JSON.stringify(results))
    expect([...file.values.keys()]).toEqual(['mmlu.acc,none', 'anatomy.acc,none'])
    expect(file.values.get('mmlu.acc,none')).toEqual({value: 0.4, better: 'more', dataset: {'task version': '2'}})
    expect(answerOf(file, 'anatomy.acc,none')).toBe('inconclusive model/reported-not-available')
  })

  test('less is better where the file says so', async () => {
    const results = {
      results: {wiki: {'word_perplexity,none': 12}},
      higher_is_better: {wiki: {word_perplexity: false}},
      versions: {},
      configs: {},
    }
    expect((await readText(JSON.stringify(results))).values.get('wiki.word_perplexity,none')?.better).toBe('less')
  })

  test('a limited run says on how many documents it rests', async () => {
    const results = {
      results: {gsm8k: {'exact_match,strict-match': 0.5, 'exact_match_stderr,strict-match': 0.1}},
      'n-samples': {gsm8k: {original: 1319, effective: 10}},
      versions: {gsm8k: 3},
      configs: {},
    }
    const value = (await readText(JSON.stringify(results))).values.get('gsm8k.exact_match,strict-match')
    expect(value?.note).toBe("It was measured on 10 of the task's 1319 documents (--limit).")
    expect(value?.n).toBe(10)
  })

  test('a task without documents has no value', async () => {
    const results = {
      results: {t: {'acc,none': 0}},
      'n-samples': {t: {original: 0, effective: 0}},
      versions: {},
      configs: {},
    }
    expect(answerOf(await readText(JSON.stringify(results)), 't.acc,none')).toBe(noSamples)
  })

  test('names without a filter, as before 0.4, are read', async () => {
    const results = {results: {boolq: {acc: 0.75, acc_stderr: 0.01}}, versions: {boolq: 1}, config: {model: 'gpt2'}}
    expect((await readText(JSON.stringify(results))).values.get('boolq.acc')).toMatchObject({value: 0.75, stderr: 0.01})
  })
})

import {describe, expect, test} from 'vitest'
import type {ReportedGate} from '../../../src/config/model-gate-schema.ts'
import type {KnownValue} from '../../../src/config/validation-schema.ts'
import type {Finding} from '../../../src/core/finding.ts'
import {judgeReported, type ReportedBaseline} from '../../../src/model/checks/reported.ts'
import {readMetricsFile, readReportedBaseline} from '../../../src/model/metric-files/gather.ts'
import {memoryFiles} from '../memory-files.ts'
import {readFixture, readText} from '../metric-files/fixtures.ts'

/** Each bound holds with 95 %. */
const options = {coverage: 0.9}

type Asked = Partial<ReportedGate> & {readonly reported: string}

async function judge(
  asked: Asked,
  candidate: string,
  baseline: string | Record<string, KnownValue> = 'none',
): Promise<Finding[]> {
  const files = memoryFiles({candidate, ...(typeof baseline === 'string' ? {baseline} : {})})
  const config = {
    candidate: 'candidate',
    baseline: typeof baseline === 'string' && baseline !== 'none' ? 'baseline' : baseline,
  }
  const gate: ReportedGate = {'when-failed': 'block', ...asked}
  return judgeReported(gate, await readMetricsFile(files, config), await readReportedBaseline(files, config), options)
}

async function answerTo(...asked: Parameters<typeof judge>): Promise<string> {
  return (await judge(...asked)).map(({verdict, reason}) => `${verdict} ${reason}`).join(', ')
}

const metrics =
  '{"accuracy": 0.9, "loss": 0.3, "score": 5, "broken": NaN, "status": "good", "share": "90%", "late": null}'

describe('a value against a limit', () => {
  test.each<[Asked, string]>([
    [{reported: 'accuracy', 'at-least': 0.9}, 'pass model/reported-within-limit'],
    [{reported: 'accuracy', 'at-least': 0.91}, 'fail model/reported-below-limit'],
    [{reported: 'loss', 'at-most': 0.3}, 'pass model/reported-within-limit'],
    [{reported: 'loss', 'at-most': 0.29}, 'fail model/reported-above-limit'],
    // Nothing tells which way is better.
    [{reported: 'score', 'at-least': 1}, 'error model/direction-unknown'],
    [{reported: 'score', 'at-most': 9}, 'error model/direction-unknown'],
    [{reported: 'score', 'at-least': 1, better: 'more'}, 'pass model/reported-within-limit'],
    [{reported: 'score', 'at-least': 9, better: 'more'}, 'fail model/reported-below-limit'],
    // Such a gate would refuse the best models only.
    [{reported: 'loss', 'at-least': 0.1}, 'error model/limit-on-wrong-side'],
    [{reported: 'accuracy', 'at-most': 0.95}, 'error model/limit-on-wrong-side'],
    [{reported: 'accuracy', 'at-least': 0.5, better: 'less'}, 'error model/limit-on-wrong-side'],
    // Between two limits there is no better.
    [
      {reported: 'score', 'at-least': 1, 'at-most': 9},
      'pass model/reported-within-limit, pass model/reported-within-limit',
    ],
    [
      {reported: 'score', 'at-least': 6, 'at-most': 9},
      'fail model/reported-below-limit, pass model/reported-within-limit',
    ],
    // Absent is neither above nor below.
    [{reported: 'broken', 'at-least': 0, better: 'more'}, 'inconclusive model/reported-nan'],
    [{reported: 'late', 'at-most': 1, better: 'less'}, 'inconclusive model/reported-not-available'],
    [{reported: 'status', 'at-least': 0, better: 'more'}, 'error model/reported-not-a-number'],
    [{reported: 'share', 'at-least': 0.5, better: 'more'}, 'error model/reported-percent'],
    [{reported: 'acuracy', 'at-least': 0.5}, 'error model/reported-missing'],
    [{reported: 'f1', 'at-most': 0.5}, 'error model/reported-missing'],
  ])('%j: %s', async (asked, expected) => expect(await answerTo(asked, metrics)).toBe(expected))

  test('a name that is not there is answered with the nearest that are', async () => {
    const [finding] = await judge(
      {reported: 'acuracy', 'at-least': 0.5},
      '{"eval_accuracy": 0.9, "eval_loss": 0.1, "recall": 0.3}',
    )
    expect(finding).toMatchObject({
      what: 'The candidate’s file has no value "acuracy" among its 3.',
      remedy: expect.stringMatching(/^The nearest names there: "eval_accuracy", /),
    })
  })

  test('an unknown direction is answered with what to write', async () => {
    const [finding] = await judge({reported: 'score', 'at-least': 1}, metrics)
    expect(finding?.remedy).toBe('Say it in the gate: `better: more` or `better: less`.')
  })

  test('without an interval the finding says so', async () => {
    const [finding] = await judge({reported: 'accuracy', 'at-least': 0.85, name: 'floor'}, metrics)
    expect(finding).toEqual({
      id: 'model/reported-at-least',
      subject: 'floor',
      limit: 'at least 0.85',
      verdict: 'pass',
      reason: 'model/reported-within-limit',
      what: 'accuracy is 0.9, with no interval known.',
      value: 0.9,
    })
  })

  test('with a number of rows a share has its interval, and a limit within it is a warning', async () => {
    const report = await readFixture('sklearn-report/binary.json')
    const value = report.values.get('accuracy')?.value
    const near = judgeReported(
      {reported: 'accuracy', 'at-least': Number(value) - 0.005, 'when-failed': 'block'},
      report,
      {kind: 'none'},
      options,
    )
    expect(near[0]).toMatchObject({
      verdict: 'warn',
      reason: 'model/reported-near-limit',
      n: 285,
      interval: {method: 'Wilson', confidence: 0.9},
    })
    const far = judgeReported(
      {reported: 'accuracy', 'at-least': 0.5, 'when-failed': 'block'},
      report,
      {kind: 'none'},
      options,
    )
    expect(far[0]).toMatchObject({verdict: 'pass', reason: 'model/reported-within-limit'})
  })

  test('a standard error of the file is an interval', async () => {
    const file = await readFixture('lm-eval/results.json')
    const [finding] = judgeReported(
      {reported: 'sums.acc', 'at-least': 0.45, 'when-failed': 'block'},
      file,
      {kind: 'none'},
      options,
    )
    // 0.48 ± 1.6449 * 0.05044
    expect(finding).toMatchObject({verdict: 'warn', value: 0.48, n: 100})
    expect(finding?.interval?.low).toBeCloseTo(0.39703, 5)
    expect(finding?.interval?.high).toBeCloseTo(0.56297, 5)
  })

  test('the file’s own direction counts before the name’s, and the gate’s before both', async () => {
    const results = JSON.stringify({
      results: {t: {'surprise,none': 0.2}},
      higher_is_better: {t: {surprise: false}},
      versions: {},
      configs: {},
    })
    expect(await answerTo({reported: 't.surprise', 'at-most': 0.3}, results)).toBe('pass model/reported-within-limit')
    expect(await answerTo({reported: 't.surprise', 'at-least': 0.1}, results)).toBe('error model/limit-on-wrong-side')
    expect(await answerTo({reported: 't.surprise', 'at-least': 0.1, better: 'more'}, results)).toBe(
      'pass model/reported-within-limit',
    )
  })

  test('what was measured on training rows says nothing of others', async () => {
    const log = 'epoch,accuracy,val_accuracy\n0,0.99,0.7\n'
    expect(await answerTo({reported: 'accuracy', 'at-least': 0.9}, log)).toBe(
      'inconclusive model/reported-on-training-data',
    )
    expect(await answerTo({reported: 'val_accuracy', 'at-least': 0.9}, log)).toBe('fail model/reported-below-limit')
  })
})

describe('a value against the baseline, with no interval known', () => {
  const of = (accuracy: number) => JSON.stringify({accuracy, loss: 1 - accuracy})

  test.each<[number, string]>([
    [0.95, 'pass model/reported-not-worse'],
    [0.9, 'pass model/reported-not-worse'],
    [0.895, 'pass model/reported-not-worse'],
    [0.894, 'warn model/reported-loss-near-margin'],
    // 0.9 - 0.89 is a little more than 0.01 in floating point; a person would call it 0.01.
    [0.89, 'warn model/reported-loss-near-margin'],
    [0.889, 'fail model/reported-worse-than-baseline'],
    [0.1, 'fail model/reported-worse-than-baseline'],
  ])('accuracy %d after 0.9, which may lose 0.01: %s', async (accuracy, expected) => {
    const baseline = {accuracy: 0.9, loss: 0.1}
    expect(await answerTo({reported: 'accuracy', 'may-lose': 0.01}, of(accuracy), baseline)).toBe(expected)
    expect(await answerTo({reported: 'loss', 'may-lose': 0.01}, of(accuracy), baseline)).toBe(expected)
    expect(await answerTo({reported: 'accuracy', 'may-lose': 0.01}, `${of(accuracy)} `, of(0.9))).toBe(expected)
  })

  test.each<[string, number, number, string]>([
    ['r2', 0.8, 0.77, 'warn model/reported-loss-near-margin'],
    ['r2', 0.8, 0.75, 'fail model/reported-worse-than-baseline'],
    // The share is of the distance from 0, so that a negative baseline does not turn the sign.
    ['r2', -0.5, -0.52, 'warn model/reported-loss-near-margin'],
    ['r2', -0.5, -0.9, 'fail model/reported-worse-than-baseline'],
    ['r2', -0.5, 0.2, 'pass model/reported-not-worse'],
    ['rmse', 10, 10.4, 'warn model/reported-loss-near-margin'],
    ['rmse', 10, 10.6, 'fail model/reported-worse-than-baseline'],
    ['rmse', 10, 9, 'pass model/reported-not-worse'],
    ['rmse', 0, 0, 'inconclusive model/reported-share-of-zero'],
  ])('%s of %d, then %d, which may lose 5 %%: %s', async (name, before, now, expected) => {
    const asked = {reported: name, 'may-lose': {ofBaseline: 0.05}} as const
    expect(await answerTo(asked, JSON.stringify({[name]: now}), {[name]: before})).toBe(expected)
  })

  test('beside a margin in percent the loss stands in percent of the baseline', async () => {
    const asked = {reported: 'rmse', 'may-lose': {ofBaseline: 0.05}} as const
    const [finding] = await judge(asked, JSON.stringify({rmse: 10.6}), JSON.stringify({rmse: 10}))
    expect(finding?.value).toBeCloseTo(0.06, 12)
  })

  test('swapping the two turns the sign', async () => {
    const [forth] = await judge({reported: 'accuracy', 'may-lose': 1}, of(0.7), of(0.9))
    const [back] = await judge({reported: 'accuracy', 'may-lose': 1}, of(0.9), of(0.7))
    expect(forth?.value).toBeCloseTo(-0.2, 12)
    expect(Number(back?.value) + Number(forth?.value)).toBe(0)
  })
})

describe('a value against the baseline, where the files tell how sure they are', () => {
  const results = (right: number, n: number, more = {}) => {
    const acc = right / n
    return JSON.stringify({
      results: {t: {'acc,none': acc, 'acc_stderr,none': Math.sqrt((acc * (1 - acc)) / (n - 1))}},
      higher_is_better: {t: {acc: true}},
      'n-samples': {t: {original: n, effective: n}},
      versions: {t: 1},
      configs: {},
      ...more,
    })
  }

  test.each<[string, number, number, number, string]>([
    ['many documents and a gain show that nothing is lost', 9200, 9000, 10_000, 'pass model/reported-not-worse'],
    [
      'many documents and a large loss show that it is worse',
      8000,
      9000,
      10_000,
      'fail model/reported-worse-than-baseline',
    ],
    ['few documents can show neither', 88, 90, 100, 'inconclusive model/reported-comparison-inconclusive'],
  ])('%s', async (_, now, before, n, expected) => {
    expect(await answerTo({reported: 't.acc', 'may-lose': 0.01}, results(now, n), results(before, n))).toBe(expected)
  })

  test('an inconclusive answer says how many rows would settle it, and what settles it with fewer', async () => {
    const [finding] = await judge({reported: 't.acc', 'may-lose': 0.05}, results(90, 100), {'t.acc': 0.9})
    expect(finding).toMatchObject({verdict: 'inconclusive', n: 100, remedy: expect.stringContaining('row by row')})
    expect(Number(finding?.details?.rowsNeeded)).toBeGreaterThan(100)
  })

  test('a number of the config is taken as exact, unless the config says how sure it is', async () => {
    const asked = {reported: 't.acc', 'may-lose': 0.01} as const
    const candidate = results(9050, 10_000)
    expect(await answerTo(asked, candidate, {'t.acc': 0.9})).toBe('pass model/reported-not-worse')
    expect(await answerTo(asked, candidate, {'t.acc': {value: 0.9, low: 0.8, high: 1}})).toBe(
      'inconclusive model/reported-comparison-inconclusive',
    )
    expect(await answerTo(asked, candidate, {'t.acc': {value: 0.9, rows: 100}})).toBe(
      'inconclusive model/reported-comparison-inconclusive',
    )
    expect(await answerTo(asked, candidate, {'t.acc': {value: 0.9, low: 0.95, high: 1}})).toBe(
      'error model/baseline-interval-contradictory',
    )
  })

  const scored = (value: number, stderr: number, better: 'more' | 'less') =>
    JSON.stringify({
      results: {t: {'m,none': value, 'm_stderr,none': stderr, sample_len: 1000}},
      higher_is_better: {t: {m: better === 'more'}},
      versions: {},
      configs: {},
    })

  // May lose 5 % of 10, of -10: the bound of the candidate, 1.645 standard errors away, lies within it or not.
  test.each<['more' | 'less', number, number, number, string]>([
    ['more', 10, 9.7, 0.1, 'pass model/reported-not-worse'],
    ['more', 10, 9.7, 0.2, 'inconclusive model/reported-comparison-inconclusive'],
    ['more', 10, 9.3, 0.1, 'fail model/reported-worse-than-baseline'],
    ['less', 10, 10.3, 0.1, 'pass model/reported-not-worse'],
    ['less', 10, 10.3, 0.2, 'inconclusive model/reported-comparison-inconclusive'],
    ['less', 10, 10.7, 0.1, 'fail model/reported-worse-than-baseline'],
    ['more', -10, -10.3, 0.1, 'pass model/reported-not-worse'],
    ['more', -10, -10.7, 0.1, 'fail model/reported-worse-than-baseline'],
    ['less', -10, -9.7, 0.1, 'pass model/reported-not-worse'],
    ['less', -10, -9.3, 0.1, 'fail model/reported-worse-than-baseline'],
  ])(
    '%s is better: %d before, %d now (standard error %d), may lose 5 %%: %s',
    async (better, before, now, stderr, expected) => {
      const asked = {reported: 't.m', 'may-lose': {ofBaseline: 0.05}} as const
      expect(await answerTo(asked, scored(now, stderr, better), {'t.m': before})).toBe(expected)
    },
  )

  test('beside a margin in percent difference and interval stand in percent of the baseline', async () => {
    const asked = {reported: 't.m', 'may-lose': {ofBaseline: 0.05}} as const
    const [positive] = await judge(asked, scored(9.7, 0.1, 'more'), scored(10, 0.1, 'more'))
    const [negative] = await judge(asked, scored(-10.3, 0.1, 'more'), scored(-10, 0.1, 'more'))
    for (const finding of [positive, negative]) {
      expect(finding?.value).toBeCloseTo(-0.03, 12)
      expect(Number(finding?.interval?.low)).toBeLessThan(-0.03)
      // Both standard errors, 1 % of the baseline each, by the worst case of how they go together.
      expect(Number(finding?.interval?.high)).toBeCloseTo(-0.03 + 1.6449 * 0.02, 2)
    }
  })

  test('swapping candidate and baseline turns the interval around', async () => {
    const asked = {reported: 't.m', 'may-lose': 1} as const
    const [forth] = await judge(asked, scored(10, 0.1, 'more'), scored(9.7, 0.2, 'more'))
    const [back] = await judge(asked, scored(9.7, 0.2, 'more'), scored(10, 0.1, 'more'))
    expect(Number(back?.value)).toBeCloseTo(-Number(forth?.value), 12)
    expect(Number(back?.interval?.low)).toBeCloseTo(-Number(forth?.interval?.high), 12)
    expect(Number(back?.interval?.high)).toBeCloseTo(-Number(forth?.interval?.low), 12)
  })

  test('of a baseline with a number of rows alone, each is taken to vary as one of the candidate', async () => {
    const group = JSON.stringify({
      results: {g: {'score,none': 0.48, 'score_stderr,none': 0.01, sample_len: 400}},
      higher_is_better: {g: {score: true}},
      versions: {},
      configs: {},
    })
    const asked = {reported: 'g.score', 'may-lose': 0.05} as const
    const [exact] = await judge(asked, group, {'g.score': 0.47})
    const [known] = await judge(asked, group, {'g.score': {value: 0.47, rows: 100}})
    // 1.6449 * 0.01 alone; with the baseline's 0.01 * sqrt(400 / 100) added, as on the same rows nobody knows which.
    expect(Number(exact?.interval?.high) - 0.01).toBeCloseTo(1.6449 * 0.01, 5)
    expect(Number(known?.interval?.high) - 0.01).toBeCloseTo(1.6449 * 0.03, 5)
    expect([exact?.reason, known?.reason]).toEqual(['model/reported-not-worse', 'model/reported-not-worse'])
  })

  test.each([
    ['another version of the task', {versions: {t: 2}}, 'task version "1" and, of the baseline, "2"'],
    ['other examples in the prompt', {'n-shot': {t: 5}}, null],
    [
      'other documents',
      {'n-samples': {t: {original: 10_000, effective: 500}}},
      'documents "10000" and, of the baseline, "500"',
    ],
  ])('%s', async (_, more, difference) => {
    const [finding] = await judge(
      {reported: 't.acc', 'may-lose': 0.01},
      results(9000, 10_000),
      results(9000, 10_000, more),
    )
    // What only one of the two files says is no difference.
    if (difference === null) expect(finding?.reason).not.toBe('model/dataset-differs')
    else
      expect(finding).toMatchObject({
        verdict: 'error',
        reason: 'model/dataset-differs',
        what: `t.acc was measured on different data: ${difference}.`,
      })
  })
})

describe('a baseline that is none', () => {
  const asked = {reported: 'accuracy', 'may-lose': 0.01} as const

  test('the first release ever is compared with nothing', async () => {
    expect(await answerTo(asked, metrics, 'none')).toBe('warn model/first-release')
  })

  test('a config that does not say is refused', async () => {
    const undeclared: ReportedBaseline = {kind: 'undeclared'}
    const findings = judgeReported({...asked, 'when-failed': 'block'}, await readText(metrics), undeclared, options)
    expect(findings.map(({verdict, reason}) => `${verdict} ${reason}`)).toEqual([
      'error model/reported-baseline-undeclared',
    ])
  })

  test.each([
    ['the same file', metrics, 'error model/baseline-is-candidate'],
    ['a file without the value', '{"loss": 1}', 'error model/reported-baseline-missing'],
    ['a value that is none', '{"accuracy": NaN}', 'inconclusive model/reported-nan'],
    ['a value that is no number', '{"accuracy": "90%", "x": 1}', 'error model/reported-percent'],
  ])('%s', async (_, baseline, expected) => {
    expect(await answerTo(asked, metrics, baseline)).toBe(expected)
  })

  test.each([
    ['values without this one', {loss: 1}],
    ['a name that every object has', {}],
  ])('%s', async (_, baseline) => {
    expect(await answerTo(asked, metrics, baseline)).toBe('error model/reported-baseline-missing')
  })

  test('an unknown direction refuses the comparison too', async () => {
    expect(await answerTo({reported: 'score', 'may-lose': 1}, metrics, {score: 5})).toBe(
      'error model/direction-unknown',
    )
  })

  test('two runs of one store are two', async () => {
    const files = memoryFiles({
      shown: '{"workspace": {"data": {"m": {"data": {"auc": 0.9}}}}, "v1": {"data": {"m": {"data": {"auc": 0.8}}}}}',
    })
    const config = {candidate: 'shown', baseline: 'shown', run: 'workspace'}
    const gate: ReportedGate = {reported: 'auc', 'may-lose': 0.01, 'when-failed': 'block'}
    const candidate = await readMetricsFile(files, config)
    const [other] = judgeReported(
      gate,
      candidate,
      await readReportedBaseline(files, {...config, 'baseline-run': 'v1'}),
      options,
    )
    const [same] = judgeReported(gate, candidate, await readReportedBaseline(files, config), options)
    expect([other?.reason, same?.reason]).toEqual(['model/reported-not-worse', 'model/baseline-is-candidate'])
  })
})

import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {WeakSegmentsGate} from '../../../src/config/model-gate-schema.ts'
import {createRandom} from '../../../src/core/random.ts'
import {judgeWeakSegments} from '../../../src/model/checks/weak-segments.ts'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {Column} from '../../../src/model/readers/columns.ts'
import {binaryEvaluation, evaluationOf, numbers, times} from '../slices/evaluations.ts'

const options = {coverage: 0.9, seed: 1, replicates: 200, range: [0, 1]} as const

function judge(gate: Partial<WeakSegmentsGate>, evaluation: Evaluation) {
  const defaults: WeakSegmentsGate = {
    'weak-segments': 'accuracy',
    'may-lag': 0.02,
    depth: 2,
    'min-rows': 30,
    'when-failed': 'block',
  }
  return judgeWeakSegments({...defaults, ...gate}, evaluation, options)
}

interface World {
  readonly n: number
  readonly seed: number
  readonly columns?: number
  readonly values?: number
  /** Chance that a row is answered wrongly, by the values of its columns. */
  readonly wrong: (values: readonly string[]) => number
  /** Rows of one cluster; they are all right or all wrong. */
  readonly clusterSize?: number
}

function draw({n, seed, columns = 3, values = 3, wrong, clusterSize = 1}: World): Evaluation {
  const random = createRandom(seed)
  const drawn = Array.from({length: Math.ceil(n / clusterSize)}, (_, cluster) => {
    const parts = Array.from({length: columns}, () => 'abcdefgh'[random.below(values)] ?? 'a')
    const positive = random.below(2)
    const predicted = random.uniform() < wrong(parts) ? 1 - positive : positive
    return times(clusterSize, {parts, positive, predicted, cluster})
  }).flat()
  return binaryEvaluation({
    positive: drawn.map(({positive}) => positive),
    predicted: drawn.map(({predicted}) => predicted),
    groups: Object.fromEntries(
      Array.from({length: columns}, (_, column) => [`c${column}`, drawn.map(({parts}) => parts[column] ?? '')]),
    ),
    ...(clusterSize > 1 && {clusters: drawn.map(({cluster}) => cluster)}),
  })
}

describe('judgeWeakSegments', () => {
  test('finds the part of two columns that the model serves badly, and says how many parts were looked at', () => {
    const finding = judge({}, draw({n: 3000, seed: 1, wrong: ([a, b]) => (a === 'b' && b === 'c' ? 0.4 : 0.1)}))
    expect(finding).toMatchObject({
      id: 'model/weak-segments',
      subject: 'weak segments by accuracy',
      verdict: 'fail',
      reason: 'model/weak-segment',
      limit: 'may lag 0.02',
      // 3 columns of 3 values: 9 alone, 27 in pairs.
      details: {lookedAt: 36, minRows: 30},
    })
    expect(finding.what).toMatch(
      /^c0 = b and c1 = c: accuracy 0\.\d+ on \d+ rows, lags by 0\.2\d+ \(0\.1\d* to 0\.[23]\d*; p below 0\.0001\); 0\.8\d+ of all rows\./,
    )
    expect(finding.what).toContain('corrected for 36 parts of at least 30 rows looked at')
    expect(finding.interval?.low).toBeGreaterThan(0.02)
  })

  test('passes where no part lags', () => {
    const right = draw({n: 900, seed: 1, wrong: () => 0})
    expect(judge({}, right)).toMatchObject({verdict: 'pass', reason: 'model/no-weak-segment', n: 900})
  })

  test('a part that lags as it stands, but may do so by chance, is a warning that says so', () => {
    const finding = judge({}, draw({n: 600, seed: 2, wrong: () => 0.15}))
    expect(finding).toMatchObject({verdict: 'warn', reason: 'model/weak-segment-not-shown', details: {shown: 0}})
    expect(finding.what).toContain('By chance the worst of 36 parts may look like this')
  })

  test('with depth 1 only single columns are looked at', () => {
    expect(judge({depth: 1}, draw({n: 900, seed: 1, wrong: () => 0})).details).toMatchObject({lookedAt: 9})
  })

  test('a part below min-rows is not looked at, and never named', () => {
    const rows = [...times(500, 'large'), ...times(29, 'tiny'), ...times(500, 'other')]
    const given = binaryEvaluation({
      positive: rows.map(() => 1),
      predicted: rows.map(value => (value === 'tiny' ? 0 : 1)),
      groups: {city: rows},
    })
    const finding = judge({}, given)
    expect(finding).toMatchObject({verdict: 'pass', details: {lookedAt: 2}})
    expect(JSON.stringify(finding)).not.toContain('tiny')
  })

  test('a part of two conditions that is mainly one of them is listed once', () => {
    // Nearly every row of city Oslo is of country Norway, and the other way round.
    const rows = Array.from({length: 2000}, (_, row) =>
      row < 400 ? ['Oslo', 'Norway'] : row < 405 ? ['Aix', 'Norway'] : ['Ulm', 'Germany'],
    )
    const given = binaryEvaluation({
      positive: rows.map(() => 1),
      predicted: rows.map(([city], row) => (city === 'Oslo' && row % 2 === 0 ? 0 : 1)),
      groups: {city: rows.map(([city = '']) => city), country: rows.map(([, country = '']) => country)},
    })
    const finding = judge({}, given)
    expect(finding).toMatchObject({verdict: 'fail', details: {shown: 1}})
    expect(finding.what).toMatch(/^city = Oslo: accuracy 0\.5 on 400 rows/)
  })

  test('numbers are cut at quarters and halves, at round points that are nobody’s value; missing values are a part', () => {
    const random = createRandom(5)
    const ages = Array.from({length: 2000}, (_, row) => (row % 10 === 0 ? Number.NaN : 18 + 60 * random.uniform()))
    const given = binaryEvaluation({
      positive: ages.map(() => 1),
      predicted: ages.map(age => (random.uniform() < (age > 63 ? 0.5 : 0.1) ? 0 : 1)),
      columns: {age: numbers(ages)},
    })
    const finding = judge({among: ['age']}, given)
    // Four quarters and two halves, and the missing ones in both ways of cutting.
    expect(finding).toMatchObject({verdict: 'fail', details: {lookedAt: 8}})
    expect(finding.what).toMatch(/^age > 6\d: accuracy/)
  })

  test('numbers of few values are looked at one by one', () => {
    const rooms = Array.from({length: 1000}, (_, row) => 1 + (row % 4))
    const given = binaryEvaluation({
      positive: rooms.map(() => 1),
      predicted: rooms.map((room, row) => (room === 3 && row % 3 === 0 ? 0 : 1)),
      columns: {rooms: numbers(rooms)},
    })
    expect(judge({among: ['rooms']}, given).what).toMatch(/^rooms = 3: accuracy/)
  })

  test('a group column of many numbers is cut like one, although it was read as names', () => {
    const random = createRandom(6)
    const ages = Array.from({length: 2000}, (_, row) => (row % 10 === 0 ? '' : String(18 + random.below(60))))
    const given = binaryEvaluation({
      positive: ages.map(() => 1),
      predicted: ages.map(age => (random.uniform() < (Number(age) > 63 ? 0.5 : 0.1) ? 0 : 1)),
      groups: {age: ages},
    })
    const finding = judge({}, given)
    expect(finding).toMatchObject({verdict: 'fail', details: {lookedAt: 8}})
    expect(finding.what).toMatch(/^age > 6\d: accuracy/)
  })

  test('answers of a text model are searched by what was found correct', () => {
    const rows = Array.from({length: 600}, (_, row) => (row < 200 ? 'law' : 'sport'))
    const correct = Uint8Array.from(rows, (topic, row) => (topic === 'law' && row % 2 === 0 ? 0 : 1))
    const candidate = {
      task: 'text',
      rows: 600,
      referencesOf: () => [],
      answerOf: null,
      correct,
      problems: null,
    } as const
    const finding = judge({'weak-segments': 'correct-share'}, evaluationOf(candidate, {groups: {topic: rows}}))
    expect(finding).toMatchObject({verdict: 'fail', n: 200})
    expect(finding.what).toMatch(/^topic = law: correct-share 0\.5 on 200 rows, lags by 0\.3333/)
  })

  const loss = evaluationOf(
    {
      task: 'regression',
      rows: 600,
      target: new Float64Array(600),
      predicted: Float64Array.from({length: 600}, (_, row) => (row < 300 ? 1 : 2) + (row % 7) / 10),
      quantiles: [],
      interval: null,
    },
    {groups: {half: [...times(300, 'first'), ...times(300, 'second')]}},
  )
  test.each([
    ['mae', 2.3, 0.5],
    ['mse', 5.3, 1.8],
  ] as const)('losses where less is better turn the sign: %s', (metric, value, lag) => {
    const finding = judge({'weak-segments': metric, 'may-lag': 0.1}, loss)
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/weak-segment', value: expect.closeTo(lag, 1)})
    expect(finding.what).toContain(`half = second: ${metric} ${value.toString().slice(0, 2)}`)
  })

  const text: Column = {kind: 'text', bytes: new Uint8Array(0), offsets: new Uint32Array(1001), empty: 1000}
  const plain = binaryEvaluation({
    positive: times(1000, 1),
    predicted: times(1000, 1),
    groups: {same: times(1000, 'x')},
    columns: {note: text},
  })
  test.each([
    ['no columns to look among', {}, {...plain, groups: new Map()}, 'error', 'model/no-segment-columns'],
    ['a column that the data does not have', {among: ['height']}, plain, 'error', 'model/segment-column-missing'],
    ['a column of free text', {among: ['note']}, plain, 'error', 'model/segment-column-unfit'],
    ['a metric of another kind of model', {'weak-segments': 'mae'}, plain, 'error', 'model/metric-of-another-task'],
    ['a column of one value: all rows are no part', {}, plain, 'inconclusive', 'model/no-segment-with-support'],
    [
      'no part with the rows',
      {'min-rows': 2000},
      draw({n: 900, seed: 1, wrong: () => 0}),
      'inconclusive',
      'model/no-segment-with-support',
    ],
    [
      'too few clusters in every part',
      {},
      draw({n: 1800, seed: 1, wrong: () => 0, clusterSize: 100}),
      'inconclusive',
      'model/no-segment-with-support',
    ],
  ] as const)('%s never passes', (_, gate, evaluation, verdict, reason) => {
    const finding = judge(gate as Partial<WeakSegmentsGate>, evaluation)
    expect(finding).toMatchObject({verdict, reason})
    expect(finding).toHaveProperty('why')
    expect(finding).toHaveProperty('remedy')
  })
})

describe('a search among many parts finds nothing where there is nothing', () => {
  // 300 searches: 5 %, and what chance may add to it once in a thousand.
  const runs = 300
  const atMost = 0.05 + 3.1 * Math.sqrt((0.05 * 0.95) / runs)
  function shareShown(gate: Partial<WeakSegmentsGate>, world: Omit<World, 'seed'>): number {
    const failed = Array.from({length: runs}, (_, seed) => judge(gate, draw({...world, seed})))
    return failed.filter(({verdict}) => verdict === 'fail').length / runs
  }

  test.each([
    ['errors are rare', 0.05, 600, 1],
    ['errors are frequent', 0.4, 400, 1],
    ['rows come in clusters', 0.2, 1200, 4],
  ] as const)('although the margin is 0, when %s', (_, wrong, n, clusterSize) => {
    expect(shareShown({'may-lag': 0}, {n, clusterSize, wrong: () => wrong})).toBeLessThanOrEqual(atMost)
  })

  test('when a part lags by just the margin', () => {
    // Parts a of c0 hold a third of the rows: 0.2 lies 0.1 above the others, and 2/3 of that above all rows together.
    const world = {n: 600, columns: 1, wrong: ([a]: readonly string[]) => (a === 'a' ? 0.2 : 0.1)}
    expect(shareShown({'may-lag': 0.1 * (2 / 3)}, world)).toBeLessThanOrEqual(atMost)
    expect(shareShown({'may-lag': 0}, world)).toBeGreaterThan(0.5)
  })
})

describe('what a search finds', () => {
  const world = fc.record({
    seed: fc.nat(10_000),
    n: fc.integer({min: 200, max: 500}),
    high: fc.integer({min: 0, max: 9}),
  })

  test('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(world, ({seed, n, high}) => {
        const given = draw({n, seed, wrong: ([a]) => (a === 'b' ? high / 10 : 0.1)})
        expect(judge({}, reversed(given))).toEqual(judge({}, given))
      }),
      {numRuns: 30},
    )
  })

  test('is no surer when every row stands twice in its cluster', () => {
    fc.assert(
      fc.property(world, ({seed, n, high}) => {
        const wrong = ([a]: readonly string[]) => (a === 'b' ? high / 10 : 0.1)
        // Parts are looked at from the same share of rows on.
        const twice = judge({'min-rows': 60}, draw({n: 2 * n, seed, wrong, clusterSize: 2}))
        const fourTimes = judge({'min-rows': 120}, draw({n: 4 * n, seed, wrong, clusterSize: 4}))
        expect([fourTimes.verdict, fourTimes.interval?.low ?? 0, fourTimes.interval?.high ?? 0]).toEqual([
          twice.verdict,
          expect.closeTo(twice.interval?.low ?? 0, 8),
          expect.closeTo(twice.interval?.high ?? 0, 8),
        ])
      }),
      {numRuns: 30},
    )
  })
})

function reversed(given: Evaluation): Evaluation {
  const {candidate, groups, sample} = given
  return {
    ...given,
    sample,
    candidate:
      candidate.task === 'binary'
        ? {...candidate, positive: candidate.positive.toReversed(), predicted: candidate.predicted.toReversed()}
        : candidate,
    groups: new Map([...groups].map(([name, column]) => [name, {...column, codes: column.codes.toReversed()}])),
  }
}

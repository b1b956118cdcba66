/** What a person sees below the verdicts: tables, curves, and by which rules all of it came about. */
import {describe, expect, test} from 'vitest'
import {tasks} from '../../../src/core/metric-catalog.ts'
import type {ValidatedModel} from '../../../src/model/run.ts'
import type {Block} from '../../../src/report/report.ts'
import {filesOf, type Row, toFile} from '../judge/rows.ts'
import {everyGate, judgedWith, validated} from '../judge/validated.ts'

type Table = Extract<Block, {kind: 'table'}>

/** All blocks, those that are folded away too. */
function blocksOf(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap(block => (block.kind === 'details' ? [block, ...blocksOf(block.blocks)] : [block]))
}

function tablesOf({report}: ValidatedModel): readonly Table[] {
  return blocksOf(report.blocks).filter(block => block.kind === 'table')
}

function tableOf(judged: ValidatedModel, firstColumn: string): Table {
  const found = tablesOf(judged).find(({columns}) => columns[0]?.name === firstColumn)
  if (!found) throw new Error(`no table of ${firstColumn}`)
  return found
}

const headings = ({report}: ValidatedModel) =>
  report.blocks.flatMap(block => (block.kind === 'heading' ? [block.text] : []))
const textOf = ({report}: ValidatedModel) => JSON.stringify(report.blocks)

describe.each(tasks)('%s: the report', task => {
  test('has no table whose rows are longer or shorter than its head, and no number that is none', async () => {
    const judged = await judgedWith(task, {gates: everyGate(task)})
    expect(tablesOf(judged).length).toBeGreaterThan(2)
    for (const {columns, rows} of tablesOf(judged)) for (const row of rows) expect(row).toHaveLength(columns.length)
    expect(textOf(judged)).not.toMatch(/NaN|undefined|Infinity|\[object/)
  })

  test('shows every metric that a gate asks for, and the usual ones beside it', async () => {
    const [gate] = everyGate(task)
    const judged = await judgedWith(task, {gates: [{...gate}]})
    const {rows, columns} = tableOf(judged, 'metric')
    expect(columns.map(({name}) => name)).toEqual([
      'metric',
      'candidate',
      'interval',
      'minus baseline',
      'interval of the difference',
    ])
    expect(rows.length).toBeGreaterThan(2)
    for (const [name = '', value = ''] of rows) {
      const kept = judged.measures?.values[name]?.value
      if (kept !== undefined) expect(Number(value), name).toBeCloseTo(kept, 4)
    }
  })
})

describe('the table of metrics', () => {
  const gates = [{metric: 'accuracy', 'at-least': 0.5}]

  test('has no comparison where there is no baseline', async () => {
    const {candidate} = filesOf('binary')
    const judged = await validated(
      {'c.csv': toFile(candidate).text},
      {predictions: {candidate: 'c.csv', baseline: 'none', positive: 'bad', columns: {score: 'p'}}, gates},
    )
    expect(headings(judged)).toContain('Candidate')
    expect(tableOf(judged, 'metric').columns).toHaveLength(3)
    expect(textOf(judged)).toContain('Baseline: none')
    expect(textOf(judged)).not.toContain('Intervals of differences')
  })

  test('says that values are all that is known of the baseline, and does not call them paired', async () => {
    const {candidate} = filesOf('binary')
    const baseline = {accuracy: {value: 0.9, low: 0.85, high: 0.94, rows: 180}}
    const judged = await validated(
      {'c.csv': toFile(candidate).text},
      {predictions: {candidate: 'c.csv', baseline, positive: 'bad', columns: {score: 'p'}}, gates},
    )
    expect(headings(judged)).toContain('Candidate, and values of the config')
    const rows = tableOf(judged, 'metric').rows
    expect(rows.find(([name]) => name === 'accuracy')?.[3]).toMatch(/^[+-]0\.\d+$/)
    expect(rows.find(([name]) => name === 'f1')?.slice(3)).toEqual(['no value', ''])
    expect(textOf(judged)).toContain('Intervals of differences: MOVER')
    expect(textOf(judged)).not.toContain('paired by row')
  })

  test('says so where both were seen on the same rows', async () => {
    const judged = await judgedWith('binary', {gates})
    expect(headings(judged)).toContain('Candidate and baseline')
    expect(textOf(judged)).toContain('Intervals of differences, paired by row')
  })
})

describe('the confusion', () => {
  const gates = [{metric: 'accuracy', 'at-least': 0.5}]

  test('names the classes and the positive one, and its cells are the rows', async () => {
    const judged = await judgedWith('binary', {gates, columns: {weight: undefined}})
    expect(headings(judged)).toContain('Confusion (positive: bad)')
    const {columns, rows} = tableOf(judged, 'truth')
    expect(columns.map(({name}) => name)).toEqual(expect.arrayContaining(['predicted bad', 'predicted good']))
    expect(rows.flatMap(row => row.slice(1).map(Number)).reduce((sum, count) => sum + count, 0)).toBe(180)
  })

  test('adds up to the weights, where rows have some', async () => {
    const total = filesOf('multiclass').candidate.reduce((sum, {times}) => sum + Number(times), 0)
    const {rows} = tableOf(await judgedWith('multiclass', {gates}), 'truth')
    expect(rows.flatMap(row => row.slice(1).map(Number)).reduce((sum, count) => sum + count, 0)).toBeCloseTo(total, 2)
  })

  test('of many classes is no table that somebody reads', async () => {
    const candidate: Row[] = Array.from({length: 390}, (_, row) => ({
      id: `i${row}`,
      label: `c${row % 13}`,
      answer: `c${(row % 13) + (row % 39 === 0 ? 1 : 0)}`,
    }))
    const judged = await validated(
      {'c.csv': toFile(candidate).text},
      {predictions: {candidate: 'c.csv', baseline: 'none', task: 'multiclass', columns: {prediction: 'answer'}}, gates},
    )
    expect(textOf(judged)).toContain('Not shown: 13 classes')
    expect(() => tableOf(judged, 'truth')).toThrow('no table')
  })

  test.each(['multilabel', 'regression', 'ranking', 'text'] as const)('of %s is none', async task => {
    const judged = await judgedWith(task)
    expect(headings(judged).filter(text => text.startsWith('Confusion'))).toEqual([])
  })
})

describe('curves and calibration', () => {
  const gates = [{metric: 'accuracy', 'at-least': 0.5}]
  const charts = ({report}: ValidatedModel) =>
    blocksOf(report.blocks).flatMap(block => (block.kind === 'chart' ? [block.chart] : []))

  test('of two classes show both models, from one corner to the other', async () => {
    const judged = await judgedWith('binary', {gates})
    const roc = charts(judged).find(({title}) => title === 'ROC curve')
    expect(roc?.series.map(({name}) => name)).toEqual(['candidate', 'baseline', 'chance'])
    for (const {points} of roc?.series ?? []) {
      expect(points[0]).toEqual([0, 0])
      expect(points.at(-1)).toEqual([1, 1])
      for (const [x, y] of points) expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true)
    }
  })

  test('are left out where no score is named', async () => {
    const judged = await judgedWith('binary', {gates, columns: {score: undefined}})
    expect(charts(judged)).toEqual([])
    expect(textOf(judged)).not.toContain('"Calibration"')
  })

  test('hide bins of fewer than ten rows, and say how many', async () => {
    // 100 rows at 0.2, and 3 at 0.95.
    const candidate: Row[] = Array.from({length: 103}, (_, row) => ({
      id: `i${row}`,
      label: row % 5 === 0 ? 'bad' : 'good',
      p: row < 100 ? 0.2 + (row % 7) / 1000 : 0.95,
    }))
    const judged = await validated(
      {'c.csv': toFile(candidate).text},
      {predictions: {candidate: 'c.csv', baseline: 'none', positive: 'bad', columns: {score: 'p'}}, gates},
    )
    const {rows} = tableOf(judged, 'mean of the probability')
    expect(rows.map(([, , count]) => count)).toEqual(['100'])
    expect(textOf(judged)).toContain('Hidden: 1 with fewer than 10 rows.')
    expect(textOf(judged)).not.toContain('0.95')
  })
})

describe('groups', () => {
  const gates = [{metric: 'accuracy', 'at-least': 0.5}]

  test('are shown largest first, all rows last, and a missing value by a name of its own', async () => {
    const {candidate, baseline} = filesOf('binary')
    const regions = candidate.map((row, at) => ({...row, region: at % 3 === 0 ? null : (row.region ?? null)}))
    const judged = await judgedWith('binary', {gates, rows: {candidate: regions, baseline}})
    const {rows} = tableOf(judged, 'region')
    expect(rows.map(([name]) => name).sort()).toEqual(['(no value)', 'all rows', 'north', 'south'])
    expect(rows.at(-1)?.slice(0, 2)).toEqual(['all rows', '180'])
    const sizes = rows.slice(0, -1).map(([, n]) => Number(n))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(180)
  })

  test('that gates combine are shown combined too, each combination once', async () => {
    const fairness = {
      fairness: 'demographic-parity-difference',
      by: ['region', 'customer'],
      'at-most': 0.9,
      'when-inconclusive': 'warn',
    }
    const judged = await judgedWith('binary', {
      gates: [fairness, {...fairness, 'at-most': 0.8}],
      columns: {groups: ['region', 'customer'], cluster: undefined},
    })
    expect(headings(judged).filter(text => text === 'Groups by region and customer')).toHaveLength(1)
    expect(headings(judged)).toContain('Groups by region')
  })
})

describe('drift', () => {
  const wide = (shift: number): Row[] =>
    Array.from({length: 120}, (_, row) =>
      Object.fromEntries(Array.from({length: 45}, (_, at) => [`column ${at}`, (row * (at + 3) + shift * at) % 50])),
    )
  const judge = (gate: object) =>
    validated(
      {'a.csv': toFile(wide(0)).text, 'b.csv': toFile(wide(1)).text},
      {gates: [{drift: 'psi', against: 'a.csv', in: 'b.csv', 'at-most': 0.5, ...gate}]},
    )

  test('shows column by column what was measured, and how much chance alone makes', async () => {
    const judged = await judge({among: ['column 1', 'column 2']})
    const {rows, columns} = tableOf(judged, 'column')
    expect(columns.map(({name}) => name)).toEqual([
      'column',
      'psi',
      'limit',
      'by chance',
      'rows',
      'rows of the reference',
      'outcome',
    ])
    expect(rows).toHaveLength(2)
    for (const [, , limit, , ours, theirs] of rows) expect([limit, ours, theirs]).toEqual(['0.5', '120', '120'])
  })

  test('shows the forty columns that lie furthest apart, and counts the others', async () => {
    const judged = await judge({})
    const {rows} = tableOf(judged, 'column')
    expect(rows).toHaveLength(40)
    expect(textOf(judged)).toContain('And 5 columns that lie nearer.')
  })

  test('shows no table of files that could not be read', async () => {
    const judged = await judge({in: 'none.csv'})
    expect(() => tableOf(judged, 'column')).toThrow('no table')
  })
})

describe('how it was judged', () => {
  const gates = [{metric: 'f1', 'at-least': 0.5}]

  test('names conventions, confidence, seed, resamples, rows, period and the very files', async () => {
    const judged = await judgedWith('binary', {gates, validation: {seed: 7, confidence: 0.9, resamples: 300}})
    const text = JSON.stringify(judged.report.blocks.at(-1))
    for (const part of [
      'Intervals cover 80 %: each bound holds with 90 % confidence.',
      'B = 300, seed 7',
      '180 rows, weighted, in 90 clusters that are resampled whole.',
      'Observed from 2026-01-01',
      'Positive class: \\"bad\\", predicted by column \\"answer\\".',
      'Candidate: candidate.csv, sha256:',
      'Baseline: baseline.csv, sha256:',
      'Holm',
      'slipway validate --model model --candidate candidate.csv --baseline baseline.csv',
    ]) {
      expect(text).toContain(part)
    }
  })

  test('can be repeated with files of any name, and where the baseline is values', async () => {
    const {candidate} = filesOf('binary')
    const name = "it's a $(test).csv"
    const judged = await validated(
      {[name]: toFile(candidate).text},
      {predictions: {candidate: name, baseline: {accuracy: 0.9}, positive: 'bad', columns: {score: 'p'}}, gates},
    )
    const [code] = blocksOf(judged.report.blocks).filter(block => block.kind === 'code')
    expect(code).toEqual({
      kind: 'code',
      text: String.raw`slipway validate --model model --candidate 'it'\''s a $(test).csv'`,
    })
  })

  test('counts the parts of a data set', async () => {
    const {candidate, baseline} = filesOf('binary')
    const judged = await validated(
      {
        'c/1.csv': toFile(candidate.slice(0, 90)).text,
        'c/2.csv': toFile(candidate.slice(90)).text,
        'b.csv': toFile(baseline).text,
      },
      {predictions: {candidate: 'c', baseline: 'b.csv', positive: 'bad', columns: {score: 'p'}}, gates},
    )
    expect(textOf(judged)).toContain('Candidate: c (2 parts), sha256:')
  })

  test('is said too where nothing could be judged', async () => {
    const judged = await validated(
      {},
      {predictions: {candidate: 'none.csv', baseline: 'none', positive: 'bad', columns: {score: 'p'}}, gates},
    )
    expect(judged.report.blocks.map(({kind}) => kind)).toEqual(['findings', 'details', 'details'])
    expect(textOf(judged)).toContain('Candidate: none')
  })
})

describe('the summary', () => {
  const {candidate, baseline} = filesOf('binary')
  const judge = async (gate: object) =>
    (
      await judgedWith('binary', {
        rows: {candidate, baseline},
        gates: [gate],
        columns: {cluster: undefined, weight: undefined},
      })
    ).report.summary

  test.each([
    [{metric: 'accuracy', 'at-least': 0.5}, /^The model keeps all 2 checks\.$/],
    [
      {metric: 'accuracy', 'at-least': 0.945},
      /^The model may go on; 1 of 2 checks deserve a look\. accuracy is 0\.95 on 180 rows/,
    ],
    [{metric: 'accuracy', 'at-least': 0.99}, /^The model is refused: accuracy is 0\.95 .*below the limit of 0\.99\.$/],
    [{metric: 'accuracy', 'at-least': 0.945, 'judge-by': 'bound'}, /^The data cannot tell: accuracy is 0\.95/],
    [
      {metric: 'recall', class: 'zebra', 'at-least': 0.5},
      /^The model could not be judged\. recall of zebra has no value/,
    ],
  ])('%o', async (gate, expected) => {
    expect(await judge(gate)).toMatch(expected)
  })
})

/** What may change in the files and must change nothing, or just one thing, in what is said of them. */
import {gzipSync, zstdCompressSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Finding} from '../../../src/core/finding.ts'
import {tasks} from '../../../src/core/metric-catalog.ts'
import type {ValidatedModel} from '../../../src/model/run.ts'
import {filesOf, hasLists, mapCells, namesOfRows, type Row, toDelimited, toFile, toJsonl} from './rows.ts'
import {driftFiles, everyGate, everyMetric, judgedWith, predictionsOf, slices, validated} from './validated.ts'

/** Each run judges all rows anew, and a counterexample is not made smaller. */
const runs = {numRuns: 3, endOnFailure: true}
const findingsOf = ({result}: ValidatedModel) => result.findings

/** Numbers of a finding and what they mean, without the words. */
const numbers = ({id, verdict, value, n, interval}: Finding) => ({id, verdict, value, n, interval})

/** The same, but for the last digits: a sum in another order is another sum. */
function expectSame(found: readonly Finding[], expected: readonly Finding[], digits = 9): void {
  expect(found.map(({id, reason, verdict}) => [id, reason, verdict])).toEqual(
    expected.map(({id, reason, verdict}) => [id, reason, verdict]),
  )
  found.forEach((each, at) => {
    const other = expected[at]
    const pairs = [
      [each.value, other?.value],
      [each.n, other?.n],
      [each.interval?.low, other?.interval?.low],
      [each.interval?.high, other?.interval?.high],
    ]
    for (const [a, b] of pairs) {
      if (typeof a !== 'number' || typeof b !== 'number' || !Number.isFinite(a)) expect(a, each.what).toEqual(b)
      else
        expect(Math.abs(a - b) / Math.max(1, Math.abs(b)), `${each.what}\n${other?.what}`).toBeLessThan(10 ** -digits)
    }
  })
}

function shuffled(rows: readonly Row[], order: readonly number[]): Row[] {
  return rows
    .map((row, at) => ({row, key: order[at % order.length] ?? 0, at}))
    .sort((a, b) => a.key - b.key || a.at - b.at)
    .map(({row}) => row)
}

describe.each(tasks)('%s: what is said of the rows', task => {
  test('does not depend on their order, in either file', async () => {
    const {candidate, baseline} = filesOf(task)
    const expected = findingsOf(await judgedWith(task))
    // Something is judged, and not only refused.
    expect(expected.filter(({value}) => value !== undefined).length).toBeGreaterThan(3)
    const keys = fc.array(fc.nat(), {minLength: candidate.length, maxLength: candidate.length})
    await fc.assert(
      fc.asyncProperty(keys, keys, async (ours, theirs) => {
        const rows = {candidate: shuffled(candidate, ours), baseline: shuffled(baseline, theirs)}
        expectSame(findingsOf(await judgedWith(task, {rows})), expected)
      }),
      runs,
    )
  })

  test('does not depend on the unit of the weights', async () => {
    const {candidate, baseline} = filesOf(task)
    const expected = findingsOf(await judgedWith(task, {gates: everyMetric(task)}))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0.37, 1024, 1e-6, 3e7), async factor => {
        const times = (rows: readonly Row[]) =>
          rows.map(row => mapCells(row, (cell, name) => (name === 'times' ? Number(cell) * factor : cell)))
        const rows = {candidate: times(candidate), baseline}
        const gates = everyMetric(task).filter(gate => !('of' in gate))
        const found = findingsOf(await judgedWith(task, {rows, gates}))
        expectSame(
          found,
          expected.filter(({id}) => !id.startsWith('model/value')),
        )
      }),
      runs,
    )
  })

  test('does not depend on the format, the compression or the number of files', async () => {
    const {candidate, baseline} = filesOf(task)
    const validation = (ours: string, theirs: string) => ({
      predictions: predictionsOf(task, ours, theirs),
      gates: everyGate(task),
      slices,
      resamples: 200,
    })
    const {ending, text} = toFile(candidate)
    const other = toFile(baseline)
    const theirs = `baseline.${other.ending}`
    const files = {...driftFiles, [theirs]: other.text}
    const expected = await validated({...files, [`c.${ending}`]: text}, validation(`c.${ending}`, theirs))
    const half = Math.floor(candidate.length / 2)
    const parts = [candidate.slice(0, half), candidate.slice(half)].map(rows => toFile(rows).text)
    const forms: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
      'c.jsonl': {'c.jsonl': toJsonl(candidate)},
      [`c.${ending}.gz`]: {[`c.${ending}.gz`]: gzipSync(text)},
      [`c.${ending}.zst`]: {[`c.${ending}.zst`]: zstdCompressSync(text)},
      'c.jsonl.gz': {'c.jsonl.gz': gzipSync(toJsonl(candidate))},
      parts: Object.fromEntries(parts.map((part, at) => [`parts/${at}.${ending}`, part])),
      ...(hasLists(candidate) ? {} : {'c.tsv': {'c.tsv': toDelimited(candidate, '\t')}}),
    }
    for (const [path, contents] of Object.entries(forms)) {
      const found = await validated({...files, ...contents}, validation(path, theirs))
      expect(findingsOf(found), path).toEqual(findingsOf(expected))
      expect(found.measures?.evaluation, path).toBe(expected.measures?.evaluation)
    }
  })
})

describe.each(tasks)('%s: what nobody asks about', task => {
  const gates = everyMetric(task)

  test('changes nothing: other columns, and the order of columns', async () => {
    const {candidate, baseline} = filesOf(task)
    const widened = (rows: readonly Row[]) =>
      rows.map((row, at) => ({
        note: `n${at}`,
        ...Object.fromEntries(Object.entries(row).reverse()),
        'label ': 'x',
        weight: at % 2 === 0 ? null : 'heavy',
      }))
    const rows = {candidate: widened(candidate), baseline: widened(baseline)}
    expect(findingsOf(await judgedWith(task, {rows, gates}))).toEqual(findingsOf(await judgedWith(task, {gates})))
  })

  test('changes nothing: rows that weigh nothing', async () => {
    const {candidate, baseline} = filesOf(task)
    const counted = gates.filter(gate => !('of' in gate))
    // Other answers to the same truth: they would change every metric, did they count.
    const weightless = (rows: readonly Row[], of: readonly Row[]) =>
      rows.map((row, at) => ({
        ...mapCells(row, (cell, name) => (namesOfRows.includes(name) ? `${cell}~0` : cell)),
        ...answers(of[(at + 1) % of.length] ?? {}),
        ...('times' in row ? {times: 0} : {}),
      }))
    const rows = {
      candidate: [...candidate, ...weightless(candidate, candidate)],
      baseline: [...baseline, ...weightless(baseline, baseline)],
    }
    const valuesOf = (findings: readonly Finding[]) =>
      findings
        .filter(({id}) => id !== 'model/predictions-usable')
        .map(({id, verdict, value, n}) => ({id, verdict, value, n}))
    const found = valuesOf(findingsOf(await judgedWith(task, {rows, gates: counted})))
    const expected = valuesOf(findingsOf(await judgedWith(task, {gates: counted})))
    // How wide an interval is may change a little: a resample draws rows of no weight too.
    expect(found.map(({value: _, ...rest}) => rest)).toEqual(expected.map(({value: _, ...rest}) => rest))
    found.forEach(({id, value}, at) => {
      if (typeof value !== 'number') expect(expected[at]?.value, id).toBe(value)
      else expect(value, id).toBeCloseTo(Number(expected[at]?.value), 9)
    })
  })
})

/** What the model says of a row. */
function answers(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => /^(answer|p|p_.*|ok|low|high)$/.test(name)))
}

describe.each(tasks)('%s: candidate and baseline', task => {
  test('in each other’s place turn the sign of each difference', async () => {
    const {candidate, baseline} = filesOf(task)
    // What belongs to the row stands in both files.
    const other = baseline.map((row, at) => ({...candidate[at], ...row}))
    const gates = everyMetric(task)
    const there = findingsOf(await judgedWith(task, {rows: {candidate, baseline: other}, gates}))
    const back = findingsOf(await judgedWith(task, {rows: {candidate: other, baseline: candidate}, gates}))
    const compared = there.filter(({id}) => id.endsWith('-may-lose'))
    expect(compared.length).toBeGreaterThan(2)
    let told = 0
    for (const finding of compared) {
      const turned = back.find(({id}) => id === finding.id)
      if (finding.value === undefined) expect(turned?.verdict, finding.what).toBe(finding.verdict)
      else {
        expect(turned?.value, finding.what).toBeCloseTo(-Number(finding.value), 9)
        expect(turned?.interval?.low, finding.what).toBeCloseTo(-Number(finding.interval?.high), 9)
        expect(turned?.interval?.high, finding.what).toBeCloseTo(-Number(finding.interval?.low), 9)
        if (finding.value !== 0) told++
      }
    }
    expect(told).toBeGreaterThan(0)
  })

  test('with their names in other letters are compared as before', async () => {
    const {candidate, baseline} = filesOf(task)
    const named = (row: Row) => mapCells(row, (cell, name) => (name === 'id' ? `Zürich/${cell}` : cell))
    const rows = {candidate: candidate.map(named), baseline: baseline.map(named)}
    const gates = everyMetric(task)
    expectSame(findingsOf(await judgedWith(task, {rows, gates})), findingsOf(await judgedWith(task, {gates})))
  })
})

describe.each(tasks)('%s: rows that are there twice', task => {
  const unit = task === 'ranking' ? 'q' : task === 'text' ? 'task' : 'id'
  const metrics = everyMetric(task, {'may-lose': 0.1}).filter(gate => !('of' in gate))
  /** Each row with what it was copied from; a copy has another name. */
  const copied = (rows: readonly Row[], times: number): Row[] =>
    Array.from({length: times}, (_, time) =>
      rows.map(row => ({
        ...row,
        [unit]: time === 0 ? (row[unit] ?? null) : `${row[unit]}+${time}`,
        origin: row[unit] ?? null,
      })),
    ).flat()
  const judged = async (times: number, cluster: string | undefined) => {
    const {candidate, baseline} = filesOf(task)
    const rows = {candidate: copied(candidate, times), baseline: copied(baseline, times)}
    const {measures, result} = await judgedWith(task, {rows, gates: metrics, columns: {cluster, weight: undefined}})
    return {values: measures?.values ?? {}, findings: result.findings}
  }
  const width = (bounds: {low?: number; high?: number} | undefined) =>
    (bounds?.high ?? Number.NaN) - (bounds?.low ?? Number.NaN)

  test('and are told to belong together tell no more than once', async () => {
    const [once, twice] = [await judged(1, 'origin'), await judged(2, 'origin')]
    expect(Object.keys(twice.values).length).toBeGreaterThan(1)
    // Without clusters they would be narrower by 0.29; a bootstrap of 200 resamples is sure to some hundredths.
    const narrowest = (before: number) => before * 0.93 - 1e-12
    let widths = 0
    for (const [name, value] of Object.entries(twice.values)) {
      const before = once.values[name]
      expect(value.value, name).toBeCloseTo(before?.value ?? Number.NaN, 9)
      if (value.low === undefined) continue
      expect(width(value), name).toBeGreaterThan(narrowest(width(before)))
      widths++
    }
    for (const finding of twice.findings.filter(({interval}) => interval !== undefined)) {
      const before = once.findings.find(({id}) => id === finding.id)
      expect(width(finding.interval), finding.what).toBeGreaterThan(narrowest(width(before?.interval)))
      widths++
    }
    expect(widths).toBeGreaterThan(3)
  })

  test('and are not told to belong together seem to tell more: what the test above looks for would be seen', async () => {
    const [once, twice] = [await judged(1, undefined), await judged(2, undefined)]
    const narrower = Object.entries(twice.values).filter(
      ([name, value]) => width(value) < 0.9 * width(once.values[name]),
    )
    expect(narrower.length).toBeGreaterThan(0)
  })
})

describe.each(['binary', 'multiclass', 'multilabel'] as const)('%s: the names of the classes', task => {
  const renamed: Readonly<Record<string, string>> = {
    bad: 'zz 1',
    good: 'aa, 2',
    ant: 'z|z'.replace('|', ''),
    bee: 'Ä',
    cat: '0',
  }
  const rename = (name: string) => renamed[name] ?? name
  const renameRow = (row: Row): Row =>
    mapCells(row, (cell, name) => {
      if (name !== 'label' && name !== 'answer') return cell
      return Array.isArray(cell) ? cell.map(rename) : rename(String(cell))
    })

  test('are names: others give the same numbers', async () => {
    const classes = task === 'binary' ? ['bad', 'good'] : ['ant', 'bee', 'cat']
    const gates = everyMetric(task).filter(gate => !('of' in gate) && !('costs' in gate))
    const scores = task === 'binary' ? {} : {scores: {ant: 'p_ant', bee: 'p_bee', cat: 'p_cat'}}
    const otherScores =
      task === 'binary' ? {} : {scores: Object.fromEntries(classes.map(name => [rename(name), `p_${name}`]))}
    const {candidate, baseline} = filesOf(task)
    const positive = (name: string) => (task === 'binary' ? {positive: name} : {})
    const ours = await judgedWith(task, {gates, columns: scores, config: {classes, ...positive('bad')}})
    const theirs = await judgedWith(task, {
      gates,
      rows: {candidate: candidate.map(renameRow), baseline: baseline.map(renameRow)},
      columns: otherScores,
      config: {classes: classes.map(rename), ...positive(rename('bad'))},
    })
    expectSame(findingsOf(theirs), findingsOf(ours))
    expect(
      findingsOf(theirs)
        .map(numbers)
        .filter(({value}) => value !== undefined).length,
    ).toBeGreaterThan(3)
  })
})

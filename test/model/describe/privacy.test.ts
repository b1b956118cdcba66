/** No value of a row and no id leaves the machine: not by a report, a finding or evidence, whatever is wrong with the data. */
import {describe, expect, test} from 'vitest'
import {type Task, tasks} from '../../../src/core/metric-catalog.ts'
import type {ValidatedModel} from '../../../src/model/run.ts'
import {renderHtml} from '../../../src/report/html.ts'
import {renderJson, resultDocument} from '../../../src/report/json.ts'
import {renderMarkdown} from '../../../src/report/markdown.ts'
import {renderTerminal} from '../../../src/report/terminal.ts'
import {filesOf, mapCells, namesOfRows, type Row, toDelimited, toFile, toJsonl} from '../judge/rows.ts'
import {everyGate, judgedWith, predictionsOf, validated} from '../judge/validated.ts'

const secret = 'xyzzy'

/** Everything that anybody may read, in every form that it is written in. */
function everythingSaid({result, report, measures, reported}: ValidatedModel): Readonly<Record<string, string>> {
  return {
    markdown: renderMarkdown(report),
    terminal: renderTerminal(report, {details: true, width: 10_000}),
    html: renderHtml(report),
    json: renderJson(resultDocument(result, {version: '0', at: '2026-01-01T00:00:00.000Z'})),
    evidence: JSON.stringify({measures, reported, findings: result.findings}),
  }
}

function expectKept(judged: ValidatedModel, words: readonly string[] = [secret]): void {
  for (const [form, text] of Object.entries(everythingSaid(judged))) {
    expect(text.length, form).toBeGreaterThan(20)
    for (const word of words) {
      const at = text.toLowerCase().indexOf(word.toLowerCase())
      expect(at < 0 ? '' : `${form}: ${text.slice(Math.max(0, at - 120), at + 40)}`).toBe('')
    }
  }
}

/** Ids, queries and customers become secrets; a handful of rows is of a group that has a secret name. */
function secretRows(task: Task): {candidate: Row[]; baseline: Row[]} {
  const {candidate, baseline} = filesOf(task)
  const unit = task === 'ranking' ? 'q' : task === 'text' ? 'task' : 'id'
  const few = [...new Set(candidate.map(row => row[unit]))].slice(0, unit === 'id' ? 9 : 2)
  const secretly = (row: Row): Row =>
    mapCells(row, (cell, name) => (namesOfRows.includes(name) ? `${secret}-${cell}` : cell))
  const grouped = (row: Row): Row => (few.includes(row[unit] ?? null) ? {...row, region: `${secret} land`} : row)
  return {candidate: candidate.map(row => secretly(grouped(row))), baseline: baseline.map(secretly)}
}

describe.each(tasks)('%s: what is said of the rows', task => {
  test('names no id, no query, no customer and no small group', async () => {
    const gates = [...everyGate(task), {...everyGate(task)[0], 'in-each': ['region', 'late'], name: 'slices'}]
    const judged = await judgedWith(task, {rows: secretRows(task), gates})
    expectKept(judged)
    expect(judged.measures).toBeDefined()
    // The small group was seen, or there would be nothing to hide.
    expect(judged.result.findings.map(({reason}) => reason)).toContain('model/slice-too-small')
    expect(JSON.stringify(judged.report)).toContain('Hidden: 1 with fewer than')
  })

  test('names no size of a small group', async () => {
    const judged = await judgedWith(task, {rows: secretRows(task)})
    const table = JSON.stringify(
      judged.report.blocks.find(block => block.kind === 'table' && block.columns[0]?.name === 'region'),
    )
    expect(table).toContain('north')
    expect(table).not.toMatch(/"(8|9|12)"/)
  })
})

/** What may stand in a cell where it must not: a text, an odd number, a long one, an instant, a list. */
const oddCells = [secret, '', `"${secret}`, `98765.4321`, `1e999`, `<b>${secret}</b>`, `2026-02-30T00:00:00Z${secret}`]

describe.each(tasks)('%s: a cell that cannot be judged', task => {
  const {candidate, baseline} = filesOf(task)
  const places = [
    ...Object.keys(candidate[0] ?? {}).map(name => ['candidate', name] as const),
    ...Object.keys(baseline[0] ?? {}).map(name => ['baseline', name] as const),
  ]

  /** A few names that are no classes are told by name; where they hardly repeat they are texts or ids by a wrong column. */
  const namesClasses = (name: string) => ['label', 'answer', 'ok'].includes(name)

  test.each(places)('%s, column %s: is told of without its text', async (side, name) => {
    const gates = everyGate(task).slice(0, 4)
    for (const odd of oddCells) {
      const oddAt = (row: Row, at: number) => {
        const cell = namesClasses(name) ? `${odd}-${at}` : odd
        return {...row, [name]: Array.isArray(row[name]) ? [cell] : cell}
      }
      const isOdd = (at: number) => (namesClasses(name) ? at % 9 === 7 : at === 7)
      const changed = (rows: readonly Row[]) => rows.map((row, at) => (isOdd(at) ? oddAt(row, at) : row))
      const rows = {candidate, baseline, [side]: changed(side === 'candidate' ? candidate : baseline)}
      expectKept(await judgedWith(task, {rows, gates}), [secret, '98765', '1e999', '2026-02-30'])
    }
  })
})

describe('a file that cannot be read', () => {
  const {candidate, baseline} = filesOf('binary')
  const csv = toFile(candidate).text
  const lines = csv.split('\n')
  const withLine = (line: string) => [...lines.slice(0, 5), line, ...lines.slice(5)].join('\n')
  const jsonl = toJsonl(candidate)
  const cases: readonly (readonly [string, string, string])[] = [
    ['a row with too many cells', 'c.csv', withLine(`${secret},${secret},1,2,3,4,5,6,7,8,9,10`)],
    ['a row with too few', 'c.csv', withLine(secret)],
    ['a quote that is not closed', 'c.csv', withLine(`"${secret},bad,bad,0.5`)],
    ['text after a quote', 'c.csv', withLine(`"${secret}"${secret},bad,bad,0.5,north,c1,1,2026-01-01`)],
    ['no header', 'c.csv', csv.slice(csv.indexOf('\n') + 1).replaceAll('r1', secret)],
    ['another delimiter', 'c.csv', csv.replaceAll(',', ';').replaceAll('r1', secret)],
    ['a line that is no JSON', 'c.jsonl', `${jsonl}{"id": "${secret}", ${secret}}\n`],
    ['a line that is no object', 'c.jsonl', `${jsonl}["${secret}"]\n`],
    ['a key twice', 'c.jsonl', `${jsonl}{"id": "${secret}", "id": "${secret}"}\n`],
    ['an object where a value is expected', 'c.jsonl', `${jsonl}{"id": {"${secret}": 1}}\n`],
    ['a name of another format', 'c.parquet', csv.replaceAll('r1', secret)],
    ['a name of a compression', 'c.csv.gz', csv.replaceAll('r1', secret)],
  ]

  test.each(cases)('%s: is told of without its text', async (_, path, text) => {
    const judged = await validated(
      {[path]: text, 'b.csv': toFile(baseline).text},
      {predictions: predictionsOf('binary', path, 'b.csv'), gates: [{metric: 'accuracy', 'may-lose': 0.1}]},
    )
    expect(judged.result.verdict).toBe('error')
    expectKept(judged)
  })
})

describe('gates on other files', () => {
  const plain = (name: (row: number) => string, rows = 300): Row[] =>
    Array.from({length: rows}, (_, row) => ({key: `k${row}`, city: name(row), amount: row % 17, note: `n${row % 5}`}))
  const old = plain(row => ['x', 'y', 'z'][row % 3] ?? '')
  const fresh = plain(row => (row % 50 === 0 ? `${secret} ${row}` : (['x', 'y', 'z'][row % 3] ?? '')))
  const broken = fresh.map((row, at) => ({
    ...row,
    key: at % 10 === 0 ? `${secret}-7` : `${secret}-${at}`,
    amount: at === 3 ? secret : at % 17,
  }))
  const files = {
    'old.csv': toDelimited(old, ','),
    'fresh.csv': toDelimited(fresh, ','),
    'broken.csv': toDelimited(broken, ','),
    'rows.jsonl': toJsonl(broken.map((row, at) => ({...row, [`extra ${at % 5}`]: secret, who: secret}))),
    'contract.json': JSON.stringify({
      type: 'object',
      properties: {
        key: {type: 'string', pattern: '^k'},
        amount: {type: 'number', maximum: 5},
        city: {enum: ['x', 'y']},
      },
      required: ['key', 'age'],
      additionalProperties: true,
    }),
  }
  const cases: Readonly<Record<string, object>> = {
    'new categories': {drift: 'new-categories', against: 'old.csv', in: 'fresh.csv', 'at-most': 0.001},
    psi: {drift: 'psi', against: 'old.csv', in: 'broken.csv', 'at-most': 0.1},
    'missing values': {drift: 'missing-rate', against: 'old.csv', in: 'broken.csv', 'at-most': 0.1},
    'the chi-square distance': {
      drift: 'chi-square',
      against: 'old.csv',
      in: 'fresh.csv',
      'at-most': 0.1,
      among: ['city'],
    },
    keys: {data: 'broken.csv', against: 'old.csv', unique: ['key', ['key', 'city']], 'rows-within': '1%'},
    references: {
      data: 'broken.csv',
      against: 'old.csv',
      references: [
        {column: 'key', in: 'old.csv'},
        {column: 'city', in: 'old.csv'},
      ],
    },
    'equal values': {data: 'fresh.csv', against: 'old.csv', 'same-values': ['city', 'key']},
    'a contract': {contract: 'contract.json', rows: 'rows.jsonl'},
  }

  test.each(Object.entries(cases))('%s: are told of without a value', async (_, gate) => {
    const judged = await validated(files, {gates: [gate]})
    expect(judged.result.findings.length).toBeGreaterThan(1)
    expectKept(judged)
  })
})

describe('groups', () => {
  const rows = (count: number, land: string, offset: number): Row[] =>
    Array.from({length: count}, (_, row) => ({
      id: `i${offset + row}`,
      label: row % 3 === 0 ? 'bad' : 'good',
      p: (row % 3 === 0 ? 0.7 : 0.2) + (row % 7) / 50,
      land,
      job: row % 2 === 0 ? 'a' : `${secret} job ${row % 60}`,
    }))
  const data = [...rows(200, 'north', 0), ...rows(200, 'south', 1000), ...rows(12, `${secret} isle`, 2000)]
  const judge = (gates: readonly object[], more: object = {}) =>
    validated(
      {'c.csv': toFile(data).text},
      {
        predictions: {
          candidate: 'c.csv',
          baseline: 'none',
          positive: 'bad',
          columns: {score: 'p', groups: ['land', 'job']},
        },
        gates,
        ...more,
      },
    )

  test.each([
    ['fairness', {fairness: 'demographic-parity-difference', by: 'land', 'at-most': 0.5}],
    ['fairness of combinations', {fairness: 'demographic-parity-difference', by: ['land', 'job'], 'at-most': 0.9}],
    ['a ratio', {fairness: 'equalized-odds-ratio', by: 'job', 'at-least': 0.1}],
    ['beside all rows', {fairness: 'loss-difference', by: 'land', 'at-most': 5, 'compared-with': 'all-rows'}],
    ['slices', {metric: 'accuracy', 'at-least': 0.5, 'in-each': ['land', 'job']}],
    ['slices of combinations', {metric: 'accuracy', 'at-least': 0.5, 'in-each': [['land', 'job']]}],
    ['weak segments', {'weak-segments': 'accuracy', 'may-lag': 0, among: ['land', 'job'], 'min-rows': 30}],
  ])('with few rows stay without a name: %s', async (_, gate) => {
    const judged = await judge([gate])
    expectKept(judged)
  })

  test('that the config itself names are named, and nothing is said of them', async () => {
    const gate = {fairness: 'demographic-parity-difference', by: 'land', 'at-most': 0.5, required: [`${secret} isle`]}
    const {result} = await judge([gate])
    const found = result.findings.find(({id}) => id === 'model/demographic-parity-difference')
    expect(found?.verdict).toBe('inconclusive')
    expect(found?.what).not.toMatch(/\b12\b/)
  })

  test('the least of which is lowered by a gate are shown from ten rows on', async () => {
    const gate = {
      fairness: 'demographic-parity-difference',
      by: 'land',
      'at-most': 0.9,
      'min-group': 2,
      'min-positives': 1,
      'min-negatives': 1,
    }
    const {report} = await judge([gate])
    const table = JSON.stringify(
      report.blocks.filter(block => block.kind === 'table' && block.columns[0]?.name === 'land'),
    )
    expect(table).toContain(`${secret} isle`)
    const few = JSON.stringify(
      (await judge([{...gate, by: 'job'}])).report.blocks.filter(
        block => block.kind === 'table' && block.columns[0]?.name === 'job',
      ),
    )
    expect(few).not.toContain(secret)
  })
})

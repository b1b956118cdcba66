import * as fs from 'node:fs'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {createRandom} from '../../../src/core/random.ts'
import {openColumn} from '../../../src/model/readers/builders/open.ts'
import type {ColumnRequest} from '../../../src/model/readers/columns.ts'
import {readParquetPart} from '../../../src/model/readers/parquet.ts'
import {readRecords} from '../../../src/model/readers/records.ts'
import {readTable} from '../../../src/model/readers/table.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {columnOf} from './cells-of.ts'

// Written by pyarrow: see make.py in that folder.
const folder = 'test/fixtures/model/tables'
const expected = JSON.parse(fs.readFileSync(`${folder}/expected.json`, 'utf8'))
const read = async (name: string, requests: readonly ColumnRequest[] | 'all') =>
  (await readTable(systemFiles, `${folder}/${name}.parquet`, requests)).table

const requests: ColumnRequest[] = [
  {name: 'score', kind: 'number'},
  {name: 'id', kind: 'text'},
  {name: 'count', kind: 'number'},
  {name: 'label', kind: 'category'},
  {name: 'note', kind: 'category'},
  {name: 'flag', kind: 'category'},
]
const absentAsNaN = (values: (number | null)[]) => values.map(value => value ?? Number.NaN)
const absentAsEmpty = (values: (string | null)[]) => values.map(value => value ?? '')

const files = fs
  .readdirSync(folder)
  .filter(name => /^(codec|encoding)-/.test(name))
  .map(name => name.replace('.parquet', ''))

describe('Parquet', () => {
  test('every codec and encoding is among the files', () => expect(files).toHaveLength(16))

  test.each(files)('%s holds what pyarrow wrote', async name => {
    const table = await read(name, requests)
    expect(table.rows).toBe(300)
    expect(table.header).toEqual(['id', 'label', 'score', 'count', 'flag', 'note'])
    expect(columnOf(table, 'id')).toEqual(expected.plain.id)
    expect(columnOf(table, 'label')).toEqual(expected.plain.label)
    expect(columnOf(table, 'score')).toEqual(expected.plain.score)
    expect(columnOf(table, 'count')).toEqual(absentAsNaN(expected.plain.count))
    expect(columnOf(table, 'note')).toEqual(absentAsEmpty(expected.plain.note))
    expect(columnOf(table, 'flag')).toEqual(
      expected.plain.flag.map((flag: boolean | null) => (flag === null ? '' : String(flag))),
    )
    expect(table.columns.get('count')).toMatchObject({flaws: {empty: 30, nan: 0}, rounded: 0})
  })

  test.each(Object.keys(expected.types))('a column of %s has the exact text of its values', async name => {
    const table = await read('types', [{name, kind: 'text'}])
    // NaN where a text should stand is an absent text.
    const texts = absentAsEmpty(expected.types[name]).map(text => (text === 'NaN' ? '' : text))
    expect(columnOf(table, name)).toEqual(texts)
  })

  test('timestamps of old Spark and Impala are read', async () => {
    const table = await read('int96', [{name: 'when', kind: 'text'}])
    expect(columnOf(table, 'when')).toEqual(absentAsEmpty(expected.int96.when))
    const instants = await read('int96', [{name: 'when', kind: 'instant'}])
    expect(columnOf(instants, 'when')).toEqual([
      Date.UTC(2026, 10, 21, 16, 30, 15, 250) + 0.001,
      Number.NaN,
      Date.UTC(1960, 0),
    ])
  })

  test('whole numbers that a double cannot hold are counted', async () => {
    const table = await read('types', [
      {name: 'int64', kind: 'number'},
      {name: 'uint64', kind: 'number'},
      {name: 'uint32', kind: 'number'},
    ])
    expect(table.columns.get('int64')).toMatchObject({rounded: 2})
    expect(table.columns.get('uint64')).toMatchObject({rounded: 1})
    expect(table.columns.get('uint32')).toMatchObject({rounded: 0})
    expect(columnOf(table, 'uint32')).toEqual([0, Number.NaN, 4_294_967_295])
  })

  test('NaN and infinities are flaws, each of its own kind', async () => {
    const table = await read('types', [
      {name: 'not_finite', kind: 'number'},
      {name: 'decimal9', kind: 'number'},
      {name: 'float32', kind: 'number'},
    ])
    expect(table.columns.get('not_finite')).toMatchObject({flaws: {nan: 1, infinite: 2, empty: 0}})
    expect(columnOf(table, 'decimal9')).toEqual([-0.05, Number.NaN, 123.4])
    expect(columnOf(table, 'float32')).toEqual([Math.fround(0.1), Number.NaN, 16_777_216])
  })

  test('times become instants, whatever their unit', async () => {
    const kinds = ['date', 'ms', 'us', 'ns'].map(name => ({name, kind: 'instant'}) as const)
    const table = await read('types', kinds)
    const second = Date.UTC(2026, 10, 21, 16, 30, 15)
    expect(columnOf(table, 'date')).toEqual([Date.UTC(2026, 10, 21), Number.NaN, -86_400_000])
    expect(columnOf(table, 'ms')).toEqual([second + 250, Number.NaN, -1])
    expect(columnOf(table, 'us')).toEqual([second + 250.001, Number.NaN, second + 250.001])
    expect(columnOf(table, 'ns')).toEqual([1_700_000_000_123 + 0.456789, Number.NaN, -0.000_001])
  })

  test('lists keep their rows, also where a page ends inside of one', async () => {
    const table = await read('nested', [
      {name: 'labels', kind: 'list', separator: '|'},
      {name: 'numbers', kind: 'list', separator: '|'},
    ])
    expect(columnOf(table, 'labels')).toEqual(expected.nested.labels.map((list: string[] | null) => list ?? []))
    expect(columnOf(table, 'numbers')).toEqual(
      expected.nested.numbers.map((list: number[] | null) => (list ?? []).map(String)),
    )
    expect(table.columns.get('labels')).toMatchObject({empty: 40})
  })

  test('kinds follow the types of the file', async () => {
    const table = await read('nested', 'all')
    const kinds = [...table.columns].map(([name, column]) => `${name}: ${column.kind}`)
    expect(kinds).toEqual(['id: category', 'labels: list', 'numbers: list', 'holey: list'])
    expect(table.header).toEqual(['id', 'labels', 'numbers', 'struct', 'map', 'deep', 'holey'])
    const types = await read('types', 'all')
    const kindOf = (name: string) => types.columns.get(name)?.kind
    expect(['flag', 'float64', 'date', 'us', 'text', 'null'].map(kindOf)).toEqual([
      'category',
      'number',
      'instant',
      'instant',
      'category',
      'category',
    ])
    // Numbers would round these.
    expect(kindOf('int64')).toBe('category')
  })

  test('records have the values that JSON would have', async () => {
    const records = []
    for await (const batch of readRecords(systemFiles, `${folder}/nested.parquet`, {batch: 70})) records.push(...batch)
    expect(records).toHaveLength(200)
    expect(records[0]).toEqual({
      id: '0',
      labels: ['a', 'b'],
      numbers: [1, 2],
      struct: {x: 1, y: 'a'},
      map: {k: 1},
      deep: [[1], [2, 3]],
      holey: ['a', null],
    })
    expect(records[2]).toMatchObject({labels: null})
  })

  const text = (name: string): ColumnRequest[] => [{name, kind: 'text'}]
  test.each<[string, readonly ColumnRequest[], string]>([
    ['truncated', text('id'), 'model/parquet-truncated: The Parquet file does not end as one: it is cut off.'],
    ['twice', text('id'), 'model/parquet-duplicate-column: Two columns have the name "id".'],
    ['encrypted-footer', text('id'), 'model/parquet-encrypted: The file is encrypted.'],
    ['encrypted-columns', text('score'), 'model/parquet-encrypted: The column "score" is encrypted.'],
    [
      'nested',
      text('struct'),
      'model/parquet-nested: "struct" is an object (struct); one value in each row is needed.',
    ],
    ['nested', text('map'), 'model/parquet-nested: "map" is a map; one value in each row is needed.'],
    ['nested', text('labels'), 'model/parquet-nested: "labels" is a list; one value in each row is needed.'],
    [
      'nested',
      [{name: 'deep', kind: 'list', separator: '|'}],
      'model/parquet-nested: "deep" is a list of lists or of objects; one value in each row is needed.',
    ],
    ['raw-bytes', text('id'), 'model/parquet-damaged: The Parquet file cannot be read: a text is not UTF-8.'],
    [
      'raw-bytes',
      text('fixed'),
      'model/parquet-binary: "fixed" holds bytes (FIXED_LEN_BYTE_ARRAY), which are no text.',
    ],
  ])('%s, %j is refused', async (name, requests, message) => {
    await expect(read(name, requests).catch(error => `${error.code}: ${error.message}`)).resolves.toBe(message)
  })

  test.each(['text', 'flag', 'date'])('a column of type %s holds no numbers: each row is counted', async name => {
    const {rows, columns} = await read('types', [{name, kind: 'number'}])
    expect(columns.get(name)).toMatchObject({kind: 'number', flaws: {text: rows}})
  })

  test('the columns beside an encrypted one are read', async () => {
    expect(columnOf(await read('encrypted-columns', text('id')), 'id')).toEqual(expected.plain.id)
  })

  test('a damaged file is refused as such, and never read in part', async () => {
    await expect(read('damaged', requests)).rejects.toMatchObject({code: 'model/parquet-damaged'})
  })

  test('a value that was changed after it was written is noticed where pages have checksums', async () => {
    await expect(read('flipped', requests)).rejects.toMatchObject({
      message: 'The Parquet file cannot be read: the checksum of a page does not fit.',
    })
  })

  test('a file with any bytes changed is a table or is refused, and never hangs', async () => {
    const random = createRandom(5)
    const below = (limit: number) => Math.floor(random.uniform() * limit)
    const outcomes = new Set<string>()
    for (const name of [...files, 'types']) {
      const whole = new Uint8Array(fs.readFileSync(`${folder}/${name}.parquet`))
      for (let time = 0; time < 8; time++) {
        const bytes = whole.slice()
        for (let change = 0; change < 3; change++) bytes[4 + below(bytes.length - 8)] = below(256)
        const changed = {size: bytes.length, slice: async (start: number, end: number) => bytes.slice(start, end)}
        const text = (column: string) => openColumn({name: column, kind: 'text'})
        const outcome = await readParquetPart(changed, text).then(
          () => 'table',
          error => (error instanceof UserError ? error.code : String(error)),
        )
        outcomes.add(outcome)
      }
    }
    expect([...outcomes].filter(outcome => outcome !== 'table' && !outcome.startsWith('model/parquet-'))).toEqual([])
    expect(outcomes).toContain('model/parquet-damaged')
  })
})

import * as fs from 'node:fs'
import {gzipSync, zstdCompressSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {digestOfText} from '../../../src/core/digest.ts'
import type {ColumnRequest} from '../../../src/model/readers/columns.ts'
import {readTable} from '../../../src/model/readers/table.ts'
import {memoryFiles} from '../memory-files.ts'
import {columnOf} from './cells-of.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)
const parquet = new Uint8Array(fs.readFileSync('test/fixtures/model/tables/codec-none.parquet'))
const long = `id\n${Array.from({length: 5000}, (_, row) => `row-${row}`).join('\n')}\n`
const hollow = `id,x\n${'a,0.5\n'.repeat(1000)}`

const files = memoryFiles({
  'a.csv': 'id\nx\n',
  'a.tsv': 'id\tb\nx\ty\n',
  'bom.csv': '\u{feff}id\nx\n',
  'umlaut.csv': 'id\nMünchen-Größe-日本\n',
  'a.JSONL': '{"id":"x"}\n',
  'a.ndjson': ' \n{"id":"x"}\n',
  'lines.json': '{"id":"x"}\n',
  'packed.csv.gz': gzipSync('id\nx\n'),
  'packed.jsonl.zst': zstdCompressSync('{"id":"x"}\n'),
  'members.csv.gz': Buffer.concat([gzipSync('id\n'), gzipSync('x\n')]),
  'frames.csv.zst': Buffer.concat([zstdCompressSync('id\n'), zstdCompressSync('x\n')]),
  'no-ending': '{"id":"x"}\n',
  'latin1.csv': bytes(0x69, 0x64, 0x0a, 0xfc, 0x0a),
  'cut.csv': bytes(0x69, 0x64, 0x0a, 0xc3),
  'magic-only.parquet': 'PAR1',
  'html.parquet': '<html>',
  'parquet.csv': parquet,
  'parquet.parquet.gz': gzipSync(parquet),
  'lines.csv': '{"id":"x"}\n',
  'gzip.csv': gzipSync('id\nx\n'),
  'text.csv.gz': 'id\nx\n',
  'zstd.csv.gz': zstdCompressSync('id\nx\n'),
  'cut.csv.gz': gzipSync(long).subarray(0, -20),
  'cut.csv.zst': zstdCompressSync(long).subarray(0, -20),
  'tail.csv.gz': Buffer.concat([gzipSync(long), Buffer.from('garbage that is no member')]),
  'flipped.csv.gz': gzipSync(long).map((byte, at) => (at === 400 ? byte ^ 255 : byte)),
  'notes.txt': 'id\nx\n',
  'notes.constructor': 'id\nx\n',
  'empty.csv': '',
  'empty.jsonl': '',
  'empty.parquet': '',
  'folder/part-2.csv': 'label,id\nb,y\n',
  'folder/part-1.csv': 'id,label\nx,a\n',
  'folder/_SUCCESS': '',
  'folder/.part-1.csv.crc': 'crc',
  'hive/day=2026-11-20/country=S%C3%A3o%20Tom%C3%A9/a.jsonl': '{"id":"x"}\n{"id":"y"}\n',
  'hive/day=2026-11-21/country=__HIVE_DEFAULT_PARTITION__/a.jsonl': '{"id":"z","extra":1}\n',
  'doubled/id=1/a.csv': 'id\nx\n',
  'differ/a.csv': 'id,label,score\nx,a,1\n',
  'differ/b.csv': 'id,label,note\nx,a,1\n',
  'types/a.jsonl': '{"id":"x"}\n',
  'types/b.jsonl': '{"id":1}\n',
  'formats/a.csv': 'id\nx\n',
  'formats/b.jsonl': '{"id":"x"}\n',
  'broken/a.csv': 'id,label\nx,a\n',
  'broken/b.csv': 'id,label\nx\n',
  'markers/_SUCCESS': '',
  'delta/_delta_log/00000000000000000000.json': '{}',
  'delta/part-0.parquet': parquet,
  'nested/a/b/c.csv': 'id\nx\n',
  'odd[1].csv': 'id\nx\n',
  'hollow.csv': hollow,
})

const ids: ColumnRequest[] = [{name: 'id', kind: 'text'}]
const read = (path: string, requests: readonly ColumnRequest[] | 'all' = ids) => readTable(files, path, requests)

describe('readTable', () => {
  test.each([
    ['a.csv', 'x'],
    ['a.tsv', 'x'],
    ['bom.csv', 'x'],
    ['umlaut.csv', 'München-Größe-日本'],
    ['a.JSONL', 'x'],
    ['a.ndjson', 'x'],
    ['lines.json', 'x'],
    ['no-ending', 'x'],
    ['packed.csv.gz', 'x'],
    ['packed.jsonl.zst', 'x'],
    ['members.csv.gz', 'x'],
    ['frames.csv.zst', 'x'],
    ['odd[1].csv', 'x'],
  ])('%s is read', async (path, id) => {
    expect(columnOf((await read(path)).table, 'id')).toEqual([id])
  })

  test('the digest of one file is its sha256', async () => {
    const {digest, parts} = await read('a.csv')
    expect(digest).toBe(digestOfText('id\nx\n'))
    expect(parts).toEqual([{path: 'a.csv', size: 5, digest}])
  })

  test('a folder is read part by part, in the order of names, columns by name', async () => {
    const {table, parts, digest, notes} = await read('folder', [...ids, {name: 'label', kind: 'category'}])
    expect(columnOf(table, 'id')).toEqual(['x', 'y'])
    expect(columnOf(table, 'label')).toEqual(['a', 'b'])
    expect(parts.map(part => part.path)).toEqual(['part-1.csv', 'part-2.csv'])
    // The same manifest as sha256sum prints: anybody can compute it.
    expect(digest).toBe(digestOfText(parts.map(part => `${part.digest.slice(7)}  ${part.path}\n`).join('')))
    expect(notes).toEqual(['Left out 2 hidden files and markers: .part-1.csv.crc, _SUCCESS.'])
  })

  test.each([
    ['folder/*.csv', ['x', 'y']],
    ['folder/part-{2,1}.csv', ['x', 'y']],
    ['folder/part-[!1].csv', ['y']],
    ['nested/**/*.csv', ['x']],
    ['nested/?/b/c.csv', ['x']],
  ])('the glob %s', async (glob, expected) => {
    expect(columnOf((await read(glob)).table, 'id')).toEqual(expected)
  })

  test('folders of Hive and Spark add their columns', async () => {
    const {table} = await read('hive', [
      ...ids,
      {name: 'day', kind: 'instant'},
      {name: 'country', kind: 'category'},
      {name: 'extra', kind: 'number'},
    ])
    expect(columnOf(table, 'id')).toEqual(['x', 'y', 'z'])
    expect(columnOf(table, 'day')).toEqual([20, 20, 21].map(day => Date.UTC(2026, 10, day)))
    expect(columnOf(table, 'country')).toEqual(['São Tomé', 'São Tomé', ''])
    expect(table.columns.get('country')).toMatchObject({empty: 1})
    // A key that only one part of JSON Lines has.
    expect(table.columns.get('extra')).toMatchObject({flaws: {empty: 2}})
    expect(columnOf(table, 'extra')).toEqual([Number.NaN, Number.NaN, 1])
  })

  test.each([
    ['latin1.csv', 'model/predictions-not-utf8'],
    ['cut.csv', 'model/predictions-not-utf8'],
    ['magic-only.parquet', 'model/parquet-truncated'],
    ['html.parquet', 'model/predictions-format'],
    ['parquet.csv', 'model/predictions-format'],
    ['parquet.parquet.gz', 'model/predictions-format'],
    ['lines.csv', 'model/predictions-format'],
    ['gzip.csv', 'model/predictions-format'],
    ['text.csv.gz', 'model/predictions-format'],
    ['zstd.csv.gz', 'model/predictions-format'],
    ['notes.txt', 'model/predictions-format'],
    ['notes.constructor', 'model/predictions-format'],
    ['cut.csv.gz', 'model/predictions-compressed-badly'],
    ['cut.csv.zst', 'model/predictions-compressed-badly'],
    ['tail.csv.gz', 'model/predictions-compressed-badly'],
    ['flipped.csv.gz', 'model/predictions-compressed-badly'],
    ['empty.csv', 'model/predictions-empty'],
    ['empty.jsonl', 'model/predictions-empty'],
    ['empty.parquet', 'model/predictions-empty'],
    ['absent.csv', 'file/not-found'],
    ['absent/*.csv', 'model/predictions-no-parts'],
    ['folder/*.parquet', 'model/predictions-no-parts'],
    ['markers', 'model/predictions-no-parts'],
    ['doubled', 'model/predictions-partition-column'],
    ['formats', 'model/predictions-mixed-formats'],
    ['delta', 'model/predictions-delta-table'],
  ])('%s is refused', async (path, code) => {
    await expect(read(path)).rejects.toMatchObject({code})
  })

  test('name and content that disagree are both named', async () => {
    await expect(read('parquet.csv')).rejects.toThrow('"parquet.csv" is named as CSV, and holds Parquet.')
    await expect(read('gzip.csv')).rejects.toThrow('"gzip.csv" is named as CSV, and holds gzip data.')
    await expect(read('zstd.csv.gz')).rejects.toThrow('"zstd.csv.gz" is named as gzip data, and holds zstd data.')
    await expect(read('text.csv.gz')).rejects.toThrow('"text.csv.gz" is named as gzip data, and holds something else.')
  })

  test('parts with different columns are both named, with the difference', async () => {
    await expect(read('differ')).rejects.toMatchObject({
      code: 'model/predictions-parts-differ',
      message: '"b.csv" lacks "score" and has "note" besides, compared with "a.csv".',
    })
  })

  test('a column of NaN alone is a column of numbers', async () => {
    const nan = memoryFiles({'a.jsonl': '{"a":NaN}\n{"a":null}\n'})
    const {table} = await readTable(nan, 'a.jsonl', 'all')
    expect(table.columns.get('a')).toMatchObject({kind: 'number', flaws: {nan: 1, empty: 1}})
  })

  test('classes of one type in one part and of another in the next are not mixed', async () => {
    await expect(read('types')).rejects.toMatchObject({
      code: 'model/mixed-types',
      message: 'In "b.jsonl": "id" is a number on line 1, and a string on an earlier line.',
    })
  })

  test('a problem in one of several parts names the part', async () => {
    await expect(read('broken')).rejects.toMatchObject({
      code: 'model/csv-ragged-row',
      message: 'In "b.csv": Row 2 (line 2) has 1 fields; the header has 2.',
    })
  })
})

describe('readTable of all columns', () => {
  const number = (row: number) => (row + 0.5).toString()
  const table: Record<string, (row: number) => string> = {
    id: row => `row-${row}`,
    big_id: row => `900719925474099${3000 + row}`,
    flag: row => (row % 2 ? 'true' : 'false'),
    class_number: row => (row % 3 ? '1' : '0.0'),
    postal_code: row => String(row % 99).padStart(5, '0'),
    rating: row => String(row % 20),
    count: row => String(row),
    score: number,
    some_score: row => (row % 5 ? number(row) : ''),
    nan_score: row => (row % 5 ? number(row) : 'NaN'),
    dirty: row => (row === 11_999 ? 'n/a ' : number(row)),
    day: row => `2026-11-${String((row % 28) + 1).padStart(2, '0')}`,
    empty: () => '',
  }
  const names = Object.keys(table)
  const lines = Array.from({length: 12_000}, (_, row) => names.map(name => table[name]?.(row)).join(','))
  const all = memoryFiles({'all.csv': [names.join(','), ...lines].join('\n')})

  test('each column has the kind that its cells show', async () => {
    const {table: read} = await readTable(all, 'all.csv', 'all')
    expect(Object.fromEntries([...read.columns].map(([name, column]) => [name, column.kind]))).toEqual({
      id: 'text',
      big_id: 'text',
      flag: 'category',
      class_number: 'category',
      postal_code: 'category',
      rating: 'category',
      count: 'number',
      score: 'number',
      some_score: 'number',
      nan_score: 'number',
      dirty: 'text',
      day: 'instant',
      empty: 'category',
    })
    expect(read.columns.get('class_number')).toMatchObject({names: ['0', '1']})
    expect(read.columns.get('nan_score')).toMatchObject({flaws: {nan: 2400}})
  })

  test('texts of JSON are no numbers, whatever they hold', async () => {
    const lines = Array.from({length: 30}, (_, row) =>
      JSON.stringify({a: `${row}.5`, b: row + 0.5, c: row === 3 ? {} : 1}),
    )
    const {table: read} = await readTable(memoryFiles({'a.jsonl': lines.join('\n')}), 'a.jsonl', 'all')
    expect([...read.columns].map(([name, column]) => `${name}: ${column.kind}`)).toEqual(['a: category', 'b: number'])
    expect(read.header).toEqual(['a', 'b', 'c'])
  })
})

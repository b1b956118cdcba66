import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {type OpenColumn, openColumn} from '../../../src/model/readers/builders/open.ts'
import type {Column, ColumnRequest} from '../../../src/model/readers/columns.ts'
import {type JsonlOptions, readJsonlPart} from '../../../src/model/readers/jsonl.ts'
import {cellsOf, inPieces} from './cells-of.ts'

const requests: ColumnRequest[] = [
  {name: 'id', kind: 'text'},
  {name: 'label', kind: 'category'},
  {name: 'score', kind: 'number'},
  {name: 'tags', kind: 'list', separator: '|'},
  {name: 'when', kind: 'instant'},
]

async function read(content: string | Uint8Array, {size = 11, ...options}: JsonlOptions & {size?: number} = {}) {
  const open = new Map<string, OpenColumn>(requests.map(request => [request.name, openColumn(request)]))
  const facts = await readJsonlPart(inPieces(content, size), name => open.get(name)?.builder ?? null, options)
  const columns = new Map<string, Column>()
  for (const [name, column] of open) {
    if (facts.header.includes(name) && column.kind !== 'any') columns.set(name, column.builder.build())
  }
  return {...facts, columns, cells: (name: string) => cellsOf(columns.get(name))}
}

async function refusalOf(content: string | Uint8Array, options?: JsonlOptions): Promise<string> {
  try {
    await read(content, options)
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'read'
}

describe('readJsonlPart', () => {
  test('rows become columns, wherever the file is cut into pieces', async () => {
    const text =
      '{"id":"a\\u00e4\\n\\ud83d\\ude00ü","label":1,"x":{"y":[1,"}"]},"score":0.25}\r\n\n {"score" : 1 ,"label":0, "id":"b"} '
    for (let size = 1; size <= text.length; size++) {
      const {cells, rows} = await read(text, {size, window: 1})
      expect(rows).toBe(2)
      expect(cells('id')).toEqual(['aä\n😀ü', 'b'])
      expect(cells('label')).toEqual(['1', '0'])
      expect(cells('score')).toEqual([0.25, 1])
    }
  })

  test('an absent key, null and NaN as a class are absent cells', async () => {
    const {columns, cells} = await read('{"id":"a","score":null}\n{"id":"b","label":"x"}\n{"id":"c","label":NaN}')
    expect(columns.get('label')).toMatchObject({empty: 2})
    expect(cells('label')).toEqual(['', 'x', ''])
    expect(columns.get('score')).toMatchObject({flaws: {empty: 3}})
  })

  test('NaN and Infinity, as Python writes them, are flaws of a number', async () => {
    const {columns} = await read('{"score":NaN}\n{"score":Infinity}\n{"score":-Infinity}\n{"score":-1}')
    expect(columns.get('score')).toMatchObject({flaws: {nan: 1, infinite: 2, empty: 0, text: 0}})
  })

  test('a key that no line has is no column', async () => {
    const {columns, header} = await read('{"id":"a"}')
    expect([...columns.keys()]).toEqual(['id'])
    expect(header).toEqual(['id'])
  })

  test('a long id is exact, as a text and as a number', async () => {
    expect((await read('{"id":90071992547409931234}')).cells('id')).toEqual(['90071992547409931234'])
  })

  test('a key that comes late has absent cells before', async () => {
    const lines = Array.from({length: 9000}, (_, row) => (row < 8999 ? '{"id":"a"}' : '{"id":"a","label":"x"}'))
    const {columns, cells} = await read(lines.join('\n'), {size: 5000})
    expect(columns.get('label')).toMatchObject({empty: 8999})
    expect(cells('label').at(-1)).toBe('x')
  })

  test('lists keep their values, and texts are split', async () => {
    const {cells, columns} = await read(
      '{"tags":["a","b\\n"]}\n{"tags":[]}\n{"tags":null}\n{"tags":[ "b\\n" , "a" ]}\n{"tags":["a",null]}',
    )
    expect(cells('tags')).toEqual([['a', 'b\n'], [], [], ['b\n', 'a'], ['a', '']])
    expect(columns.get('tags')).toMatchObject({empty: 1})
    expect((await read('{"tags":"a | b"}\n{"tags":"b"}\n{"tags":""}')).cells('tags')).toEqual([['a', 'b'], ['b'], []])
  })

  test('instants are ISO 8601, seconds or milliseconds', async () => {
    const {cells, columns} = await read(
      '{"when":"2026-11-21T16:30:00+01:00"}\n{"when":1700000000}\n{"when":1700000000123}\n{"when":"soon"}\n{"when":null}',
    )
    const noon = Date.UTC(2026, 10, 21, 15, 30)
    expect(cells('when')).toEqual([noon, 1_700_000_000_000, 1_700_000_000_123, Number.NaN, Number.NaN])
    expect(columns.get('when')).toMatchObject({flaws: {text: 1, empty: 1}})
  })

  test('what JSON.stringify wrote is read back, wherever the file is cut', async () => {
    const row = fc.record(
      {
        id: fc
          .string({unit: 'grapheme'})
          .filter(text => !/[\ud800-\udfff]/.test(text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ''))),
        score: fc.double({noNaN: true, noDefaultInfinity: true}),
        other: fc.jsonValue({maxDepth: 3}),
      },
      {requiredKeys: ['id', 'score']},
    )
    const cut = fc.record({size: fc.integer({min: 1, max: 40}), window: fc.integer({min: 1, max: 64})})
    await fc.assert(
      fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 10}), cut, async (rows, options) => {
        const {cells} = await read(rows.map(each => JSON.stringify(each)).join('\n'), options)
        expect(cells('id')).toEqual(rows.map(each => each.id))
        expect(cells('score')).toEqual(rows.map(each => Number(JSON.stringify(each.score))))
      }),
    )
  })

  test.each<[string | Uint8Array, string]>([
    ['', 'model/predictions-empty: The file holds no line with an object.'],
    ['{"id":"a"}\n{"id":', 'model/jsonl-malformed-line: Line 2 is not JSON.'],
    ['{"id":"a"}\n{"id":"b"} x', 'model/jsonl-malformed-line: Line 2 is not JSON.'],
    ['{"id":"a"}\n{"id":"b",}', 'model/jsonl-malformed-line: Line 2 is not JSON.'],
    ['{"id":"a"}{"id":"b"}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"a","score":01}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"a","score":nan}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"a\tb"}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"\\x"}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"a","x":{"y":1}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    [`{"id":"a","x":${'['.repeat(100)}${']'.repeat(100)}}`, 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"a"}\n\n["b"]', 'model/jsonl-not-an-object: Line 3 holds JSON, but not an object.'],
    ['{"id":"a"}\n"b"', 'model/jsonl-not-an-object: Line 2 holds JSON, but not an object.'],
    ['[{"id":"a"}]', 'model/jsonl-list: The file is one JSON list, not one object on each line.'],
    ['[\n{"id":"a"}\n]', 'model/jsonl-list: The file is one JSON list, not one object on each line.'],
    ['{\n  "id": "a"\n}', 'model/jsonl-pretty-printed: The file is one JSON object over several lines.'],
    ['{"rows": [\n  {"id": "a"}]\n}', 'model/jsonl-pretty-printed: The file is one JSON object over several lines.'],
    ['{"id":"a"}\n{"id":"b","x":1,"id":"c"}', 'model/jsonl-duplicate-key: Line 2 has the key "id" twice.'],
    ['{"id":"a","\\u0069d":"c"}', 'model/jsonl-duplicate-key: Line 1 has the key "id" twice.'],
    [
      '{"id":"a","label":1}\n{"id":"b","label":"1"}',
      'model/mixed-types: "label" is a string on line 2, and a number on an earlier line.',
    ],
    [
      '{"id":"a","label":true}\n{"id":"b","label":1}',
      'model/mixed-types: "label" is a number on line 2, and a boolean on an earlier line.',
    ],
    ['{"tags":["1"]}\n{"tags":[1]}', 'model/mixed-types: "tags" holds lists of several JSON types, first on line 2.'],
    ['{"tags":["1"]}\n{"tags":"1"}', 'model/mixed-types: "tags" is a string on line 2, and a list on an earlier line.'],
    ['{"id":["a"]}', 'model/jsonl-not-a-scalar: "id" on line 1 holds a list or an object.'],
    ['{"tags":[["a"]]}', 'model/jsonl-not-a-scalar: "tags" on line 1 holds a list or an object.'],
    [
      Uint8Array.from('{"id":"a"}\n{"id":"\xfc"}', character => character.charCodeAt(0)),
      'model/predictions-not-utf8: Line 2 is not UTF-8: byte 0xfc at offset 18 of the text.',
    ],
    ['{"id":"a\0"}', 'model/predictions-nul-byte: Line 1 holds a NUL byte, at offset 8 of the text.'],
  ])('%j is refused, and its content is not repeated', async (text, message) => {
    expect(await refusalOf(text)).toBe(message)
    expect(await refusalOf(text, {window: 4})).toBe(message)
  })

  test('a line without an end is not read for ever', async () => {
    expect(await refusalOf(`{"id":"${'x'.repeat(17 * 1024 * 1024)}`, {window: 1024 * 1024})).toBe(
      'model/jsonl-line-too-long: Line 1 is longer than 16 MiB.',
    )
  })

  test('ids as keys are refused before they fill the memory', async () => {
    const lines = Array.from({length: 10_001}, (_, row) => `{"id-${row}":1}`)
    expect(await refusalOf(lines.join('\n'))).toBe(
      'model/jsonl-too-many-keys: Up to line 10001 the file has more than 10,000 different keys.',
    )
  })

  test.each(['"0.5"', 'true', '[0.5]', '{"p":0.5}'])('%s in a column of numbers is counted as none', async cell => {
    const {columns} = await read(`{"id":"a","score":${cell}}\n{"id":"b","score":0.5}`)
    expect(columns.get('score')).toMatchObject({flaws: {text: 1, empty: 0}, values: Float64Array.of(Number.NaN, 0.5)})
  })

  test('a number that JSON cannot hold is an infinite score, not a large one', async () => {
    const {columns} = await read('{"id":"a","score":1e999}')
    expect(columns.get('score')).toMatchObject({flaws: {infinite: 1}})
  })
})

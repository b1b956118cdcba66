import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {type OpenColumn, openColumn} from '../../../src/model/readers/builders/open.ts'
import type {Column, ColumnRequest} from '../../../src/model/readers/columns.ts'
import {type CsvOptions, readCsvPart} from '../../../src/model/readers/csv.ts'
import {cellsOf, inPieces} from './cells-of.ts'

const requests: ColumnRequest[] = [
  {name: 'id', kind: 'text'},
  {name: 'label', kind: 'category'},
  {name: 'score', kind: 'number'},
]

async function read(content: string | Uint8Array, {size = 1000, ...options}: CsvOptions & {size?: number} = {}) {
  const open = new Map<string, OpenColumn>(requests.map(request => [request.name, openColumn(request)]))
  const seen = new Set<string>()
  const facts = await readCsvPart(
    inPieces(content, size),
    name => {
      const column = open.get(name)
      if (column) seen.add(name)
      return column?.builder ?? null
    },
    options,
  )
  const columns = new Map<string, Column>()
  for (const [name, column] of open) {
    if (seen.has(name) && column.kind !== 'any') columns.set(name, column.builder.build())
  }
  return {...facts, columns}
}

/** The columns as plain lists, in the order id, label, score. */
async function cells(content: string | Uint8Array, options?: CsvOptions & {size?: number}) {
  const {columns} = await read(content, options)
  return requests.map(({name}) => (columns.has(name) ? cellsOf(columns.get(name)) : null))
}

async function refusalOf(content: string | Uint8Array, options?: CsvOptions): Promise<string> {
  try {
    await read(content, options)
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'read'
}

const encoder = new TextEncoder()
const latin1 = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

describe('readCsvPart', () => {
  const plain = [
    ['a', 'b'],
    ['good', 'bad'],
    [0.25, 1],
  ]

  test.each([
    ['line feeds', 'id,label,score\na,good,0.25\nb,bad,1\n'],
    ['CRLF', 'id,label,score\r\na,good,0.25\r\nb,bad,1\r\n'],
    ['no line end at the end', 'id,label,score\na,good,0.25\nb,bad,1'],
    ['a carriage return alone at the end', 'id,label,score\na,good,0.25\nb,bad,1\r'],
    ['quoted fields', '"id","label","score"\n"a","good","0.25"\n"b","bad","1"\n'],
    ['columns in another order, and others between', 'x,score,label,y,id\n1,0.25,good,,a\n2,1,bad,,b\n'],
    ['blank lines', '\nid,label,score\n\na,good,0.25\n\n\nb,bad,1\n\n'],
    ['spaces around a number', 'id,label,score\na,good, 0.25 \nb,bad,1.0e0\n'],
    ['the unnamed index of pandas', ',id,label,score\n0,a,good,0.25\n1,b,bad,1\n'],
    ['a byte order mark', '\u{feff}id,label,score\na,good,0.25\nb,bad,1\n'],
  ])('%s', async (_, text) => {
    expect(await cells(text)).toEqual(plain)
  })

  test('a field in quotes may hold commas, quotes and line breaks, wherever the file is cut into pieces', async () => {
    const text = 'id,label,score\r\n"a,""1""\r\nx","go""od",0.5\r\nb,"",1\r\nü€😀,"""",2\r\n'
    for (let size = 1; size <= text.length; size++) {
      expect(await cells(text, {size, window: 1})).toEqual([
        ['a,"1"\r\nx', 'b', 'ü€😀'],
        ['go"od', '', '"'],
        [0.5, 1, 2],
      ])
    }
  })

  test('tabs separate the fields of a TSV, and commas do not', async () => {
    expect(await cells('id\tlabel\tscore\na,b\t"x\ty"\t0.5\n', {delimiter: '\t'})).toEqual([['a,b'], ['x\ty'], [0.5]])
  })

  test('what a writer by RFC 4180 wrote is read back, wherever the file is cut', async () => {
    const field = fc.string({
      unit: fc.constantFrom('a', 'é', '😀', ',', '"', '\n', '\r', '\t', ';', ' ', '0'),
      maxLength: 8,
    })
    const rows = fc.array(fc.tuple(field, field, fc.double({noNaN: true, noDefaultInfinity: true})), {maxLength: 20})
    const options = {size: fc.integer({min: 1, max: 40}), window: fc.integer({min: 1, max: 64})}
    const written = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
    await fc.assert(
      fc.asyncProperty(rows, fc.record(options), fc.constantFrom('\n', '\r\n'), async (table, cut, end) => {
        const lines = table.map(([id, label, score]) => [written(id), written(label), String(score)].join(','))
        const text = ['id,label,score', ...lines, ''].join(end)
        expect(await cells(text, cut)).toEqual([
          table.map(row => row[0]),
          table.map(row => row[1]),
          table.map(row => Number(String(row[2]))),
        ])
      }),
    )
  })

  test('only the columns that were asked for are kept', async () => {
    const {columns, header} = await read('id,secret,score\na,x,1\n')
    expect([...columns.keys()]).toEqual(['id', 'score'])
    expect(header).toEqual(['id', 'secret', 'score'])
  })

  test('a header without rows is a table of no rows', async () => {
    expect((await read('id,label,score\n')).rows).toBe(0)
  })

  test('cells that are no number are counted by what they are', async () => {
    const {columns} = await read('id,score\n1,\n2,NaN\n3,-inf\n4,1e999\n5,high\n6,0x10\n7,NA\n8, \n9,0.5\n')
    expect(columns.get('score')).toMatchObject({flaws: {empty: 2, nan: 2, infinite: 2, text: 2}})
  })

  test('a long number of an id is not rounded; in a column of numbers it is counted', async () => {
    const {columns} = await read('id,label,score\n90071992547409931234,a,9007199254740993\n1,b,9007199254740992\n')
    expect(cellsOf(columns.get('id'))).toEqual(['90071992547409931234', '1'])
    expect(columns.get('score')).toMatchObject({rounded: 1})
  })

  test('more rows than one block holds keep their places', async () => {
    const ids = Array.from({length: 10_000}, (_, row) => `id-${row}`)
    const text = `id,label,score\n${ids.map((id, row) => `${id},${row % 2 ? 'bad' : '"go""od"'},${row / 8}`).join('\n')}`
    const [read_ids, labels, scores] = (await cells(text)) ?? []
    expect(read_ids).toEqual(ids)
    expect(labels?.[9998]).toBe('go"od')
    expect(scores?.[9999]).toBe(9999 / 8)
  })

  test.each<[string | Uint8Array, string]>([
    ['', 'model/predictions-empty: The file is empty: it has no header line.'],
    ['\n\n', 'model/predictions-empty: The file is empty: it has no header line.'],
    ['id,label,id\na,b,c\n', 'model/csv-duplicate-column: Columns 1 and 3 have the same name.'],
    ['id,label,score\na,good,1\nb,bad\n', 'model/csv-ragged-row: Row 3 (line 3) has 2 fields; the header has 3.'],
    [
      'id,label,score\n"a\nb",good,1\nc,bad,1,1\n',
      'model/csv-ragged-row: Row 3 (line 4) has 4 fields; the header has 3.',
    ],
    ['id,label\na,go"od\n', 'model/csv-misplaced-quote: Row 2 (line 2) has a quote inside or after a field.'],
    ['id,label\na,"go"od\n', 'model/csv-misplaced-quote: Row 2 (line 2) has a quote inside or after a field.'],
    [
      'id,label\na,"good\nb,bad\n',
      'model/csv-quote-not-closed: The file ends inside a quoted field of row 2 (line 2): the file is cut off, or a quote is missing.',
    ],
    ['id,label\ra,good\r', 'model/csv-bare-carriage-return: Row 1 (line 1) has a carriage return without a line feed.'],
    [
      `id,label\na,"${'x'.repeat(1_100_000)}"\n`,
      'model/csv-field-too-long: Row 2 (line 2) has a field of more than 1 MiB.',
    ],
    [
      `id,label\na,${'x'.repeat(1_100_000)}\n`,
      'model/csv-field-too-long: Row 2 (line 2) has a field of more than 1 MiB.',
    ],
    [
      'id;label;score\na;good;0,5\n',
      'model/csv-delimiter: The fields of row 1 seem to be separated by a semicolon (;), not by a comma.',
    ],
    [
      'id\tlabel\tscore\na\tgood\t1\n',
      'model/csv-delimiter: The fields of row 1 seem to be separated by a tab, not by a comma.',
    ],
    [
      'id|label\na|good\n',
      'model/csv-delimiter: The fields of row 1 seem to be separated by a vertical bar (|), not by a comma.',
    ],
    [
      'id,label,score\na,good,1\nb,bad,"0,25"\n',
      'model/decimal-comma: "score" on row 3 (line 3) is a number with a decimal comma.',
    ],
    ['a,good,0.25\nb,bad,1\n', 'model/csv-header-missing: Row 1 holds a number in field 3: the header is missing.'],
    ['id,0.25,score\na,b,1\n', 'model/csv-header-missing: Row 1 holds a number in field 2: the header is missing.'],
    ['id,label,\na,good,\n', 'model/csv-column-without-name: Column 3 of row 1 has no name.'],
    ['id, ,score\na,good,1\n', 'model/csv-column-without-name: Column 2 of row 1 has no name.'],
    ['id,label\na,good,\n', 'model/csv-ragged-row: Row 2 (line 2) has 3 fields; the header has 2.'],
    [
      latin1('id,label\na,good\nb,schlü\xdfel\n'),
      'model/predictions-not-utf8: Row 3 (line 3) is not UTF-8: byte 0xfc at offset 22 of the text.',
    ],
    [
      latin1('id,l\xe4bel\na,b\n'),
      'model/predictions-not-utf8: The header line is not UTF-8: byte 0xe4 at offset 4 of the text.',
    ],
    [latin1('id\n\xc3'), 'model/predictions-not-utf8: Row 2 (line 2) is not UTF-8: byte 0xc3 at offset 3 of the text.'],
    ['id,label\na,go\0od\n', 'model/predictions-nul-byte: Row 2 (line 2) holds a NUL byte, at offset 13 of the text.'],
    [latin1('\xff\xfei\0d\0\n\0'), 'model/predictions-not-utf8: The file is UTF-16, not UTF-8.'],
    [latin1('\xfe\xff\0i\0d\0\n'), 'model/predictions-not-utf8: The file is UTF-16, not UTF-8.'],
    [latin1('\xff\xfe\0\0i\0\0\0'), 'model/predictions-not-utf8: The file is UTF-32, not UTF-8.'],
    [latin1('i\0d\0\n\0'), 'model/predictions-not-utf8: The file is UTF-16, not UTF-8.'],
  ])('%j is refused', async (text, message) => {
    expect(await refusalOf(text)).toBe(message)
    // The same answer where the file comes byte by byte.
    expect(await refusalOf(text, {window: 4})).toBe(message)
  })

  test.each([
    ['that goes on in the next row', 'id,label\na', 'Row 2 (line 2)'],
    ['of the header', 'id', 'Row 1 (line 1)'],
  ])('a row without an end %s is refused before all of it is read', async (_, begin, place) => {
    let pieces = 0
    async function* endless() {
      yield encoder.encode(begin)
      for (; pieces < 1000; pieces++) yield encoder.encode(',0.5'.repeat(2 ** 18))
    }
    await expect(readCsvPart(endless(), () => null)).rejects.toMatchObject({
      code: 'model/csv-row-too-long',
      message: `${place} is longer than 16 MiB.`,
    })
    expect(pieces).toBeLessThan(40)
  })

  test('a TSV with commas is refused as well', async () => {
    expect(await refusalOf('id,label\na,b\n', {delimiter: '\t'})).toBe(
      'model/csv-delimiter: The fields of row 1 seem to be separated by a comma (,), not by a tab.',
    )
  })
})

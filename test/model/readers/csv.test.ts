import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import type {ColumnRequest} from '../../../src/model/readers/columns.ts'
import {readCsv} from '../../../src/model/readers/csv.ts'

const requests: ColumnRequest[] = [
  {name: 'id', kind: 'text'},
  {name: 'label', kind: 'category'},
  {name: 'score', kind: 'number'},
]

async function* inPieces(text: string, size: number) {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
}

const read = (text: string, size = 1000) => readCsv(inPieces(text, size), requests)

/** The columns as plain lists, in the order id, label, score. */
async function cells(text: string, size?: number) {
  const {columns} = await read(text, size)
  return requests.map(({name}) => {
    const column = columns.get(name)
    if (!column) return null
    return column.kind === 'category' ? [...column.codes].map(code => column.names[code]) : [...column.values]
  })
}

async function codeOf(text: string): Promise<string> {
  try {
    await read(text)
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'read'
}

describe('readCsv', () => {
  const plain = [
    ['a', 'b'],
    ['good', 'bad'],
    [0.25, 1],
  ]

  test.each([
    ['line feeds', 'id,label,score\na,good,0.25\nb,bad,1\n'],
    ['CRLF', 'id,label,score\r\na,good,0.25\r\nb,bad,1\r\n'],
    ['no line end at the end', 'id,label,score\na,good,0.25\nb,bad,1'],
    ['quoted fields', '"id","label","score"\n"a","good","0.25"\n"b","bad","1"\n'],
    ['columns in another order, and others between', 'x,score,label,y,id\n1,0.25,good,,a\n2,1,bad,,b\n'],
    ['blank lines', 'id,label,score\n\na,good,0.25\n\n\nb,bad,1\n\n'],
    ['spaces around a number', 'id,label,score\na,good, 0.25 \nb,bad,1.0e0\n'],
  ])('%s', async (_, text) => {
    expect(await cells(text)).toEqual(plain)
  })

  test('a field in quotes may hold commas, quotes and line breaks, wherever the file is cut into pieces', async () => {
    const text = 'id,label,score\r\n"a,""1""\r\nx","go""od",0.5\r\nb,"",1\r\n'
    for (let size = 1; size <= text.length; size++) {
      expect(await cells(text, size)).toEqual([
        ['a,"1"\r\nx', 'b'],
        ['go"od', ''],
        [0.5, 1],
      ])
    }
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

  test('a long number of an id is not rounded', async () => {
    const [ids] = await cells('id,label,score\n90071992547409931234,a,1\n')
    expect(ids).toEqual(['90071992547409931234'])
  })

  test.each([
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
  ])('%j is refused', async (text, message) => {
    expect(await codeOf(text)).toBe(message)
  })
})

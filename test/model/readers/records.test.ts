import {describe, expect, test} from 'vitest'
import {readRecords} from '../../../src/model/readers/records.ts'
import {memoryFiles} from '../memory-files.ts'

async function records(content: string, name: string, batch = 1000) {
  const batches = []
  for await (const each of readRecords(memoryFiles({[name]: content}), name, {batch})) batches.push([...each])
  return batches
}

describe('readRecords', () => {
  test('JSON Lines come as they are written, null and absent apart', async () => {
    const text = '{"id":"a","x":{"y":[1,null]},"z":null}\n{"id":"b","__proto__":1}\n'
    const [rows] = await records(text, 'a.jsonl')
    expect(rows).toEqual([JSON.parse('{"id":"a","x":{"y":[1,null]},"z":null}'), JSON.parse('{"id":"b","__proto__":1}')])
    expect(Object.keys(rows?.[1] ?? {})).toEqual(['id', '__proto__'])
  })

  test('NaN and Infinity of Python are these numbers, and texts that say so stay texts', async () => {
    const [rows] = await records(
      '{"a":NaN,"b":-Infinity,"c":"NaN, \\"Infinity","d":[NaN],"e":"\\u0000NaN is text"}\n',
      'a.jsonl',
    )
    expect(rows).toEqual([
      {a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: 'NaN, "Infinity', d: [Number.NaN], e: '\0NaN is text'},
    ])
  })

  test('NaN is found beside a text of millions of characters', async () => {
    const long = '\\n'.repeat(7_000_000)
    const [rows] = await records(`{"a":"${long}","b":NaN,"c":[-Infinity,NaN]}\n`, 'a.jsonl')
    expect(rows?.[0]?.b).toBeNaN()
    expect(rows?.[0]?.c).toEqual([Number.NEGATIVE_INFINITY, Number.NaN])
  })

  test('cells of CSV have the type that their whole column shows', async () => {
    const text = 'id,n,flag,mixed,holey\n1,0.5,true,1,\n2,1e3,False,x,2\n'
    expect(await records(text, 'a.csv')).toEqual([
      [
        {id: 1, n: 0.5, flag: true, mixed: '1', holey: null},
        {id: 2, n: 1000, flag: false, mixed: 'x', holey: 2},
      ],
    ])
  })

  test('a column of CSV that is named __proto__ is a column', async () => {
    const [rows] = await records('id,__proto__\na,b\n', 'a.csv')
    expect(Object.entries(rows?.[0] ?? {})).toEqual([
      ['id', 'a'],
      ['__proto__', 'b'],
    ])
  })

  test('batches have the size that was asked for, and lose nothing', async () => {
    const lines = Array.from({length: 10_000}, (_, row) => `row-${row},${row}`)
    const batches = await records(`id,n\n${lines.join('\n')}\n`, 'a.csv', 300)
    expect(batches.slice(0, -1).every(batch => batch.length === 300)).toBe(true)
    expect(batches.flat().map(record => record.n)).toEqual(lines.map((_, row) => row))
    const json = await records(lines.map((_, row) => `{"n":${row}}`).join('\n'), 'a.jsonl', 300)
    expect(json.flat().map(record => record.n)).toEqual(lines.map((_, row) => row))
  })

  test('folders named key=value add their values', async () => {
    const files = memoryFiles({'f/day=1/a.jsonl': '{"id":"a"}\n', 'f/day=2/a.jsonl': '{"id":"b"}\n'})
    const rows = []
    for await (const batch of readRecords(files, 'f')) rows.push(...batch)
    expect(rows).toEqual([
      {id: 'a', day: '1'},
      {id: 'b', day: '2'},
    ])
  })

  test.each([
    ['', 'a.jsonl', 'model/predictions-empty'],
    ['{"id":"a"}\n{', 'a.jsonl', 'model/jsonl-malformed-line'],
    ['{"id":"a","id":"b"}\n', 'a.jsonl', 'model/jsonl-duplicate-key'],
    ['id\n"a', 'a.csv', 'model/csv-quote-not-closed'],
    ['', 'a.csv', 'model/predictions-empty'],
  ])('%j as %s is refused', async (text, name, code) => {
    await expect(records(text, name)).rejects.toMatchObject({code})
  })
})

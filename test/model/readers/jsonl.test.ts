import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import type {ColumnRequest} from '../../../src/model/readers/columns.ts'
import {readJsonl} from '../../../src/model/readers/jsonl.ts'

const requests: ColumnRequest[] = [
  {name: 'id', kind: 'text'},
  {name: 'label', kind: 'category'},
  {name: 'score', kind: 'number'},
]

async function* inPieces(text: string, size: number) {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
}

async function codeOf(text: string): Promise<string> {
  try {
    await readJsonl(inPieces(text, 11), requests)
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'read'
}

describe('readJsonl', () => {
  test('rows become columns, wherever the file is cut into pieces', async () => {
    const text = '{"id":"a","label":1,"score":0.25}\r\n\n{"score":1,"label":0,"id":"b"}'
    for (let size = 1; size <= text.length; size++) {
      const {columns, rows} = await readJsonl(inPieces(text, size), requests)
      expect(rows).toBe(2)
      expect(columns.get('id')).toMatchObject({values: ['a', 'b']})
      expect(columns.get('label')).toMatchObject({names: ['1', '0']})
      expect(columns.get('score')).toMatchObject({values: Float64Array.of(0.25, 1)})
    }
  })

  test('an absent key and null are empty cells', async () => {
    const {columns} = await readJsonl(inPieces('{"id":"a","score":null}\n{"id":"b","label":"x"}', 9), requests)
    expect(columns.get('label')).toMatchObject({empty: 1})
    expect(columns.get('score')).toMatchObject({flaws: {empty: 2}})
  })

  test('a key that no line has is no column', async () => {
    const {columns, header} = await readJsonl(inPieces('{"id":"a"}', 9), requests)
    expect([...columns.keys()]).toEqual(['id'])
    expect(header).toEqual(['id'])
  })

  test.each([
    ['', 'model/predictions-empty: The file holds no line with an object.'],
    ['{"id":"a"}\n{"id":', 'model/jsonl-malformed-line: Line 2 is not JSON.'],
    ['{"id":"a","score":NaN}', 'model/jsonl-malformed-line: Line 1 is not JSON.'],
    ['{"id":"a"}\n\n["b"]', 'model/jsonl-not-an-object: Line 3 holds JSON, but not an object.'],
    [
      '{"id":"a","label":1}\n{"id":"b","label":"1"}',
      'model/mixed-types: "label" is a string on line 2, and a number on an earlier line.',
    ],
    ['{"id":["a"]}', 'model/jsonl-not-a-scalar: "id" on line 1 holds a list or an object.'],
    ['{"id":"a","score":"0.5"}', 'model/score-not-a-number: "score" is a string on line 1.'],
    ['{"id":90071992547409931234}', 'model/id-not-exact: "id" on line 1 is a number that JSON readers round.'],
  ])('%j is refused, and its content is not repeated', async (text, message) => {
    expect(await codeOf(text)).toBe(message)
  })

  test('a number that JSON cannot hold is an infinite score, not a large one', async () => {
    const {columns} = await readJsonl(inPieces('{"id":"a","score":1e999}', 9), requests)
    expect(columns.get('score')).toMatchObject({flaws: {infinite: 1}})
  })
})

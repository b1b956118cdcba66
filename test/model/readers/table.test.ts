import {describe, expect, test} from 'vitest'
import {readTable} from '../../../src/model/readers/table.ts'
import {memoryFiles} from '../memory-files.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

const files = memoryFiles({
  'a.csv': 'id\nx\n',
  'bom.csv': '\u{feff}id\nx\n',
  'umlaut.csv': 'id\nMünchen-Größe-日本\n',
  'a.JSONL': '{"id":"x"}\n',
  'latin1.csv': bytes(0x69, 0x64, 0x0a, 0xfc, 0x0a),
  'cut.csv': bytes(0x69, 0x64, 0x0a, 0xc3),
  'a.parquet': 'PAR1',
  'folder.csv/part': 'id\nx\n',
})

const read = (path: string) => readTable(files, path, [{name: 'id', kind: 'text'}])

describe('readTable', () => {
  test.each([
    ['a.csv', 'x'],
    ['bom.csv', 'x'],
    ['umlaut.csv', 'München-Größe-日本'],
    ['a.JSONL', 'x'],
  ])('%s is read', async (path, id) => {
    expect((await read(path)).columns.get('id')).toMatchObject({values: [id]})
  })

  test.each([
    ['latin1.csv', 'model/predictions-not-utf8'],
    ['cut.csv', 'model/predictions-not-utf8'],
    ['a.parquet', 'model/predictions-format'],
    ['absent.csv', 'file/not-found'],
    ['folder.csv', 'file/not-found'],
  ])('%s is refused', async (path, code) => {
    await expect(read(path)).rejects.toMatchObject({code})
  })
})

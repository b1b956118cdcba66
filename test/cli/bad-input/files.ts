/** Files of data that cannot be read: formats, dialects, encodings, compression, parts. */
import {readFileSync} from 'node:fs'
import * as path from 'node:path'
import {gzipSync, zstdCompressSync} from 'node:zlib'
import {type Case, error, type Given} from './case.ts'
import {lax, type Setup, validated} from './validated.ts'

const predictions = {baseline: 'none', positive: 'bad', columns: {score: 'p'}}
const rows = ['a,bad,0.9', 'b,good,0.2', 'c,bad,0.7', 'd,good,0.4']
const csv = ['id,label,p', ...rows, ''].join('\n')
const jsonLine = '{"id": "a", "label": "bad", "p": 0.9}\n'

/** The candidate's predictions as this file, or these. */
function read(candidate: string, files: Setup['files'], more: Setup['validation'] = {}): Given {
  return validated({
    files: files ?? {},
    validation: {predictions: {...predictions, ...more, candidate: `@/${candidate}`}, gates: [lax.binary]},
  })
}

const one = (name: string, content: string | Uint8Array) => read(name, {[name]: content})
const asCsv = (text: string) => one('c.csv', text)
const asJsonl = (text: string) => one('c.jsonl', text)

/** 300 MiB of empty lines, made when they are needed. */
const bomb: Given = world => one('c.jsonl.zst', zstdCompressSync(new Uint8Array(300 * 2 ** 20).fill(10)))(world)

const tables = path.join(import.meta.dirname, '../../fixtures/model/tables')
const parquet = (name: string, columns: Setup['validation'] = {score: 'p'}): Given =>
  read('c.parquet', {'c.parquet': readFileSync(path.join(tables, `${name}.parquet`))}, {columns})

const dialects: readonly Case[] = [
  error(
    'model/csv-header-missing',
    'CSV without a header line',
    asCsv(`${rows.join('\n')}\n`),
    'the header is missing',
  ),
  error(
    'model/csv-delimiter',
    'CSV with semicolons',
    asCsv(csv.replaceAll(',', ';')),
    'a semicolon (;), not by a comma',
  ),
  error(
    'model/csv-duplicate-column',
    'CSV with two columns of one name',
    asCsv(csv.replace('label,p', 'p,p')),
    'have the same name',
  ),
  error(
    'model/csv-column-without-name',
    'CSV with a column without a name',
    asCsv(csv.replace('label', ' ')),
    'Column 2 of row 1 has no name',
  ),
  error(
    'model/csv-misplaced-quote',
    'CSV with a quote inside a field',
    asCsv(csv.replace('bad', 'b"ad')),
    'Row 2 (line 2) has a quote',
  ),
  error(
    'model/csv-quote-not-closed',
    'CSV that ends inside a quoted field',
    asCsv(`${csv}e,"bad,0.5\n`),
    'ends inside a quoted field of row 6',
  ),
  error(
    'model/csv-ragged-row',
    'a row with too many fields',
    asCsv(`${csv}e,bad,0.5,1\n`),
    'Row 6 (line 6) has 4 fields',
  ),
  error(
    'model/csv-bare-carriage-return',
    'lines that end with a carriage return alone',
    asCsv(csv.replaceAll('\n', '\r')),
    'carriage return without a line feed',
  ),
  error(
    'model/csv-field-too-long',
    'a field of more than 1 MiB',
    asCsv(`${csv}e,${'x'.repeat(2 ** 20 + 1)},0.5\n`),
    'Row 6 (line 6) has a field of more than 1 MiB',
  ),
  error(
    'model/csv-row-too-long',
    'a row that does not end',
    asCsv(`${csv}${`${'x'.repeat(2 ** 19)},`.repeat(40)}\n`),
    'Row 6 (line 6) is longer than 16 MiB',
  ),
  error(
    'model/decimal-comma',
    'numbers with a decimal comma',
    one('c.tsv', csv.replaceAll(',', '\t').replaceAll('.', ',')),
    'decimal comma',
  ),
  error(
    'model/jsonl-malformed-line',
    'JSON Lines that were cut off',
    asJsonl(`${jsonLine}{"id":`),
    'Line 2 is not JSON',
  ),
  error(
    'model/jsonl-not-an-object',
    'a line that is no object',
    asJsonl(`${jsonLine}"b"\n`),
    'Line 2 holds JSON, but not an object',
  ),
  error('model/jsonl-list', 'one JSON list', asJsonl('[{"id": "a"}]'), 'one JSON list'),
  error(
    'model/jsonl-pretty-printed',
    'one object over several lines',
    asJsonl('{\n  "id": "a"\n}\n'),
    'over several lines',
  ),
  error(
    'model/jsonl-duplicate-key',
    'a key twice in one object',
    asJsonl(`${jsonLine}{"id": "b", "id": "c"}\n`),
    'Line 2 has the key "id" twice',
  ),
  error(
    'model/jsonl-not-a-scalar',
    'a list where one value is needed',
    asJsonl('{"id": ["a"], "label": "bad", "p": 0.9}\n'),
    'holds a list or an object',
  ),
  error(
    'model/mixed-types',
    'labels as numbers and as strings',
    asJsonl('{"id":"a","label":1,"p":0.9}\n{"id":"b","label":"1","p":0.2}\n'),
    'a string on line 2, and a number on an earlier line',
  ),
  error(
    'model/jsonl-line-too-long',
    'a line without an end',
    asJsonl(`{"id":"${'x'.repeat(17 * 2 ** 20)}"}\n`),
    'longer than 16 MiB',
  ),
  error(
    'model/jsonl-too-many-keys',
    'ids as keys',
    asJsonl(Array.from({length: 10_001}, (_, row) => `{"k${row}":1}\n`).join('')),
    'more than 10,000 different keys',
  ),
]

const bytes: readonly Case[] = [
  error('model/predictions-format', 'a spreadsheet', one('c.xlsx', 'PK'), 'of no kind that can be read'),
  error(
    'model/predictions-format',
    'a file that is not what its name says',
    one('c.parquet', csv),
    'is named as Parquet',
  ),
  error(
    'model/predictions-not-utf8',
    'another encoding than UTF-8',
    one('c.csv', Buffer.from(csv.replace('bad', 'b\xe4d'), 'latin1')),
    'not UTF-8: byte 0xe4',
  ),
  error(
    'model/predictions-not-utf8',
    'UTF-16, as spreadsheets write it',
    one('c.csv', Buffer.from(`\ufeff${csv}`, 'utf16le')),
    'UTF-16',
  ),
  error('model/predictions-nul-byte', 'NUL bytes in a text', asCsv(csv.replace('bad', 'b\0d')), 'NUL byte'),
  error(
    'model/predictions-compressed-badly',
    'compressed data that was cut off',
    one('c.csv.gz', gzipSync(csv).subarray(0, 30)),
    'cannot be decompressed',
  ),
  error(
    'model/predictions-decompression-bomb',
    'a few bytes that fill the runner',
    bomb,
    '-fold when it is decompressed',
  ),
  error('model/predictions-empty', 'an empty file', asCsv(''), 'no header line'),
  error('model/predictions-empty', 'an empty file of JSON Lines', asJsonl('\n'), 'no'),
  error('model/no-rows', 'a header and no row', asCsv('id,label,p\n'), 'no row'),
  error('model/parquet-truncated', 'Parquet that was cut off', parquet('truncated'), 'it is cut off'),
  error(
    'model/parquet-damaged',
    'Parquet whose bytes were changed',
    parquet('flipped', {id: 'id', label: 'label', score: 'score'}),
    'the checksum of a page does not fit',
  ),
  error('model/parquet-encrypted', 'Parquet that is encrypted', parquet('encrypted-footer'), 'is encrypted'),
  error(
    'model/parquet-duplicate-column',
    'Parquet with two columns of one name',
    parquet('twice'),
    'Two columns have the name',
  ),
  error(
    'model/parquet-nested',
    'an object in a column of Parquet',
    parquet('nested', {id: 'struct', score: 'p'}),
    'is an object (struct)',
  ),
  error(
    'model/parquet-binary',
    'bytes in a column of Parquet',
    parquet('raw-bytes', {id: 'fixed', score: 'p'}),
    'which are no text',
  ),
]

const parts: readonly Case[] = [
  error('model/candidate-missing', 'no file at the path', read('nope.csv', {}), 'is not a file'),
  error(
    'model/predictions-no-parts',
    'a folder without data',
    read('parts', {'parts/_SUCCESS': ''}),
    'holds no file of data',
  ),
  error(
    'model/predictions-no-parts',
    'a glob that matches nothing',
    read('parts/*.csv', {'parts/a.tsv': csv}),
    'No file matches',
  ),
  error(
    'model/predictions-delta-table',
    'the folder of a Delta table',
    read('parts', {'parts/_delta_log/0.json': '{}', 'parts/a.parquet': ''}),
    'is a Delta table',
  ),
  error(
    'model/predictions-mixed-formats',
    'parts of two formats',
    read('parts', {'parts/a.csv': csv, 'parts/b.jsonl': jsonLine}),
    '"a.csv" is csv, and "b.jsonl" is jsonl',
  ),
  error(
    'model/predictions-parts-differ',
    'parts with other columns',
    read('parts', {'parts/a.csv': csv, 'parts/b.csv': csv.replace('label', 'truth')}),
    '"b.csv" lacks "label" and has "truth" besides',
  ),
  error(
    'model/predictions-partition-column',
    'a column that the folder adds as well',
    read('parts', {'parts/label=bad/a.csv': csv}),
    'which its folder "label=…" adds as well',
  ),
]

export const wrongFiles: readonly Case[] = [...dialects, ...bytes, ...parts].map(each => ({...each, when: 'model'}))

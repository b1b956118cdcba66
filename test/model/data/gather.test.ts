import {describe, expect, test} from 'vitest'
import type {DataGate, DriftGate} from '../../../src/config/model-gate-schema.ts'
import {judgeData} from '../../../src/model/checks/data.ts'
import {judgeDriftTable, unreadableDrift} from '../../../src/model/checks/drift.ts'
import {gatherData} from '../../../src/model/data/gather.ts'
import {driftTable} from '../../../src/model/drift/drift-table.ts'
import {gatherDrift} from '../../../src/model/drift/gather.ts'
import {memoryFiles} from '../memory-files.ts'

const old = 'id,shop,amount,when\n007,1,1.50,2026-01-01\n7,2,2.00,2026-01-02\n8,1,3.25,\n'
const fresh = 'when,id,amount,shop\n,8,3.25,1\n2026-01-02,7,2,2\n2026-01-01,007,1.5,1\n'
const gate: DataGate = {
  data: 'new.csv',
  against: 'old.csv',
  'rows-within': 0,
  'same-columns': true,
  'missing-may-grow': 0,
  unique: ['id', ['shop', 'amount']],
  references: [{column: 'shop', in: 'shops.csv', 'its-column': 'number'}],
  'same-values': ['id', 'amount', 'when'],
  'when-failed': 'block',
}

describe('a migration that is read from files', () => {
  test('passes every question where only the order and the form of numbers changed', async () => {
    const files = memoryFiles({'new.csv': fresh, 'old.csv': old, 'shops.csv': 'number,name\n1,Bern\n2,Basel\n'})
    const findings = judgeData(gate, await gatherData(files, gate))
    expect(findings.map(({id, verdict}) => `${verdict} ${id}`)).toEqual([
      'pass model/data-rows-within',
      'pass model/data-same-columns',
      'pass model/data-missing-may-grow',
      'pass model/data-unique',
      'pass model/data-unique',
      'pass model/data-references',
      'pass model/data-same-values',
      'pass model/data-same-values',
      'pass model/data-same-values',
    ])
  })

  test('tells what is missing, and answers the rest', async () => {
    const files = memoryFiles({'new.csv': fresh, 'old.csv': old})
    const findings = judgeData(gate, await gatherData(files, gate))
    expect(findings[0]).toMatchObject({verdict: 'error', reason: 'model/data-missing', subject: 'shops.csv'})
    expect(findings).toHaveLength(9)
  })
})

describe('drift that is read from files', () => {
  const ask: DriftGate = {
    drift: 'total-variation',
    against: 'train.csv',
    'at-most': 0.3,
    bins: 4,
    binning: 'reference-quantiles',
    'when-failed': 'block',
  }
  const rows = (count: number, of: (row: number) => string) =>
    `colour,size\n${Array.from({length: count}, (_, row) => of(row)).join('\n')}\n`

  test('compares the columns of both', async () => {
    const files = memoryFiles({
      'train.csv': rows(600, row => `${row % 2 === 0 ? 'red' : 'blue'},${row / 7}`),
      'new.csv': rows(600, row => `${row % 2 === 0 ? 'red' : 'green'},${row / 7}`),
    })
    const {judged, reference} = await gatherDrift(files, {...ask, in: 'new.csv'}, undefined)
    if (judged.file.kind === 'missing' || reference.file.kind === 'missing') throw new Error('both are there')
    const table = driftTable(ask, judged.file.value.table, reference.file.value.table, {
      seed: 1,
      minRows: 30,
      columns: null,
    })
    expect(table.columns.map(({column, outcome}) => `${column} ${outcome}`)).toEqual([
      'colour beyond',
      'size like-chance',
    ])
    expect(judgeDriftTable(ask, table)[0]).toMatchObject({verdict: 'fail', value: 0.5})
  })

  test('is an error where a side is absent or nobody names it', async () => {
    const {judged, reference} = await gatherDrift(memoryFiles({}), ask, undefined)
    if (judged.file.kind === 'gathered' || reference.file.kind === 'gathered') throw new Error('neither is there')
    expect(unreadableDrift(ask, 'judged', judged.path, judged.file.failure)).toMatchObject({
      verdict: 'error',
      reason: 'model/drift-no-data',
    })
    expect(unreadableDrift(ask, 'reference', reference.path, reference.file.failure)).toMatchObject({
      verdict: 'error',
      reason: 'model/drift-reference-missing',
    })
  })
})

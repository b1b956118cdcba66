import type {Column} from '../../../src/model/readers/columns.ts'
import {categories, instants, numbers, texts} from '../evaluation/tables.ts'

/** People at a bank: every kind of column, and something missing in each. */
export const people: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['age', numbers([19, 42, null, 25, 68])],
  ['amount', numbers([100, 250.5, 80, null, 0])],
  ['paid', numbers([100, 0, 80, 10, 0])],
  ['sex', categories(['female', 'male', 'female', '', 'male'])],
  ['partner sex', categories(['female', 'female', 'male', 'male', ''])],
  ['class', categories(['0', '1', '1', '0', ''])],
  ['note', texts(['', 'late', 'née Müller', '', 'late'])],
  [
    'seen',
    instants(['2026-01-01T00:00:00Z', '2026-06-30T23:59:59Z', null, '2026-07-01T00:00:00Z', '2025-12-31T23:00:00Z']),
  ],
])
export const peopleRows = 5

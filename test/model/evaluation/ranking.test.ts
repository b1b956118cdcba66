import {describe, expect, test} from 'vitest'
import {rankingCases} from './cases/ranking.ts'
import {changedNumbers} from './changes.ts'
import {categories, texts} from './tables.ts'
import {testProblems} from './test-problems.ts'
import {each, evaluate} from './worlds.ts'

type Numbers = Parameters<typeof changedNumbers>[3]
const p = (values: Numbers) => changedNumbers('ranking', 'candidate', 'p', values)

describe('rankings', () => {
  testProblems('ranking', rankingCases)

  test.each(['1', '\t', ':', '2:'])('where a query ends and an id begins tells rows apart, also around "%s"', sign => {
    const {problems} = evaluate('ranking', {
      columns: {weight: undefined, cluster: undefined},
      both: {
        q: categories(each(row => (row % 2 === 0 ? 'q' : `q${sign}`))),
        id: texts(each(row => (row % 2 === 0 ? `${sign}${row}` : `${row - 1}`))),
      },
    })
    expect(problems).toEqual([])
  })

  test('a score is any finite number, and the query of each row is numbered', () => {
    const {evaluation, problems} = evaluate('ranking', {candidate: {p: p((value, row) => Number(value) * 1000 - row)}})
    const outcomes = evaluation?.candidate
    expect(problems).toEqual([])
    expect(outcomes?.task === 'ranking' && outcomes.queries.count).toBe(10)
    expect(outcomes?.task === 'ranking' && [...outcomes.queries.codes.slice(4, 8)]).toEqual([0, 0, 1, 1])
  })
})

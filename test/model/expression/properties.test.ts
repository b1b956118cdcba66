import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {numbersOf, selectRows} from '../../../src/model/expression/evaluate.ts'
import {type NumberNode, parseExpression, type TruthNode} from '../../../src/model/expression/expression.ts'
import type {Column} from '../../../src/model/readers/columns.ts'
import {categories, numbers} from '../evaluation/tables.ts'

/** A world of three number columns and two of texts, with many missing values and many ties. */
interface World {
  readonly rows: readonly Readonly<Record<string, number | string | null>>[]
  readonly columns: ReadonlyMap<string, Column>
}

const cell = fc.constantFrom(null, 0, 1, -1, 2, 0.5, 1e308, 5e-324)
const word = fc.constantFrom('', 'a', 'b', 'it’s', "it's")

const world: fc.Arbitrary<World> = fc
  .array(fc.record({x: cell, y: cell, z: cell, s: word, t: word}), {minLength: 1, maxLength: 20})
  .map(rows => ({
    rows: rows.map(row => ({...row, s: row.s === '' ? null : row.s, t: row.t === '' ? null : row.t})),
    columns: new Map<string, Column>([
      ...(['x', 'y', 'z'] as const).map(name => [name, numbers(rows.map(row => row[name]))] as const),
      ...(['s', 't'] as const).map(name => [name, categories(rows.map(row => row[name]))] as const),
    ]),
  }))

const {number, truth} = fc.letrec<{number: string; truth: string}>(tie => ({
  number: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    fc.constantFrom('x', 'y', 'z', '0', '1', '2.5', '1e308'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    fc.tuple(fc.constantFrom('min', 'max'), tie('number'), tie('number')).map(([f, a, b]) => `${f}(${a}, ${b})`),
    tie('number').map(a => `-${a}`),
    tie('number').map(a => `abs(${a})`),
    tie('truth').map(a => `(${a})`),
    fc.tuple(tie('truth'), tie('number'), tie('number')).map(([c, a, b]) => `if(${c}, ${a}, ${b})`),
  ),
  truth: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    fc.constantFrom(
      "s == 'a'",
      "t != 'b'",
      's == t',
      "s in ['a', 'it''s']",
      "t not in ['b']",
      's is missing',
      'x is present',
    ),
    fc
      .tuple(tie('number'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), tie('number'))
      .map(([a, sign, b]) => `${a} ${sign} ${b}`),
    tie('number').map(a => `${a} in [0, -1, 2.5]`),
    tie('number').map(a => `(${a} + 0) is missing`),
    tie('truth').map(a => `not (${a})`),
    fc.tuple(tie('truth'), fc.constantFrom('and', 'or'), tie('truth')).map(([a, join, b]) => `(${a} ${join} ${b})`),
  ),
}))

type Row = World['rows'][number]

/** The same language, one row at a time and as plainly as possible. Null is missing. */
function numberAt(node: NumberNode, row: Row): number | null {
  switch (node.kind) {
    case 'constant':
      return node.value
    case 'column': {
      const value = row[node.name]
      return typeof value === 'number' ? value : null
    }
    case 'negative':
    case 'abs': {
      const of = numberAt(node.of, row)
      return of === null ? null : node.kind === 'abs' ? Math.abs(of) : -of
    }
    case 'pair': {
      const left = numberAt(node.left, row)
      const right = numberAt(node.right, row)
      if (left === null || right === null) return null
      const results = {
        '+': left + right,
        '-': left - right,
        '*': left * right,
        '/': left / right,
        min: Math.min(left, right),
        max: Math.max(left, right),
      }
      return Number.isFinite(results[node.sign]) ? results[node.sign] : null
    }
    case 'if': {
      const condition = truthAt(node.condition, row)
      return condition === null ? null : numberAt(condition ? node.yes : node.no, row)
    }
    case 'indicator': {
      const of = truthAt(node.of, row)
      return of === null ? null : Number(of)
    }
  }
}

function truthAt(node: TruthNode, row: Row): boolean | null {
  switch (node.kind) {
    case 'comparison': {
      const left = numberAt(node.left, row)
      const right = numberAt(node.right, row)
      if (left === null || right === null) return null
      const results = {
        '==': left === right,
        '!=': left !== right,
        '<': left < right,
        '<=': left <= right,
        '>': left > right,
        '>=': left >= right,
      }
      return results[node.sign]
    }
    case 'among-numbers': {
      const of = numberAt(node.of, row)
      return of === null ? null : node.among.has(of)
    }
    case 'among-texts': {
      const value = row[node.name]
      return typeof value === 'string' ? node.among.has(value) : null
    }
    case 'same': {
      const left = row[node.left]
      const right = row[node.right]
      return left === null || right === null ? null : left === right
    }
    case 'column-missing':
      return row[node.name] === null
    case 'number-missing':
      return numberAt(node.of, row) === null
    case 'not': {
      const of = truthAt(node.of, row)
      return of === null ? null : !of
    }
    case 'and': {
      const sides = [truthAt(node.left, row), truthAt(node.right, row)]
      return sides.includes(false) ? false : sides.includes(null) ? null : true
    }
    case 'or': {
      const sides = [truthAt(node.left, row), truthAt(node.right, row)]
      return sides.includes(true) ? true : sides.includes(null) ? null : false
    }
  }
}

describe('whatever is asked', () => {
  test('an expression gives each row what a row-by-row reading gives it', () => {
    fc.assert(
      fc.property(world, fc.oneof(number, truth), ({rows, columns}, text) => {
        const expression = parseExpression(text)
        if (expression.kind === 'error') throw new Error(`${text}: ${expression.what}`)
        const {root} = expression
        const expected = rows.map(row => {
          const value = root.gives === 'number' ? numberAt(root, row) : truthAt(root, row)
          return value === null ? Number.NaN : Number(value)
        })
        expect(numbersOf(expression, columns, rows.length)).toEqual(Float64Array.from(expected))
        if (root.gives === 'number') return
        const selection = selectRows(expression, columns, rows.length)
        expect(selection).toEqual({
          kind: 'selection',
          chosen: Uint8Array.from(expected, value => (value === 1 ? 1 : 0)),
          unknown: expected.filter(Number.isNaN).length,
        })
      }),
      {numRuns: 500},
    )
  })

  test('no text makes the parser fail, and every mistake lies within the text or at its end', () => {
    const pieces = fc.constantFrom(
      ...[
        'age',
        "'x'",
        '"',
        '`',
        '(',
        ')',
        '[',
        ']',
        ',',
        '+',
        '-',
        '*',
        '/',
        '<',
        '==',
        '!=',
        '=',
        'and',
        'or',
        'not',
      ],
      ...['in', 'is', 'missing', 'present', 'if', 'min', '1', '.5', '1e400', 'é', '🎉', '\n', '\\', '$', '{', '}'],
    )
    const text = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.array(pieces, {maxLength: 30}).map(each => each.join(' ')),
    )
    fc.assert(
      fc.property(text, source => {
        const expression = parseExpression(source)
        if (expression.kind !== 'error') return
        expect(expression.at).toBeGreaterThanOrEqual(1)
        expect(expression.at).toBeLessThanOrEqual(source.length + 1)
        expect(expression.what).toMatch(/^character \d+: ./)
      }),
      {numRuns: 1000},
    )
  })

  test('spaces and line ends between words mean nothing', () => {
    fc.assert(
      fc.property(truth, text => {
        const spread = text.replaceAll(/([()[\],])/g, ' $1\n ')
        const [one, other] = [parseExpression(text), parseExpression(spread)]
        expect(other).toMatchObject({kind: 'expression', root: one.kind === 'expression' ? one.root : null})
      }),
    )
  })
})

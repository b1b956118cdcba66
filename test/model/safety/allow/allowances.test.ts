import {describe, expect, test} from 'vitest'
import {
  allowanceOfFile,
  allowanceOfImport,
  indexAllowances,
  nameOfImport,
} from '../../../../src/model/safety/allow/allowances.ts'
import type {AllowedImport} from '../../../../src/model/safety/policy.ts'

const today = 20_778

function allowance(change: Partial<AllowedImport> = {}): AllowedImport {
  return {import: 'my.layers.Loss', owner: 'ml', reason: 'reviewed', expires: today + 100, unsafe: false, ...change}
}

function stateOf(module: string, name: string, ...all: readonly AllowedImport[]) {
  return allowanceOfImport({module, name}, indexAllowances(all, today))
}

describe('an allowance of an import', () => {
  test.each([
    ['long before its last day', 100, 'holds'],
    ['on its last day', 0, 'holds'],
    ['on the day after', -1, 'expired'],
  ])('%s', (_, days, kind) => {
    expect(stateOf('my.layers', 'Loss', allowance({expires: today + days})).kind).toBe(kind)
  })

  test.each([
    ['another name of the module', 'my.layers', 'Loss2'],
    ['a part of the name', 'my', 'layers'],
    ['the same name in other letters', 'my.layers', 'loss'],
    ['a walk over attributes to the same letters', 'my', 'layers.Loss'],
    ['a name inside it', 'my.layers', 'Loss.__init__'],
    ['a module that ends like it', 'not.my.layers', 'Loss'],
    ['a module with a colon', 'my.layers.Loss:x', 'y'],
  ])('does not cover %s', (_, module, name) => {
    expect(stateOf(module, name, allowance()).kind).toBe('none')
  })

  test('of a walk over attributes is written with a colon, and covers nothing else', () => {
    const walk = allowance({import: 'my.layers:Outer.Inner'})
    expect(nameOfImport({module: 'my.layers', name: 'Outer.Inner'})).toBe('my.layers:Outer.Inner')
    expect(stateOf('my.layers', 'Outer.Inner', walk).kind).toBe('holds')
    expect(stateOf('my.layers.Outer', 'Inner', walk).kind).toBe('none')
    // A module named “my.layers:Outer” would spell the same.
    expect(stateOf('my.layers:Outer', 'Inner', walk).kind).toBe('none')
  })

  test('has no pattern: a star is a star', () => {
    expect(stateOf('my.layers', 'Loss', allowance({import: 'my.*'})).kind).toBe('none')
    expect(stateOf('my', '*', allowance({import: 'my.*'})).kind).toBe('holds')
  })

  test('that holds longest counts among several', () => {
    const state = stateOf('my.layers', 'Loss', allowance({expires: today - 1}), allowance({owner: 'other'}))
    expect(state).toMatchObject({kind: 'holds', allowance: {owner: 'other'}})
  })
})

describe('an allowance of a file', () => {
  const index = indexAllowances([{file: 'code/handler.py', owner: 'ml', reason: 'r', expires: today}], today)

  test.each([
    ['code/handler.py', 'holds'],
    ['handler.py', 'none'],
    ['code/handler.pyc', 'none'],
    ['./code/handler.py', 'none'],
  ])('%s: %s', (path, kind) => {
    expect(allowanceOfFile(path, index).kind).toBe(kind)
  })

  test('covers no import of the same spelling', () => {
    expect(allowanceOfImport({module: 'code/handler', name: 'py'}, index).kind).toBe('none')
  })
})

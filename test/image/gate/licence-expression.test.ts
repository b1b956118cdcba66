import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compileGlobs} from '../../../src/core/glob.ts'
import {licenceFits, parseLicence} from '../../../src/image/gate/licence-expression.ts'

function fits(text: string, patterns: readonly string[], allows: boolean): boolean | null {
  return licenceFits(parseLicence(text), compileGlobs(patterns), allows)
}

/** Meanings of OR, AND, WITH and brackets: SPDX 2.3, annex D.4. What follows for a rule: the head of the source file. */
describe('a rule that lets licences pass', () => {
  test.each([
    ['MIT', ['MIT'], true],
    ['mit', ['MIT'], true],
    ['MIT', ['Apache-2.0'], false],
    ['MIT OR GPL-2.0-only', ['MIT'], true],
    ['MIT AND GPL-2.0-only', ['MIT'], false],
    ['MIT AND GPL-2.0-only', ['MIT', 'GPL-*'], true],
    ['(MIT OR GPL-2.0-only) AND BSD-3-Clause', ['MIT', 'BSD-*'], true],
    ['(MIT OR GPL-2.0-only) AND BSD-3-Clause', ['MIT'], false],
    ['MIT OR GPL-2.0-only AND BSD-3-Clause', ['MIT'], true],
    ['GPL-2.0-only AND BSD-3-Clause OR MIT', ['MIT'], true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only WITH Classpath-exception-2.0'], true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only'], true],
    ['GPL-2.0-only', ['GPL-2.0-only WITH Classpath-exception-2.0'], false],
    ['GPL-2.0', ['GPL-2.0-only'], true],
    ['GPL-2.0+', ['GPL-2.0-or-later'], true],
    ['GPL-2.0-or-later', ['GPL-2.0+'], true],
    ['GPL-2.0-or-later', ['GPL-2.0-only'], false],
    ['Apache License 2.0', ['Apache-2.0'], false],
    ['Apache License 2.0', ['Apache License 2.0'], true],
    ['see MIT', ['MIT'], false],
  ] as const)('%s, allowed %j: %s', (text, patterns, expected) => expect(fits(text, patterns, true)).toBe(expected))
})

describe('a rule against licences', () => {
  test.each([
    ['AGPL-3.0-only', ['AGPL-*'], true],
    ['MIT OR AGPL-3.0-only', ['AGPL-*'], false],
    ['MIT AND AGPL-3.0-only', ['AGPL-*'], true],
    ['GPL-3.0-only OR AGPL-3.0-only', ['*GPL-*'], true],
    ['(MIT OR AGPL-3.0-only) AND BSD-3-Clause', ['AGPL-*'], false],
    ['(MIT AND AGPL-3.0-only) OR BSD-3-Clause', ['AGPL-*'], false],
    ['GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only'], true],
    ['see AGPL-3.0 in LICENSE', ['AGPL-*'], true],
    ['MIT/AGPL-3.0', ['AGPL-*'], true],
    ['MIT', ['AGPL-*'], false],
    ['AGPL-3.0 or later', ['AGPL-*'], true],
    ['AGPL-3.0-only OR LicenseRef-Commercial', ['AGPL-*'], true],
    ['later OR AGPL-3.0-only', ['AGPL-*'], true],
    ['(AGPL-3.0-only OR freedom) AND MIT', ['AGPL-*'], true],
    ['(AGPL-3.0-only OR freedom) OR MIT', ['AGPL-*'], false],
    ['freedom AND MIT', ['AGPL-*'], false],
    ['AGPL-3.0-only OR Apache-2.0+', ['AGPL-*'], false],
  ] as const)('%s, refused %j: %s', (text, patterns, expected) => expect(fits(text, patterns, false)).toBe(expected))
})

describe('a licence that nobody states', () => {
  test.each(['', ' ', 'NOASSERTION', 'NONE', 'unknown'])('%j is neither allowed nor refused', text => {
    expect(fits(text, ['*'], true)).toBeNull()
    expect(fits(text, ['*'], false)).toBeNull()
  })
})

describe('what is no expression', () => {
  test.each(['MIT OR', 'OR MIT', '(MIT', 'MIT)', '()', 'MIT BSD', 'MIT WITH', 'MIT WITH (x)', 'GPL v2 or later'])(
    '%s is taken as a name',
    text => expect(parseLicence(text)).toMatchObject({kind: 'name', name: text}),
  )

  test('brackets as deep as a report wants are read without recursion', () => {
    const deep = `${'('.repeat(4000)}MIT${')'.repeat(4000)}`
    expect(fits(deep, ['MIT'], true)).toBe(true)
    expect(parseLicence(`${'('.repeat(400_000)}MIT`).kind).toBe('name')
  })
})

test('what may be used under allowed licences alone is never refused by a rule against all others, and the reverse', () => {
  const ids = ['MIT', 'ISC', 'Zlib']
  const {expression} = fc.letrec<{expression: string}>(tie => ({
    expression: fc.oneof(
      {maxDepth: 4},
      fc.constantFrom(...ids),
      fc
        .tuple(tie('expression'), fc.constantFrom('AND', 'OR'), tie('expression'))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    ),
  }))
  fc.assert(
    fc.property(expression, fc.subarray(ids), (text, allowed) => {
      const refused = ids.filter(each => !allowed.includes(each))
      expect(fits(text, allowed, true)).toBe(fits(text, refused, false) === false)
    }),
  )
})

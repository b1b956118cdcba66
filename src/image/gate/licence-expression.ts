/**
 * Licence expressions of SPDX (SPDX 2.3, annex D): `MIT`, `MIT OR GPL-2.0-only`, `(A AND B) OR C WITH exception`. Whoever
 * uses a package chooses one side of an OR and has to keep every side of an AND, and rules are read by that:
 *
 * - a rule that lets licences pass matches where the package can be used under these licences alone:
 *   `MIT OR GPL-2.0-only` passes where MIT does, `MIT AND GPL-2.0-only` does not;
 * - a rule that fails or warns matches where the package cannot be used without one of these licences:
 *   `MIT OR GPL-2.0-only` can be had without the GPL, `MIT AND GPL-2.0-only` cannot. A side that is no licence of SPDX's
 *   list is no way out: `AGPL-3.0 or later`, `AGPL-3.0-only OR LicenseRef-Commercial`.
 */
import type {Glob} from '../../core/glob.ts'
import {spdxLicenceIds} from '../spdx-licence-ids.ts'

/** What an expression says, in the order of a stack machine: operands first, then what joins the last two. */
export type LicenceStep =
  | {readonly kind: 'licence'; readonly names: readonly string[]; readonly isListed: boolean}
  | {readonly kind: 'and'}
  | {readonly kind: 'or'}

export type LicenceText =
  | {readonly kind: 'expression'; readonly steps: readonly LicenceStep[]}
  /** Not of that grammar: `GPL v2 or later`, `see LICENSE.txt`. `words` are what could be a licence in it. */
  | {readonly kind: 'name'; readonly name: string; readonly words: readonly string[]}
  /** Nobody says: no text at all, or SPDX's own words for that. */
  | {readonly kind: 'unknown'}

/** Text that is longer is no expression that anybody wrote, whatever it begins with. */
const longestExpression = 10_000

/** Never throws: what is no expression is a name, and what says nothing is unknown. */
export function parseLicence(text: string): LicenceText {
  const trimmed = text.trim()
  if (/^(|NOASSERTION|NONE|UNKNOWN)$/i.test(trimmed)) return {kind: 'unknown'}
  const steps = trimmed.length <= longestExpression ? parseExpression(trimmed) : null
  if (steps !== null) return {kind: 'expression', steps}
  return {kind: 'name', name: trimmed, words: trimmed.split(/[\s,;/()|&]+/).filter(word => word !== '')}
}

/**
 * Whether a rule that names licences is about this one; null where nobody says which licence it is.
 * @param allows the rule lets pass what it names; otherwise it stands against it
 */
export function licenceFits(licence: LicenceText, named: Glob, allows: boolean): boolean | null {
  switch (licence.kind) {
    case 'unknown':
      return null
    case 'name':
      // Who allows has to know the whole text; who forbids is better asked once too often.
      return named(licence.name) || (!allows && licence.words.some(named))
    case 'expression':
      return allows ? isUsableUnder(licence.steps, named) : isBoundBy(licence.steps, named)
  }
}

function isUsableUnder(steps: readonly LicenceStep[], named: Glob): boolean {
  const stack: boolean[] = []
  for (const step of steps) {
    if (step.kind === 'licence') {
      stack.push(step.names.some(named))
      continue
    }
    const [right = false, left = false] = [stack.pop(), stack.pop()]
    stack.push(step.kind === 'or' ? left || right : left && right)
  }
  return stack.at(-1) ?? false
}

/** What a rule against licences makes of a part of an expression, from the best to the worst that it may be. */
const sides = ['free', 'not-listed', 'refused'] as const
type Side = (typeof sides)[number]

function isBoundBy(steps: readonly LicenceStep[], named: Glob): boolean {
  const stack: Side[] = []
  for (const step of steps) {
    if (step.kind === 'licence') {
      stack.push(step.names.some(named) ? 'refused' : step.isListed ? 'free' : 'not-listed')
      continue
    }
    const [right = 'free', left = 'free'] = [stack.pop(), stack.pop()]
    stack.push(step.kind === 'or' ? chosen(left, right) : kept(left, right))
  }
  return stack.at(-1) === 'refused'
}

/** One side is enough, if it is known to be one: else the other counts. */
function chosen(one: Side, other: Side): Side {
  return one === 'free' || other === 'free' ? 'free' : kept(one, other)
}

function kept(one: Side, other: Side): Side {
  return sides.indexOf(one) > sides.indexOf(other) ? one : other
}

const listed: ReadonlySet<string> = new Set([...spdxLicenceIds].map(id => id.toLowerCase()))

const weight = {or: 1, and: 2} as const
type Operator = 'and' | 'or'

/** Dijkstra's shunting yard: no recursion, however deep the brackets are. Null where it is no expression. */
function parseExpression(text: string): readonly LicenceStep[] | null {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? []
  const steps: LicenceStep[] = []
  const waiting: (Operator | '(')[] = []
  let expectsOperand = true
  const flush = (least: number) => {
    for (let top = waiting.at(-1); top !== undefined && top !== '(' && weight[top] >= least; top = waiting.at(-1)) {
      waiting.pop()
      steps.push({kind: top})
    }
  }
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? ''
    const word = token.toLowerCase()
    if (token === '(') {
      if (!expectsOperand) return null
      waiting.push('(')
    } else if (token === ')') {
      if (expectsOperand) return null
      flush(0)
      if (waiting.pop() !== '(') return null
    } else if (word === 'and' || word === 'or') {
      if (expectsOperand) return null
      flush(weight[word])
      waiting.push(word)
      expectsOperand = true
    } else {
      if (!expectsOperand || !isLicenceId(token)) return null
      const exception = tokens[index + 1]?.toLowerCase() === 'with' ? (tokens[index + 2] ?? '') : undefined
      if (exception !== undefined) {
        if (!isLicenceId(exception)) return null
        index += 2
      }
      steps.push({kind: 'licence', names: namesOf(token, exception), isListed: isListed(token)})
      expectsOperand = false
    }
  }
  if (expectsOperand) return null
  flush(0)
  return waiting.length === 0 ? steps : null
}

function isLicenceId(token: string): boolean {
  return /^[a-z0-9][a-z0-9.:-]*\+?$/i.test(token) && !/^(and|or|with)$/i.test(token)
}

function isListed(id: string): boolean {
  const lower = id.toLowerCase()
  return listed.has(lower) || (lower.endsWith('+') && listed.has(lower.slice(0, -1)))
}

/**
 * Every name of one licence. The GNU family was renamed in SPDX 3.0 of the list: `GPL-2.0` is `GPL-2.0-only`, and
 * `GPL-2.0+` is `GPL-2.0-or-later`. An exception gives more freedom and takes none, so a licence that is allowed is
 * so with it, and one that is forbidden stays so until a rule before it lets the exception pass.
 */
function namesOf(id: string, exception: string | undefined): readonly string[] {
  const names = new Set([id])
  const gnu = /^(A?GPL|LGPL|GFDL)-(\d+(?:\.\d+)*)(\+|-only|-or-later)?$/i.exec(id)
  if (gnu) {
    const [, family = '', version = '', form = ''] = gnu
    const isLater = form === '+' || form.toLowerCase() === '-or-later'
    names.add(`${family}-${version}${isLater ? '-or-later' : '-only'}`).add(`${family}-${version}${isLater ? '+' : ''}`)
  }
  if (exception === undefined) return [...names]
  return [...[...names].map(name => `${name} WITH ${exception}`), ...names]
}

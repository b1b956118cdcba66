/** From the form of an expression to its meaning: each part gives a number or a truth, or is refused with its place. */
import {parseInstant} from '../readers/instant-cell.ts'
import type {ColumnUse, NumberNode, TruthNode} from './expression.ts'
import type {Syntax} from './syntax.ts'
import {type ExpressionError, errorAt} from './tokens.ts'

type Columns = ReadonlyMap<string, ColumnUse>

export function typed(syntax: Syntax, columns: Columns): NumberNode | TruthNode | ExpressionError {
  return givesTruth(syntax) ? truth(syntax, columns) : number(syntax, columns)
}

function givesTruth({kind}: Syntax): boolean {
  return (
    kind === 'comparison' || kind === 'in' || kind === 'missing' || kind === 'not' || kind === 'and' || kind === 'or'
  )
}

function number(node: Syntax, columns: Columns): NumberNode | ExpressionError {
  switch (node.kind) {
    case 'number':
      return {gives: 'number', kind: 'constant', value: node.value}
    case 'text':
      return errorAt(node.at, `expected a number, got the text '${node.value.slice(0, 40)}'`, columnHint)
    case 'column':
      return {
        gives: 'number',
        kind: 'column',
        name: node.name,
        use: columns.get(node.name) === 'instant' ? 'instant' : 'number',
      }
    case 'negative': {
      const of = number(node.of, columns)
      return isError(of) ? of : {gives: 'number', kind: 'negative', of}
    }
    case 'arithmetic':
      return pair(node.sign, node.left, node.right, columns)
    case 'call':
      return call(node, columns)
    case 'comparison':
    case 'in':
    case 'missing':
    case 'not':
    case 'and':
    case 'or': {
      const of = truth(node, columns)
      return isError(of) ? of : {gives: 'number', kind: 'indicator', of}
    }
  }
}

function call(node: Extract<Syntax, {kind: 'call'}>, columns: Columns): NumberNode | ExpressionError {
  const {name} = node
  const [first, second, third] = node.of
  if (name === 'if') {
    if (!first || !second || !third) return errorAt(node.at, 'expected if(condition, then, else)')
    const condition = truth(first, columns)
    const yes = number(second, columns)
    const no = number(third, columns)
    if (isError(condition)) return condition
    if (isError(yes)) return yes
    return isError(no) ? no : {gives: 'number', kind: 'if', condition, yes, no}
  }
  if (name === 'abs') {
    const of = number(first ?? node, columns)
    return isError(of) ? of : {gives: 'number', kind: 'abs', of}
  }
  const values = node.of.map(each => number(each, columns))
  return values.reduce((left, right) => {
    if (isError(left)) return left
    return isError(right) ? right : {gives: 'number', kind: 'pair', sign: name, left, right}
  })
}

function pair(
  sign: Extract<NumberNode, {kind: 'pair'}>['sign'],
  leftSide: Syntax,
  rightSide: Syntax,
  columns: Columns,
): NumberNode | ExpressionError {
  const left = number(leftSide, columns)
  if (isError(left)) return left
  const right = number(rightSide, columns)
  return isError(right) ? right : {gives: 'number', kind: 'pair', sign, left, right}
}

function truth(node: Syntax, columns: Columns): TruthNode | ExpressionError {
  switch (node.kind) {
    case 'comparison':
      return comparison(node, columns)
    case 'in':
      return among(node, columns)
    case 'missing':
      return missing(node, columns)
    case 'not': {
      const of = truth(node.of, columns)
      return isError(of) ? of : {gives: 'truth', kind: 'not', of}
    }
    case 'and':
    case 'or': {
      const left = truth(node.left, columns)
      if (isError(left)) return left
      const right = truth(node.right, columns)
      return isError(right) ? right : {gives: 'truth', kind: node.kind, left, right}
    }
    case 'column':
      return errorAt(
        node.at,
        `expected a condition, got the column "${node.name}"`,
        `Compare it: ${node.name} == 'true', or ${node.name} > 0.`,
      )
    case 'text':
      return errorAt(node.at, `expected a condition, got the text '${node.value.slice(0, 40)}'`)
    case 'number':
    case 'negative':
    case 'arithmetic':
    case 'call':
      return errorAt(node.at, 'expected a condition, got a number', 'Compare it, as in … > 0.')
  }
}

function comparison(node: Extract<Syntax, {kind: 'comparison'}>, columns: Columns): TruthNode | ExpressionError {
  const {sign} = node
  const texts = [node.left, node.right].filter(side => side.kind === 'text')
  const [text] = texts
  if (text) return withText(node, text, texts.length === 2, columns)
  if (node.left.kind === 'column' && node.right.kind === 'column' && !isNumeric(columns.get(node.left.name))) {
    const same: TruthNode = {gives: 'truth', kind: 'same', left: node.left.name, right: node.right.name}
    return sign === '==' ? same : {gives: 'truth', kind: 'not', of: same}
  }
  const left = number(node.left, columns)
  if (isError(left)) return left
  const right = number(node.right, columns)
  return isError(right) ? right : {gives: 'truth', kind: 'comparison', sign, left, right}
}

const noOrder = "texts have no order: expected a number, or a point in time such as '2026-01-31'"
const columnHint = 'A column stands without quotes, or in backquotes: `unit price`.'

function withText(
  {sign, left, right}: Extract<Syntax, {kind: 'comparison'}>,
  text: Extract<Syntax, {kind: 'text'}>,
  both: boolean,
  columns: Columns,
): TruthNode | ExpressionError {
  const other = left === text ? right : left
  if (both) return errorAt(text.at, 'two texts are compared: one side must be a column', columnHint)
  if (text.value === '')
    return errorAt(text.at, 'the empty text is a missing value', 'Write `is missing` or `is present`.')
  if (other.kind !== 'column') return errorAt(text.at, `expected a number, got the text '${text.value.slice(0, 40)}'`)
  const {name} = other
  if (sign === '==' || sign === '!=') {
    const equal: TruthNode = {gives: 'truth', kind: 'among-texts', name, among: new Set([text.value])}
    return sign === '==' ? equal : {gives: 'truth', kind: 'not', of: equal}
  }
  const instant = isoInstant(text.value)
  if (instant === null) return errorAt(text.at, noOrder)
  const value: NumberNode = {gives: 'number', kind: 'constant', value: instant}
  const column = number(other, columns)
  if (isError(column)) return column
  return left === text
    ? {gives: 'truth', kind: 'comparison', sign, left: value, right: column}
    : {gives: 'truth', kind: 'comparison', sign, left: column, right: value}
}

/**
 * A day (its beginning, UTC), or a time with its zone: a time without zone would mean another instant on another machine.
 * Read as the cells are that it is compared with: the 30th of February is none.
 */
function isoInstant(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return null
  const bytes = new TextEncoder().encode(text)
  const instant = parseInstant(bytes, 0, bytes.length)
  return Number.isNaN(instant) ? null : instant
}

function among(node: Extract<Syntax, {kind: 'in'}>, columns: Columns): TruthNode | ExpressionError {
  const texts = node.among.filter(value => typeof value === 'string')
  if (texts.length > 0) {
    return node.of.kind === 'column'
      ? {gives: 'truth', kind: 'among-texts', name: node.of.name, among: new Set(texts)}
      : errorAt(node.of.at, 'expected a column before a list of texts')
  }
  const of = number(node.of, columns)
  const numbers = node.among.filter(value => typeof value === 'number')
  return isError(of) ? of : {gives: 'truth', kind: 'among-numbers', of, among: new Set(numbers)}
}

function missing(node: Extract<Syntax, {kind: 'missing'}>, columns: Columns): TruthNode | ExpressionError {
  if (node.of.kind === 'column') return {gives: 'truth', kind: 'column-missing', name: node.of.name}
  if (givesTruth(node.of)) return errorAt(node.of.at, 'expected a column or a number before "is", got a condition')
  const of = number(node.of, columns)
  return isError(of) ? of : {gives: 'truth', kind: 'number-missing', of}
}

function isNumeric(use: ColumnUse | undefined): boolean {
  return use === 'number' || use === 'instant'
}

function isError(node: NumberNode | TruthNode | ExpressionError): node is ExpressionError {
  return node.kind === 'error'
}

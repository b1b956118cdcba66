/**
 * The small language of `slices[].where` and `of`: `age < 25 and sex == 'female'`, `amount * (prediction == 'good') - 5`.
 * It always ends, calls nothing, and gives each row an answer or "unknown": a comparison with a missing value is neither
 * true nor false, as in SQL. Truth in arithmetic is 1 or 0.
 */
import {columnKinds} from './column-kinds.ts'
import {parseSyntax} from './parser.ts'
import type {Arithmetic, Comparison} from './syntax.ts'
import type {ExpressionError} from './tokens.ts'
import {typed} from './typed.ts'

export type {ExpressionError} from './tokens.ts'

/** Checked: no text is multiplied, no number stands where a condition must. */
export interface Expression {
  readonly kind: 'expression'
  readonly text: string
  readonly root: NumberNode | TruthNode
  /** The columns that it names, each with what it must hold, in the order of their first mention. */
  readonly columns: ReadonlyMap<string, ColumnUse>
}

/**
 * `text`: it is only asked whether the value is missing. `any`: it is only compared with another column, which may hold
 * numbers or texts.
 */
export type ColumnUse = 'number' | 'category' | 'instant' | 'text' | 'any'

export type NumberNode =
  | {readonly gives: 'number'; readonly kind: 'constant'; readonly value: number}
  | {readonly gives: 'number'; readonly kind: 'column'; readonly name: string; readonly use: 'number' | 'instant'}
  | {readonly gives: 'number'; readonly kind: 'negative' | 'abs'; readonly of: NumberNode}
  | {
      readonly gives: 'number'
      readonly kind: 'pair'
      readonly sign: Pairing
      readonly left: NumberNode
      readonly right: NumberNode
    }
  | {
      readonly gives: 'number'
      readonly kind: 'if'
      readonly condition: TruthNode
      readonly yes: NumberNode
      readonly no: NumberNode
    }
  /** 1 where it is true, 0 where it is not. */
  | {readonly gives: 'number'; readonly kind: 'indicator'; readonly of: TruthNode}

export type Pairing = Arithmetic | 'min' | 'max'

export type TruthNode =
  | {
      readonly gives: 'truth'
      readonly kind: 'comparison'
      readonly sign: Comparison
      readonly left: NumberNode
      readonly right: NumberNode
    }
  | {
      readonly gives: 'truth'
      readonly kind: 'among-numbers'
      readonly of: NumberNode
      readonly among: ReadonlySet<number>
    }
  | {readonly gives: 'truth'; readonly kind: 'among-texts'; readonly name: string; readonly among: ReadonlySet<string>}
  | {readonly gives: 'truth'; readonly kind: 'same'; readonly left: string; readonly right: string}
  | {readonly gives: 'truth'; readonly kind: 'column-missing'; readonly name: string}
  | {readonly gives: 'truth'; readonly kind: 'number-missing'; readonly of: NumberNode}
  | {readonly gives: 'truth'; readonly kind: 'not'; readonly of: TruthNode}
  | {readonly gives: 'truth'; readonly kind: 'and' | 'or'; readonly left: TruthNode; readonly right: TruthNode}

export function parseExpression(text: string): Expression | ExpressionError {
  const syntax = parseSyntax(text)
  if (syntax.kind === 'error') return syntax
  const columns = columnKinds(syntax)
  if ('kind' in columns) return columns
  const root = typed(syntax, columns)
  return 'gives' in root ? {kind: 'expression', text, root, columns} : root
}

/** The text of an expression as far as a sentence can hold it. */
export function quoted(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 59)}…"` : `"${text}"`
}

/** What to ask a reader for, so that the expression finds each column in the form that it needs. */
export function kindsOf(
  expression: Expression,
): readonly {readonly name: string; readonly kind: Exclude<ColumnUse, 'any'>}[] {
  return Array.from(expression.columns, ([name, use]) => ({name, kind: use === 'any' ? 'category' : use}))
}

/** The node and all that stand below it. */
export function* nodesOf(node: NumberNode | TruthNode): Generator<NumberNode | TruthNode> {
  yield node
  switch (node.kind) {
    case 'constant':
    case 'column':
    case 'among-texts':
    case 'same':
    case 'column-missing':
      return
    case 'negative':
    case 'abs':
    case 'indicator':
    case 'among-numbers':
    case 'number-missing':
    case 'not':
      yield* nodesOf(node.of)
      return
    case 'pair':
    case 'comparison':
    case 'and':
    case 'or':
      yield* nodesOf(node.left)
      yield* nodesOf(node.right)
      return
    case 'if':
      yield* nodesOf(node.condition)
      yield* nodesOf(node.yes)
      yield* nodesOf(node.no)
  }
}

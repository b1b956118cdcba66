/** The form of an expression, before anybody asked whether texts are multiplied. */

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/'

export type Syntax =
  | {readonly kind: 'number'; readonly at: number; readonly value: number}
  | {readonly kind: 'text'; readonly at: number; readonly value: string}
  | {readonly kind: 'column'; readonly at: number; readonly name: string}
  | {readonly kind: 'negative'; readonly at: number; readonly of: Syntax}
  | {
      readonly kind: 'arithmetic'
      readonly at: number
      readonly sign: Arithmetic
      readonly left: Syntax
      readonly right: Syntax
    }
  | {
      readonly kind: 'comparison'
      readonly at: number
      readonly sign: Comparison
      readonly left: Syntax
      readonly right: Syntax
    }
  | {readonly kind: 'in'; readonly at: number; readonly of: Syntax; readonly among: readonly (number | string)[]}
  | {readonly kind: 'missing'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'not'; readonly at: number; readonly of: Syntax}
  | {readonly kind: 'and' | 'or'; readonly at: number; readonly left: Syntax; readonly right: Syntax}
  | {readonly kind: 'call'; readonly at: number; readonly name: FunctionName; readonly of: readonly Syntax[]}

/** Functions, with how many arguments they take. */
export const functions = {
  abs: [1, 1],
  min: [2, 100],
  max: [2, 100],
  if: [3, 3],
} as const
export type FunctionName = keyof typeof functions

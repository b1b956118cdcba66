/** Each part of an expression as a step that fills one block of rows. */
import type {Bindings} from './bindings.ts'
import type {NumberNode, TruthNode} from './expression.ts'
import {compileLookup} from './lookups.ts'
import {comparisons, logic, pairings, turns} from './loops.ts'

/** Small enough that the blocks of a long expression stay in the cache. */
export const blockRows = 1024

export interface Step<Block> {
  /** Filled by `fill`, and overwritten by the next one. NaN and `unknown` stand where a value is missing. */
  readonly out: Block
  readonly fill: (from: number, count: number) => void
}

export function compileNumber(node: NumberNode, bound: Bindings): Step<Float64Array> {
  const out = new Float64Array(blockRows)
  switch (node.kind) {
    case 'constant':
      return {out: out.fill(node.value), fill: () => {}}
    case 'column': {
      const values = bound.numbers.get(node.name) ?? new Float64Array()
      return {out, fill: (from, count) => out.set(values.subarray(from, from + count))}
    }
    case 'negative':
    case 'abs':
      return after(compileNumber(node.of, bound), out, turns[node.kind])
    case 'pair':
      return joined(compileNumber(node.left, bound), compileNumber(node.right, bound), out, pairings[node.sign])
    case 'if':
      return compileIf(node, bound)
    case 'indicator':
      return after(compileTruth(node.of, bound), out, turns.indicator)
  }
}

/** The branch that is not taken may be missing: if(amount is missing, 0, amount). */
function compileIf(node: Extract<NumberNode, {kind: 'if'}>, bound: Bindings): Step<Float64Array> {
  const out = new Float64Array(blockRows)
  const condition = compileTruth(node.condition, bound)
  const yes = compileNumber(node.yes, bound)
  const no = compileNumber(node.no, bound)
  return {
    out,
    fill: (from, count) => {
      condition.fill(from, count)
      yes.fill(from, count)
      no.fill(from, count)
      for (let at = 0; at < count; at++) {
        const truth = condition.out[at]
        out[at] = (truth === 1 ? yes.out[at] : truth === 0 ? no.out[at] : Number.NaN) ?? Number.NaN
      }
    },
  }
}

export function compileTruth(node: TruthNode, bound: Bindings): Step<Uint8Array> {
  const out = new Uint8Array(blockRows)
  switch (node.kind) {
    case 'comparison':
      return joined(compileNumber(node.left, bound), compileNumber(node.right, bound), out, comparisons[node.sign])
    case 'among-numbers':
      return after(compileNumber(node.of, bound), out, turns.among(node.among))
    case 'among-texts':
    case 'same':
    case 'column-missing':
      return {out, fill: compileLookup(node, bound, out)}
    case 'number-missing':
      return after(compileNumber(node.of, bound), out, turns.missing)
    case 'not':
      return after(compileTruth(node.of, bound), out, turns.not)
    case 'and':
    case 'or':
      return joined(compileTruth(node.left, bound), compileTruth(node.right, bound), out, logic[node.kind])
  }
}

function after<From, To>(of: Step<From>, out: To, turn: (of: From, out: To, count: number) => void): Step<To> {
  return {
    out,
    fill: (from, count) => {
      of.fill(from, count)
      turn(of.out, out, count)
    },
  }
}

function joined<From, To>(
  left: Step<From>,
  right: Step<From>,
  out: To,
  join: (left: From, right: From, out: To, count: number) => void,
): Step<To> {
  return {
    out,
    fill: (from, count) => {
      left.fill(from, count)
      right.fill(from, count)
      join(left.out, right.out, out, count)
    },
  }
}

/** Each part of an expression as a step that fills one block of rows. */

import type {Bindings} from './bindings.ts'
import type {NumberNode, Pairing, TruthNode} from './expression.ts'
import type {Comparison} from './syntax.ts'

/** Small enough that the blocks of a long expression stay in the cache. */
export const blockRows = 1024

/** A truth is 0, 1 or this: neither (Kleene's strong three-valued logic). */
export const unknown = 2

interface Step<Block> {
  /** Filled by `fill`; overwritten by the next one. NaN and `unknown` stand where a value is missing. */
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
    case 'abs': {
      const of = compileNumber(node.of, bound)
      const turn = node.kind === 'negative' ? negate : absolute
      return {
        out,
        fill: (from, count) => {
          of.fill(from, count)
          turn(of.out, out, count)
        },
      }
    }
    case 'pair': {
      const left = compileNumber(node.left, bound)
      const right = compileNumber(node.right, bound)
      const combine = pairings[node.sign]
      return {
        out,
        fill: (from, count) => {
          left.fill(from, count)
          right.fill(from, count)
          combine(left.out, right.out, out, count)
        },
      }
    }
    case 'if':
      return compileIf(node, bound)
    case 'indicator': {
      const of = compileTruth(node.of, bound)
      return {
        out,
        fill: (from, count) => {
          of.fill(from, count)
          for (let at = 0; at < count; at++) out[at] = of.out[at] === unknown ? Number.NaN : (of.out[at] ?? 0)
        },
      }
    }
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
        out[at] = truth === unknown ? Number.NaN : ((truth === 1 ? yes.out[at] : no.out[at]) ?? 0)
      }
    },
  }
}

export function compileTruth(node: TruthNode, bound: Bindings): Step<Uint8Array> {
  const out = new Uint8Array(blockRows)
  switch (node.kind) {
    case 'comparison': {
      const left = compileNumber(node.left, bound)
      const right = compileNumber(node.right, bound)
      const compare = comparisons[node.sign]
      return {
        out,
        fill: (from, count) => {
          left.fill(from, count)
          right.fill(from, count)
          compare(left.out, right.out, out, count)
        },
      }
    }
    case 'among-numbers': {
      const of = compileNumber(node.of, bound)
      return {
        out,
        fill: (from, count) => {
          of.fill(from, count)
          for (let at = 0; at < count; at++) {
            const value = of.out[at] ?? 0
            out[at] = Number.isNaN(value) ? unknown : node.among.has(value) ? 1 : 0
          }
        },
      }
    }
    case 'among-texts':
    case 'same-text':
    case 'column-missing':
      return compileLookup(node, bound)
    case 'number-missing': {
      const of = compileNumber(node.of, bound)
      return {
        out,
        fill: (from, count) => {
          of.fill(from, count)
          for (let at = 0; at < count; at++) out[at] = Number.isNaN(of.out[at]) ? 1 : 0
        },
      }
    }
    case 'not': {
      const of = compileTruth(node.of, bound)
      return {
        out,
        fill: (from, count) => {
          of.fill(from, count)
          for (let at = 0; at < count; at++) out[at] = of.out[at] === unknown ? unknown : 1 - (of.out[at] ?? 0)
        },
      }
    }
    case 'and':
    case 'or': {
      const left = compileTruth(node.left, bound)
      const right = compileTruth(node.right, bound)
      const join = node.kind === 'and' ? both : either
      return {
        out,
        fill: (from, count) => {
          left.fill(from, count)
          right.fill(from, count)
          join(left.out, right.out, out, count)
        },
      }
    }
  }
}

/** What is asked of texts is asked once for each name, not for each row. */
function compileLookup(
  node: Extract<TruthNode, {kind: 'among-texts' | 'same-text' | 'column-missing'}>,
  bound: Bindings,
): Step<Uint8Array> {
  const out = new Uint8Array(blockRows)
  if (node.kind === 'column-missing') return compileMissing(node.name, bound)
  const {codes, names} = textColumn(node.kind === 'same-text' ? node.left : node.name, bound)
  if (node.kind === 'among-texts') {
    const answers = Uint8Array.from(names, name => (name === '' ? unknown : node.among.has(name) ? 1 : 0))
    return {
      out,
      fill: (from, count) => {
        for (let at = 0; at < count; at++) out[at] = answers[codes[from + at] ?? 0] ?? unknown
      },
    }
  }
  const other = textColumn(node.right, bound)
  const codeOf = new Map(other.names.map((name, code) => [name, code]))
  const translated = Int32Array.from(names, name => (name === '' ? missingCode : (codeOf.get(name) ?? strangeCode)))
  const otherMissing = codeOf.get('') ?? missingCode
  return {
    out,
    fill: (from, count) => {
      for (let at = 0; at < count; at++) {
        const left = translated[codes[from + at] ?? 0]
        const right = other.codes[from + at]
        out[at] = left === missingCode || right === otherMissing ? unknown : left === right ? 1 : 0
      }
    },
  }
}

const missingCode = -1
/** A name that the other column does not have. */
const strangeCode = -2

function compileMissing(name: string, bound: Bindings): Step<Uint8Array> {
  const out = new Uint8Array(blockRows)
  const numbers = bound.numbers.get(name)
  if (numbers) {
    return {
      out,
      fill: (from, count) => {
        for (let at = 0; at < count; at++) out[at] = Number.isNaN(numbers[from + at]) ? 1 : 0
      },
    }
  }
  const missing = bound.missing.get(name)
  if (missing) return {out, fill: (from, count) => out.set(missing.subarray(from, from + count))}
  const {codes, names} = textColumn(name, bound)
  const answers = Uint8Array.from(names, each => (each === '' ? 1 : 0))
  return {
    out,
    fill: (from, count) => {
      for (let at = 0; at < count; at++) out[at] = answers[codes[from + at] ?? 0] ?? 0
    },
  }
}

function textColumn(name: string, {texts}: Bindings): {codes: Int32Array; names: readonly string[]} {
  return texts.get(name) ?? {codes: new Int32Array(), names: []}
}

type Unary = (of: Float64Array, out: Float64Array, count: number) => void
type Binary<Out> = (left: Float64Array, right: Float64Array, out: Out, count: number) => void

const negate: Unary = (of, out, count) => {
  for (let at = 0; at < count; at++) out[at] = -(of[at] ?? 0)
}

const absolute: Unary = (of, out, count) => {
  for (let at = 0; at < count; at++) out[at] = Math.abs(of[at] ?? 0)
}

/** One function for each sign, so that each loop is compiled for one operation. Infinite results are missing. */
const pairings: Readonly<Record<Pairing, Binary<Float64Array>>> = {
  '+': (left, right, out, count) => {
    for (let at = 0; at < count; at++) out[at] = finite((left[at] ?? 0) + (right[at] ?? 0))
  },
  '-': (left, right, out, count) => {
    for (let at = 0; at < count; at++) out[at] = finite((left[at] ?? 0) - (right[at] ?? 0))
  },
  '*': (left, right, out, count) => {
    for (let at = 0; at < count; at++) out[at] = finite((left[at] ?? 0) * (right[at] ?? 0))
  },
  '/': (left, right, out, count) => {
    for (let at = 0; at < count; at++) out[at] = finite((left[at] ?? 0) / (right[at] ?? 0))
  },
  min: (left, right, out, count) => {
    for (let at = 0; at < count; at++) out[at] = Math.min(left[at] ?? 0, right[at] ?? 0)
  },
  max: (left, right, out, count) => {
    for (let at = 0; at < count; at++) out[at] = Math.max(left[at] ?? 0, right[at] ?? 0)
  },
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}

const comparisons: Readonly<Record<Comparison, Binary<Uint8Array>>> = {
  '<': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = Number.isNaN(a) || Number.isNaN(b) ? unknown : a < b ? 1 : 0
    }
  },
  '<=': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = Number.isNaN(a) || Number.isNaN(b) ? unknown : a <= b ? 1 : 0
    }
  },
  '>': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = Number.isNaN(a) || Number.isNaN(b) ? unknown : a > b ? 1 : 0
    }
  },
  '>=': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = Number.isNaN(a) || Number.isNaN(b) ? unknown : a >= b ? 1 : 0
    }
  },
  '==': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = Number.isNaN(a) || Number.isNaN(b) ? unknown : a === b ? 1 : 0
    }
  },
  '!=': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = Number.isNaN(a) || Number.isNaN(b) ? unknown : a !== b ? 1 : 0
    }
  },
}

function both(left: Uint8Array, right: Uint8Array, out: Uint8Array, count: number): void {
  for (let at = 0; at < count; at++) {
    const a = left[at]
    const b = right[at]
    out[at] = a === 0 || b === 0 ? 0 : a === unknown || b === unknown ? unknown : 1
  }
}

function either(left: Uint8Array, right: Uint8Array, out: Uint8Array, count: number): void {
  for (let at = 0; at < count; at++) {
    const a = left[at]
    const b = right[at]
    out[at] = a === 1 || b === 1 ? 1 : a === unknown || b === unknown ? unknown : 0
  }
}

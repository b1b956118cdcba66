/** The loops of an expression. Each sign has its own, so that each is compiled for one operation. */
import type {Pairing} from './expression.ts'
import type {Comparison} from './syntax.ts'

/** A truth is 0, 1 or this: neither (Kleene's strong three-valued logic). */
export const unknown = 2

type Turn<From, To> = (of: From, out: To, count: number) => void
type Join<From, To> = (left: From, right: From, out: To, count: number) => void

export const turns = {
  negative: (of: Float64Array, out: Float64Array, count: number) => {
    for (let at = 0; at < count; at++) out[at] = -(of[at] ?? 0)
  },
  abs: (of: Float64Array, out: Float64Array, count: number) => {
    for (let at = 0; at < count; at++) out[at] = Math.abs(of[at] ?? 0)
  },
  /** A truth as a number. */
  indicator: (of: Uint8Array, out: Float64Array, count: number) => {
    for (let at = 0; at < count; at++) out[at] = of[at] === unknown ? Number.NaN : (of[at] ?? 0)
  },
  not: (of: Uint8Array, out: Uint8Array, count: number) => {
    for (let at = 0; at < count; at++) out[at] = of[at] === unknown ? unknown : 1 - (of[at] ?? 0)
  },
  missing: (of: Float64Array, out: Uint8Array, count: number) => {
    for (let at = 0; at < count; at++) out[at] = Number.isNaN(of[at]) ? 1 : 0
  },
  among:
    (numbers: ReadonlySet<number>): Turn<Float64Array, Uint8Array> =>
    (of, out, count) => {
      for (let at = 0; at < count; at++) {
        const value = of[at] ?? 0
        out[at] = Number.isNaN(value) ? unknown : numbers.has(value) ? 1 : 0
      }
    },
}

/** A result that is not finite is missing: a division by zero, a product beyond a double. */
export const pairings: Readonly<Record<Pairing, Join<Float64Array, Float64Array>>> = {
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

export const comparisons: Readonly<Record<Comparison, Join<Float64Array, Uint8Array>>> = {
  '<': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = a < b ? 1 : a >= b ? 0 : unknown
    }
  },
  '<=': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = a <= b ? 1 : a > b ? 0 : unknown
    }
  },
  '>': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = a > b ? 1 : a <= b ? 0 : unknown
    }
  },
  '>=': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = a >= b ? 1 : a < b ? 0 : unknown
    }
  },
  '==': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = a === b ? 1 : a < b || a > b ? 0 : unknown
    }
  },
  '!=': (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at] ?? 0
      const b = right[at] ?? 0
      out[at] = a === b ? 0 : a < b || a > b ? 1 : unknown
    }
  },
}

export const logic: Readonly<Record<'and' | 'or', Join<Uint8Array, Uint8Array>>> = {
  and: (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at]
      const b = right[at]
      out[at] = a === 0 || b === 0 ? 0 : a === unknown || b === unknown ? unknown : 1
    }
  },
  or: (left, right, out, count) => {
    for (let at = 0; at < count; at++) {
      const a = left[at]
      const b = right[at]
      out[at] = a === 1 || b === 1 ? 1 : a === unknown || b === unknown ? unknown : 0
    }
  },
}

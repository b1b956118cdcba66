/** Moments while they are added up: plain numbers in one array, so that a loop over rows makes no object. */
import type {Moments} from './moments.ts'

/** Numbers of one {@link Moments} in a flat array. */
export const width = 11
export const nothing: Moments = {n: 0, units: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0, aaa: 0, aab: 0, abb: 0, bbb: 0}

export function addUnit(sums: Float64Array, at: number, a: number, b: number, rows: number): void {
  put(sums, at, a, b, rows, 1)
}

export function subtractUnit(sums: Float64Array, at: number, a: number, b: number, rows: number): void {
  put(sums, at, a, b, rows, -1)
}

function put(sums: Float64Array, at: number, a: number, b: number, rows: number, sign: 1 | -1): void {
  const signedA = sign * a
  const signedB = sign * b
  add(sums, at, sign * rows)
  add(sums, at + 1, sign)
  add(sums, at + 2, signedA)
  add(sums, at + 3, signedB)
  add(sums, at + 4, signedA * a)
  add(sums, at + 5, signedA * b)
  add(sums, at + 6, signedB * b)
  add(sums, at + 7, signedA * a * a)
  add(sums, at + 8, signedA * a * b)
  add(sums, at + 9, signedA * b * b)
  add(sums, at + 10, signedB * b * b)
}

export function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value
}

export function momentsAt(sums: Float64Array, group: number): Moments {
  const at = (offset: number) => sums[group * width + offset] ?? 0
  return {
    n: at(0),
    units: at(1),
    a: at(2),
    b: at(3),
    aa: at(4),
    ab: at(5),
    bb: at(6),
    aaa: at(7),
    aab: at(8),
    abb: at(9),
    bbb: at(10),
  }
}

export function combine(one: Moments, other: Moments, sign: 1 | -1): Moments {
  return {
    n: one.n + sign * other.n,
    units: one.units + sign * other.units,
    a: one.a + sign * other.a,
    b: one.b + sign * other.b,
    aa: one.aa + sign * other.aa,
    ab: one.ab + sign * other.ab,
    bb: one.bb + sign * other.bb,
    aaa: one.aaa + sign * other.aaa,
    aab: one.aab + sign * other.aab,
    abb: one.abb + sign * other.abb,
    bbb: one.bbb + sign * other.bbb,
  }
}

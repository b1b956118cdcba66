/** What is asked of texts is answered once for each name, and looked up for each row. */
import type {Bindings} from './bindings.ts'
import type {TruthNode} from './expression.ts'
import {comparisons, unknown} from './loops.ts'

type Lookup = Extract<TruthNode, {kind: 'among-texts' | 'same' | 'column-missing'}>

/** @returns fills `out` with the truths of a block of rows */
export function compileLookup(node: Lookup, bound: Bindings, out: Uint8Array): (from: number, count: number) => void {
  switch (node.kind) {
    case 'among-texts':
      return answerNames(node.name, bound, out, name => (name === '' ? unknown : node.among.has(name) ? 1 : 0))
    case 'same':
      return bound.numbers.has(node.left) ? sameNumbers(node, bound, out) : sameTexts(node, bound, out)
    case 'column-missing':
      return isMissing(node.name, bound, out)
  }
}

function answerNames(name: string, bound: Bindings, out: Uint8Array, answer: (name: string) => number) {
  const {codes, names} = textsOf(name, bound)
  const answers = Uint8Array.from(names, answer)
  return (from: number, count: number) => {
    for (let at = 0; at < count; at++) out[at] = answers[codes[from + at] ?? 0] ?? unknown
  }
}

function sameNumbers({left, right}: Extract<Lookup, {kind: 'same'}>, {numbers}: Bindings, out: Uint8Array) {
  const one = numbers.get(left) ?? new Float64Array()
  const other = numbers.get(right) ?? new Float64Array()
  return (from: number, count: number) =>
    comparisons['=='](one.subarray(from, from + count), other.subarray(from, from + count), out, count)
}

const missingCode = -1
/** A name that the other column does not have. */
const strangeCode = -2

function sameTexts({left, right}: Extract<Lookup, {kind: 'same'}>, bound: Bindings, out: Uint8Array) {
  const {codes, names} = textsOf(left, bound)
  const other = textsOf(right, bound)
  const codeOf = new Map(other.names.map((name, code) => [name, code]))
  const translated = Int32Array.from(names, name => (name === '' ? missingCode : (codeOf.get(name) ?? strangeCode)))
  const otherMissing = codeOf.get('') ?? missingCode
  return (from: number, count: number) => {
    for (let at = 0; at < count; at++) {
      const ours = translated[codes[from + at] ?? 0]
      const theirs = other.codes[from + at]
      out[at] = ours === missingCode || theirs === otherMissing ? unknown : ours === theirs ? 1 : 0
    }
  }
}

function isMissing(name: string, bound: Bindings, out: Uint8Array) {
  const numbers = bound.numbers.get(name)
  if (numbers) {
    return (from: number, count: number) => {
      for (let at = 0; at < count; at++) out[at] = Number.isNaN(numbers[from + at]) ? 1 : 0
    }
  }
  const missing = bound.missing.get(name)
  if (missing) return (from: number, count: number) => out.set(missing.subarray(from, from + count))
  return answerNames(name, bound, out, each => (each === '' ? 1 : 0))
}

function textsOf(name: string, {texts}: Bindings): {codes: Int32Array; names: readonly string[]} {
  return texts.get(name) ?? {codes: new Int32Array(), names: []}
}

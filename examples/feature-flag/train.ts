/**
 * Trains both versions on made-up visitors of a shop, reproducibly: `node train.ts` writes `models/` and `eval/`.
 * v1 knows how often somebody came and what is in the basket; v2 knows also how long ago the last order was.
 */
import {mkdirSync, writeFileSync} from 'node:fs'

interface Example {
  readonly row: readonly number[]
  readonly taken: number
}

const random = createRandom(20_260_101)
const training = Array.from({length: 4000}, createExample)
const evaluation = Array.from({length: 400}, createExample)

for (const [version, known] of [
  ['v1', [true, true, false]],
  ['v2', [true, true, true]],
] as const) {
  const {weight, bias} = train(training, known)
  mkdirSync(`models/${version}`, {recursive: true})
  writeFileSync(`models/${version}/model.safetensors`, safetensors({weight, bias: [bias]}))
  const lines = evaluation.map(({row, taken}, index) => {
    const score = predict(row, weight, bias)
    return `e${String(index + 1).padStart(3, '0')},${taken},${score >= 0.5 ? 1 : 0},${score.toFixed(6)}`
  })
  mkdirSync('eval', {recursive: true})
  writeFileSync(`eval/${version}.csv`, `id,label,prediction,score\n${lines.join('\n')}\n`)
}

/** Features are standardized: 0 is the usual visitor. */
function createExample(): Example {
  const row = [normal(), normal(), normal()]
  const [visits = 0, basket = 0, days = 0] = row
  return {row, taken: random() < sigmoid(1.4 * visits + 1.1 * basket - 1.2 * days) ? 1 : 0}
}

/** Logistic regression by gradient descent; a feature that is not known keeps the weight 0. */
function train(examples: readonly Example[], known: readonly boolean[]): {weight: number[]; bias: number} {
  let weight = known.map(() => 0)
  let bias = 0
  for (let step = 0; step < 300; step++) {
    const slope = known.map(() => 0)
    let offset = 0
    for (const {row, taken} of examples) {
      const error = predict(row, weight, bias) - taken
      row.forEach((each, index) => {
        slope[index] = (slope[index] ?? 0) + error * each
      })
      offset += error
    }
    weight = weight.map((each, index) => (known[index] ? each - ((slope[index] ?? 0) * 2) / examples.length : 0))
    bias -= (offset * 2) / examples.length
  }
  return {weight, bias}
}

function predict(row: readonly number[], weight: readonly number[], bias: number): number {
  return sigmoid(row.reduce((sum, each, index) => sum + each * (weight[index] ?? 0), bias))
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Box and Muller, A Note on the Generation of Random Normal Deviates (1958). */
function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** mulberry32 (Tommy Ettinger, public domain): uniform in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** https://github.com/huggingface/safetensors#format: length of the header, the header, the numbers. */
function safetensors(tensors: Readonly<Record<string, readonly number[]>>): Buffer {
  let end = 0
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, {length}]) => {
      const begin = end
      end += 8 * length
      return [name, {dtype: 'F64', shape: [length], data_offsets: [begin, end]}]
    }),
  )
  const text = JSON.stringify(header)
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(padded.length))
  const numbers = Object.values(tensors).flat()
  const data = Buffer.alloc(8 * numbers.length)
  for (const [index, each] of numbers.entries()) data.writeDoubleLE(each, index * 8)
  return Buffer.concat([size, padded, data])
}

/**
 * One release of the model: weights from `model.safetensors`, and how a row becomes features from `encoder.json`.
 * The arithmetic is that of `train.py`, so that the service answers what was evaluated.
 */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'

/** The service's contract: what a request carries, whichever of it a release uses. The same for every release. */
export const numberColumns = ['age', 'credit_amount', 'duration'] as const
export const categoryColumns = ['checking_account', 'saving_accounts', 'purpose', 'housing', 'job'] as const

export type Row = Readonly<Record<string, string | number>>

export interface Prediction {
  /** Probability that the loan goes bad, in (0, 1). */
  readonly score: number
  readonly label: string
}

export interface Model {
  predict(row: Row): Prediction
}

interface Encoder {
  readonly positive: string
  readonly threshold: number
  readonly numbers: readonly {readonly name: string; readonly mean: number; readonly scale: number}[]
  readonly categories: readonly {
    readonly name: string
    readonly values: readonly string[]
    /** other: values that are not listed share one more feature. raise: there is no such feature. */
    readonly unseen: 'other' | 'raise'
  }[]
}

/** Reads a release's model folder. Throws when the two files do not belong together: better not to start than to guess. */
export function loadModel(folder: string): Model {
  const encoder = JSON.parse(readFileSync(join(folder, 'encoder.json'), 'utf8')) as Encoder
  const tensors = readSafetensors(readFileSync(join(folder, 'model.safetensors')))
  const weight = tensors.get('weight')
  const bias = tensors.get('bias')?.[0]
  const width = encoder.categories.reduce(
    (sum, {values, unseen}) => sum + values.length + (unseen === 'other' ? 1 : 0),
    encoder.numbers.length,
  )
  if (!weight || bias === undefined) throw new Error(`${folder}: model.safetensors lacks "weight" or "bias"`)
  if (weight.length !== width) throw new Error(`${folder}: ${weight.length} weights for ${width} encoded features`)
  return {
    predict: row => {
      const features = encode(row, encoder)
      const z = features.reduce((sum, feature, index) => sum + feature * (weight[index] ?? Number.NaN), bias)
      const score = 1 / (1 + Math.exp(-z))
      return {score, label: score >= encoder.threshold ? encoder.positive : 'good'}
    },
  }
}

function encode(row: Row, encoder: Encoder): number[] {
  const features = encoder.numbers.map(({name, mean, scale}) => (Math.log(Number(row[name])) - mean) / scale)
  for (const {name, values, unseen} of encoder.categories) {
    const at = values.indexOf(String(row[name]))
    if (at < 0 && unseen === 'raise') throw new RangeError(`unseen value "${row[name]}" in column "${name}"`)
    features.push(...values.map((_, index) => (index === at ? 1 : 0)))
    if (unseen === 'other') features.push(at < 0 ? 1 : 0)
  }
  return features
}

/** Float32 tensors by name. Layout: length of the header (u64, little endian), header as JSON, data. */
function readSafetensors(file: Buffer): Map<string, Float32Array> {
  const start = 8 + Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<
    string,
    {dtype: string; data_offsets: [number, number]}
  >
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          data_offsets: [from, to],
        },
      ]) => {
        if (dtype !== 'F32' || start + to > file.length) throw new Error(`tensor "${name}" is not F32, or is cut off`)
        return [
          name,
          Float32Array.from({length: (to - from) / 4}, (_, index) => file.readFloatLE(start + from + 4 * index)),
        ]
      },
    ),
  )
}

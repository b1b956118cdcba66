/** One version of the model: a logistic regression, its weights read from `model.safetensors`. */
import {readFileSync} from 'node:fs'

export const features = ['visits', 'basket', 'days_since_order'] as const

export interface Model {
  /** Chance that the offer is taken, in (0, 1). */
  predict(row: readonly number[]): number
}

export function loadModel(file: string): Model {
  const bytes = readFileSync(file)
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<string, {data_offsets: [number, number]}>
  const numbers = (name: string): number[] => {
    const [begin, end] = header[name]?.data_offsets ?? [0, 0]
    const data = bytes.subarray(headerEnd + begin, headerEnd + end)
    return Array.from({length: data.length / 8}, (_, index) => data.readDoubleLE(index * 8))
  }
  const weight = numbers('weight')
  const [bias] = numbers('bias')
  if (weight.length !== features.length || bias === undefined)
    throw new Error(`${file} holds no model of ${features.length} features`)
  return {
    predict: row => 1 / (1 + Math.exp(-row.reduce((sum, each, index) => sum + each * (weight[index] ?? 0), bias))),
  }
}

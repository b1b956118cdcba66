/** What a case of wrong model files writes: files below `subject/`, and what the config says of them. */
import {safetensorsFile} from '../../model/safetensors-file.ts'
import type {Given} from './case.ts'

type Json = Readonly<Record<string, unknown>>

export interface Inspection {
  /** Below `subject/`, beside `model.safetensors`, in which nothing is wrong unless it is named here too. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Beside `subject/`. */
  readonly beside?: Readonly<Record<string, string | Uint8Array>>
  /** The config's `model`; `@/` is the folder. Without it there is no config. */
  readonly model?: Json
  readonly argv?: readonly string[]
}

/** `slipway inspect` of exactly this. */
export function inspected({files = {}, beside = {}, model, argv = []}: Inspection): Given {
  return world => {
    for (const [name, content] of Object.entries({'model.safetensors': goodWeights, ...files})) {
      world.write(`subject/${name}`, content)
    }
    for (const [name, content] of Object.entries(beside)) world.write(name, content)
    const here = (text: string) => text.replaceAll('@/', `${world.folder}/`)
    const words = argv.map(here)
    if (model === undefined) return ['inspect', world.file('subject'), ...withoutConfig, ...words]
    const config = {
      version: 1,
      service: 'zoo',
      model: {files: '@/subject', ...model},
      validation: {metrics: '@/m.json', gates: [{reported: 'accuracy', 'at-least': 0}]},
      records: {kind: 'directory', path: '@/records'},
    }
    world.write('slipway.yml', here(JSON.stringify(config)))
    return ['inspect', ...words]
  }
}

/** What is typed where there is no config: the world gives one otherwise. */
export const withoutConfig = ['--config', ''] as const

/** Two numbers that are neither zero nor anything else that somebody might object to. */
export const goodWeights = weightsOf([1, 2])

/** One tensor `a` of 32-bit numbers in one row. */
export function weightsOf(numbers: readonly number[]): Uint8Array {
  const bytes = numbers.length * 4
  const file = safetensorsFile({a: {dtype: 'F32', shape: [1, numbers.length], data_offsets: [0, bytes]}}, bytes)
  const view = new DataView(file.buffer, file.length - bytes)
  for (const [index, number] of numbers.entries()) view.setFloat32(index * 4, number, true)
  return file
}

/** A pickle of protocol 2 that makes an object of a class, without its constructor. */
export function pickleOf(module: string, name: string): Uint8Array {
  return Buffer.from(`\x80\x02c${module}\n${name}\n)\x81.`, 'latin1')
}

/** A pickle of protocol 2 that calls a name with one text. */
export function pickleCalling(module: string, name: string, text: string): Uint8Array {
  return Buffer.from(`\x80\x02c${module}\n${name}\nX${String.fromCharCode(text.length)}\0\0\0${text}\x85R.`, 'latin1')
}

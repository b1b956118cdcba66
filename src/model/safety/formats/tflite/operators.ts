import type {Rule} from '../../observation.ts'
import {outsideOps} from '../tensorflow/ops.ts'
import {rules} from './rules.ts'

/** `BuiltinOperator` of the schema: what is not built in. */
export const customOperator = 32
export const delegateOperator = 51

/** Custom operators that come with TensorFlow Lite itself (`register.cc` and `custom_ops_register.h` of its kernels). */
const shipped = new Set([
  'TFLite_Detection_PostProcess',
  'AudioSpectrogram',
  'Mfcc',
  'NumericVerify',
  'Multinomial',
  'RandomStandardNormal',
  'RandomUniform',
  'Roll',
  'Sign',
  'Irfft2d',
  'AtrousConv2D',
])

/** Programs for accelerators: Edge TPU, NPUs by way of LiteRT, Arm Ethos-U by way of Vela. */
const compiled = new Set(['edgetpu-custom-op', 'DISPATCH_OP', 'ethos-u'])

export interface OperatorSight {
  readonly rule: Rule
  /** Goes on from `It ` and the operator. */
  readonly says: string
}

/**
 * What a custom operator brings, by its name. `Flex…` are operators of TensorFlow; those that run Python or touch files
 * are known from there.
 */
export function sightOfCustom(name: string): OperatorSight | null {
  if (compiled.has(name)) return {rule: rules.compiled, says: 'holds a program for an accelerator'}
  if (shipped.has(name)) return null
  if (!name.startsWith('Flex')) return {rule: rules.custom, says: 'is not part of TensorFlow Lite'}
  const outside = outsideOps.get(name.slice(4))
  if (outside?.when === 'always') return {rule: outside.rule, says: `${outside.does} that it is given`}
  return {rule: rules.flex, says: 'is an operator of TensorFlow'}
}

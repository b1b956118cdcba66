import type {Sample} from '../../format.ts'
import {glance} from '../protobuf.ts'
import {isKnown, tensorFields} from './fields.ts'

/**
 * Whether a `.pb` reads as one TensorProto of ONNX. protobuf has no mark, and its messages are short: it takes the
 * ending, a type, and no field that a tensor does not have.
 */
export function looksLikeTensorFile({name, head}: Sample): boolean {
  if (!name.endsWith('.pb')) return false
  const fields = glance(head)
  if (fields === null || !fields.every(field => isKnown(tensorFields, field))) return false
  return fields.some(({number, high, low}) => number === 2 && high === 0 && low > 0 && low < 100)
}

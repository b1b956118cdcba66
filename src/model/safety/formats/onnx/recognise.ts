import type {Sample} from '../../format.ts'
import {type Field, glance} from '../protobuf.ts'
import {signsOf} from '../signs.ts'
import {isKnown, modelFields, tensorFields} from './fields.ts'

/** Later than any: a number beyond it belongs to another format. */
const latestVersion = 1000

/**
 * Whether the head reads as an ONNX ModelProto. protobuf has no mark of its own: it takes a graph that looks like one,
 * whatever stands around it, or a version with nothing but fields of ONNX behind it. Fields may stand in any order:
 * loaders do not care.
 */
export function looksLikeOnnx({head}: Sample): boolean {
  const fields = glance(head)
  if (fields === null) return false
  if (fields.some(field => holdsGraph(head, field))) return true
  if (!fields.every(field => isKnown(modelFields, field))) return false
  const version = fields.find(({number}) => number === 1)
  const others = fields.filter(({number}) => number > 3)
  // A SavedModel and a Core ML model start with a version too, and go on with field 2: they have no fields 4 to 8.
  return version !== undefined && version.high === 0 && version.low <= latestVersion && others.length > 0
}

/** Whether a field of the model is a graph, or holds what only graphs hold: a function, the training of a model. */
function holdsGraph(head: Uint8Array, field: Field): boolean {
  switch (field.number) {
    case 7:
      return looksLikeGraph(head, field)
    case 20:
      return parts(head, field).some(part => part.number <= 2 && looksLikeGraph(head, part))
    case 25:
      return parts(head, field).some(part => part.number === 7 && looksLikeNode(head, part))
    default:
      return false
  }
}

/** A node or a tensor is enough: what stands beside it may be of a newer version, or somebody's own. */
function looksLikeGraph(head: Uint8Array, graph: Field): boolean {
  return parts(head, graph).some(part => {
    if (part.number === 1) return looksLikeNode(head, part)
    return part.number === 5 && looksLikeTensor(head, part)
  })
}

/** A node has the name of an operator. */
function looksLikeNode(head: Uint8Array, node: Field): boolean {
  return parts(head, node).some(({number, type, start, end}) => {
    if (number !== 4 || type !== 'bytes') return false
    return /^[A-Za-z_][\w.:-]{0,200}$/.test(signsOf(head.subarray(start, end)))
  })
}

/** A tensor has a type, and a name or data. */
function looksLikeTensor(head: Uint8Array, tensor: Field): boolean {
  const fields = parts(head, tensor)
  const hasType = fields.some(
    ({number, type, high, low}) => number === 2 && type === 'varint' && high === 0 && low < 100,
  )
  return hasType && fields.some(field => field.type === 'bytes' && field.number >= 4 && isKnown(tensorFields, field))
}

/** The fields of a message in the head, whatever they are; none where it is no message. */
function parts(head: Uint8Array, {type, start, end}: Field): readonly Field[] {
  if (type !== 'bytes' || start >= head.length) return []
  const fields = glance(head, start, Math.min(end, head.length))
  return fields?.every(field => field.end <= end) ? fields : []
}

import type {Sample} from '../../format.ts'
import {type Field, glance} from '../protobuf.ts'
import {isKnown, type Known, modelFields, nodeFields, tensorFields} from './fields.ts'

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
    if (part.number !== 5) return false
    return inside(head, part, tensorFields)?.some(({number}) => number === 2) === true
  })
}

/** A node has an operator. */
function looksLikeNode(head: Uint8Array, node: Field): boolean {
  return inside(head, node, nodeFields)?.some(({number}) => number === 4) === true
}

/** The fields of a message in the head, whatever they are; none where it is no message. */
function parts(head: Uint8Array, {type, start, end}: Field): readonly Field[] {
  if (type !== 'bytes' || start >= head.length) return []
  const fields = glance(head, start, Math.min(end, head.length))
  return fields?.every(field => field.end <= end) ? fields : []
}

/** The fields of a message in the head; null where one of them is none of that message, or leaves it. */
function inside(head: Uint8Array, message: Field, known: Known): readonly Field[] | null {
  const fields = parts(head, message)
  return fields.length > 0 && fields.every(field => isKnown(known, field)) ? fields : null
}

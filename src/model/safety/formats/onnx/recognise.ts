import type {Sample} from '../../format.ts'
import {type Field, glance} from '../protobuf.ts'
import {graphFields, isKnown, type Known, modelFields, nodeFields, tensorFields} from './fields.ts'

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
  if (fields.some(field => field.number === 7 && looksLikeGraph(head, field))) return true
  if (!fields.every(field => isKnown(modelFields, field))) return false
  const version = fields.find(({number}) => number === 1)
  const others = fields.filter(({number}) => number > 3)
  // A SavedModel and a Core ML model start with a version too, and go on with field 2: they have no fields 4 to 8.
  return version !== undefined && version.high === 0 && version.low <= latestVersion && others.length > 0
}

function looksLikeGraph(head: Uint8Array, graph: Field): boolean {
  const parts = inside(head, graph, graphFields)
  if (parts === null) return false
  return parts.some(part => {
    if (part.number === 1) return (inside(head, part, nodeFields)?.length ?? 0) > 0
    if (part.number === 5) return (inside(head, part, tensorFields)?.length ?? 0) > 0
    return false
  })
}

/** The fields of a message in the head; null where one of them is none of that message, or leaves it. */
function inside(head: Uint8Array, {type, start, end}: Field, known: Known): readonly Field[] | null {
  if (type !== 'bytes' || start >= head.length) return null
  const fields = glance(head, start, Math.min(end, head.length))
  return fields?.every(field => field.end <= end && isKnown(known, field)) ? fields : null
}

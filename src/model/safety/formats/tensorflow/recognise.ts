import type {Sample} from '../../format.ts'
import {type Field, glance} from '../protobuf.ts'

/**
 * Whether a head reads as a SavedModel: its schema version 1, then a MetaGraphDef. TensorFlow knows it by name alone,
 * and protobuf takes fields in any order, so the name decides too.
 */
export function looksLikeSavedModel({name, head}: Sample): boolean {
  if (name === 'saved_model.pb') return true
  const fields = glance(head)
  if (fields === null || fields.length === 0) return false
  if (!fields.every(({number, type}) => (number === 1 && type === 'varint') || (number === 2 && type === 'bytes'))) {
    return false
  }
  const version = fields.find(({number}) => number === 1)
  return (
    version?.low === 1 && fields.some(field => field.number === 2 && looksLikeMetaGraph(head, field.start, field.end))
  )
}

/** A MetaGraphDef, alone in a file: the `.meta` of a TensorFlow 1 checkpoint. */
export function looksLikeMetaGraphFile({head}: Sample): boolean {
  return looksLikeMetaGraph(head, 0, head.length)
}

/** Whether a head reads as a GraphDef: nodes with a name and an op, beside a library and versions. */
export function looksLikeGraph({head}: Sample): boolean {
  const fields = glance(head)
  if (fields === null) return false
  const isGraph = fields.every(
    ({number, type}) =>
      ((number === 1 || number === 2 || number === 4 || number === 5) && type === 'bytes') ||
      (number === 3 && type === 'varint'),
  )
  return isGraph && fields.some(field => field.number === 1 && looksLikeNode(head, field))
}

/** MetaInfoDef (with an op list, or the version of TensorFlow), GraphDef, SaverDef, maps, assets, objects: 1 to 7. */
function looksLikeMetaGraph(head: Uint8Array, start: number, end: number): boolean {
  const fields = start >= head.length ? null : glance(head, start, Math.min(end, head.length))
  if (fields === null || fields.length === 0) return false
  if (!fields.every(({number, type}) => number <= 7 && type === 'bytes')) return false
  return fields.some(field => {
    if (field.number === 1) return looksLikeInfo(head, field)
    if (field.number !== 2) return false
    return (inside(head, field) ?? []).some(part => part.number === 1 && looksLikeNode(head, part))
  })
}

/** MetaInfoDef: an op list whose ops have names, or a version of TensorFlow. */
function looksLikeInfo(head: Uint8Array, info: Field): boolean {
  const fields = inside(head, info) ?? []
  return fields.some(field => {
    if (field.number === 5) return /^[0-9]{1,3}\.[0-9]/.test(textOf(head, field))
    if (field.number !== 2) return false
    const [op] = inside(head, field) ?? []
    const [name] = op ? (inside(head, op) ?? []) : []
    return name !== undefined && name.number === 1 && opName.test(textOf(head, name))
  })
}

/** NodeDef: name 1 and op 2, as texts. */
function looksLikeNode(head: Uint8Array, node: Field): boolean {
  const fields = inside(head, node) ?? []
  if (!fields.every(({number, type}) => number <= 7 && type === 'bytes')) return false
  const op = fields.find(({number}) => number === 2)
  return fields.some(({number}) => number === 1) && op !== undefined && opName.test(textOf(head, op))
}

/** op_def.proto: CamelCase; internal ones begin with `_`, those of packages hold `>`. */
const opName = /^[A-Z_][A-Za-z0-9_>]{0,200}$/

function inside(head: Uint8Array, {type, start, end}: Field): readonly Field[] | null {
  if (type !== 'bytes' || start >= head.length) return null
  return glance(head, start, Math.min(end, head.length))
}

function textOf(head: Uint8Array, {type, start, end}: Field): string {
  return type === 'bytes' && end - start <= 256 ? new TextDecoder('utf-8').decode(head.subarray(start, end)) : ''
}

import type {SchemaElement, SchemaTree} from 'hyparquet/src/types.js'

/** What the values of a column mean, whatever their physical form. */
export type Leaf =
  | {readonly kind: 'boolean' | 'float' | 'string' | 'date' | 'int96' | 'uuid'}
  | {readonly kind: 'integer'; readonly signed: boolean}
  | {readonly kind: 'decimal'; readonly scale: number}
  | {readonly kind: 'timestamp' | 'time'; readonly digits: 3 | 6 | 9; readonly utc: boolean}
  /** Bytes without a meaning as text. */
  | {readonly kind: 'binary'; readonly name: string}

/** A column of the table: one value in each row, a list of values, or something that has no place in a table. */
export type Shape =
  | {readonly kind: 'flat'; readonly leaf: Leaf; readonly element: SchemaElement; readonly optional: boolean}
  | {
      readonly kind: 'list'
      readonly leaf: Leaf
      readonly element: SchemaElement
      /** Definition level of an empty list; below it the list is absent. */
      readonly emptyLevel: number
      /** Definition level of a value that is there. */
      readonly valueLevel: number
    }
  | {readonly kind: 'nested'; readonly what: string}

/** @param field a child of the root. LogicalTypes.md of the Parquet format: lists of three levels, and the older ones of two. */
export function shapeOf(field: SchemaTree): Shape {
  const {element, children} = field
  const optional = element.repetition_type === 'OPTIONAL'
  if (children.length === 0) {
    const leaf = leafOf(element)
    if (element.repetition_type !== 'REPEATED') return {kind: 'flat', leaf, element, optional}
    return {kind: 'list', leaf, element, emptyLevel: 0, valueLevel: 1}
  }
  const [middle] = children
  const isList = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST'
  if (isList && middle && children.length === 1 && middle.element.repetition_type === 'REPEATED') {
    const emptyLevel = optional ? 1 : 0
    if (middle.children.length === 0) {
      return {
        kind: 'list',
        leaf: leafOf(middle.element),
        element: middle.element,
        emptyLevel,
        valueLevel: emptyLevel + 1,
      }
    }
    const [inner] = middle.children
    if (
      inner &&
      middle.children.length === 1 &&
      inner.children.length === 0 &&
      inner.element.repetition_type !== 'REPEATED'
    ) {
      const valueLevel = emptyLevel + (inner.element.repetition_type === 'OPTIONAL' ? 2 : 1)
      return {kind: 'list', leaf: leafOf(inner.element), element: inner.element, emptyLevel, valueLevel}
    }
    return {kind: 'nested', what: 'a list of lists or of objects'}
  }
  if (element.converted_type === 'MAP' || element.logical_type?.type === 'MAP') return {kind: 'nested', what: 'a map'}
  return {kind: 'nested', what: 'an object (struct)'}
}

function leafOf(element: SchemaElement): Leaf {
  const {type, converted_type: converted, logical_type: logical} = element
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return {kind: 'decimal', scale: element.scale ?? 0}
  if (logical?.type === 'TIMESTAMP' || logical?.type === 'TIME') {
    const digits = logical.unit === 'MILLIS' ? 3 : logical.unit === 'MICROS' ? 6 : 9
    return {kind: logical.type === 'TIME' ? 'time' : 'timestamp', digits, utc: logical.isAdjustedToUTC}
  }
  switch (converted) {
    case 'DATE':
      return {kind: 'date'}
    case 'TIMESTAMP_MILLIS':
      return {kind: 'timestamp', digits: 3, utc: true}
    case 'TIMESTAMP_MICROS':
      return {kind: 'timestamp', digits: 6, utc: true}
    case 'TIME_MILLIS':
      return {kind: 'time', digits: 3, utc: true}
    case 'TIME_MICROS':
      return {kind: 'time', digits: 6, utc: true}
    case 'BSON':
    case 'INTERVAL':
      return {kind: 'binary', name: converted}
  }
  if (type === undefined) return {kind: 'binary', name: 'a group without members'}
  switch (type) {
    case 'BOOLEAN':
      return {kind: 'boolean'}
    case 'INT32':
    case 'INT64': {
      const unsigned = converted?.startsWith('UINT_') || (logical?.type === 'INTEGER' && !logical.isSigned)
      return logical?.type === 'DATE' ? {kind: 'date'} : {kind: 'integer', signed: !unsigned}
    }
    case 'INT96':
      return {kind: 'int96'}
    case 'FLOAT':
    case 'DOUBLE':
      return {kind: 'float'}
    case 'BYTE_ARRAY':
      return logical?.type === 'BSON' || logical?.type === 'GEOMETRY' || logical?.type === 'GEOGRAPHY'
        ? {kind: 'binary', name: logical.type}
        : {kind: 'string'}
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.type === 'UUID') return {kind: 'uuid'}
      return logical?.type === 'FLOAT16' ? {kind: 'float'} : {kind: 'binary', name: 'FIXED_LEN_BYTE_ARRAY'}
  }
}

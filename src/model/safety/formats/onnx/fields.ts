import type {Field} from '../protobuf.ts'

/**
 * Fields of the messages of ONNX, by number: which wire types a reader takes. Source: onnx/onnx-ml.proto, ONNX 1.23.
 * What stands there with another type is an unknown field to protobuf, which skips it.
 */
export type Known = ReadonlyMap<number, 'varint' | 'bytes' | 'fixed32' | 'numbers'>

export const modelFields: Known = new Map([
  [1, 'varint'], // ir_version
  [2, 'bytes'], // producer_name
  [3, 'bytes'], // producer_version
  [4, 'bytes'], // domain
  [5, 'varint'], // model_version
  [6, 'bytes'], // doc_string
  [7, 'bytes'], // graph
  [8, 'bytes'], // opset_import
  [14, 'bytes'], // metadata_props
  [20, 'bytes'], // training_info
  [25, 'bytes'], // functions
  [26, 'bytes'], // configuration
])

export const graphFields: Known = new Map([
  [1, 'bytes'], // node
  [2, 'bytes'], // name
  [5, 'bytes'], // initializer
  [10, 'bytes'], // doc_string
  [11, 'bytes'], // input
  [12, 'bytes'], // output
  [13, 'bytes'], // value_info
  [14, 'bytes'], // quantization_annotation
  [15, 'bytes'], // sparse_initializer
  [16, 'bytes'], // metadata_props
])

export const nodeFields: Known = new Map([
  [1, 'bytes'], // input
  [2, 'bytes'], // output
  [3, 'bytes'], // name
  [4, 'bytes'], // op_type
  [5, 'bytes'], // attribute
  [6, 'bytes'], // doc_string
  [7, 'bytes'], // domain
  [8, 'bytes'], // overload
  [9, 'bytes'], // metadata_props
  [10, 'bytes'], // device_configurations
])

export const attributeFields: Known = new Map([
  [1, 'bytes'], // name
  [2, 'fixed32'], // f
  [3, 'varint'], // i
  [4, 'bytes'], // s
  [5, 'bytes'], // t
  [6, 'bytes'], // g
  [7, 'numbers'], // floats
  [8, 'numbers'], // ints
  [9, 'bytes'], // strings
  [10, 'bytes'], // tensors
  [11, 'bytes'], // graphs
  [13, 'bytes'], // doc_string
  [14, 'bytes'], // tp
  [15, 'bytes'], // type_protos
  [20, 'varint'], // type
  [21, 'bytes'], // ref_attr_name
  [22, 'bytes'], // sparse_tensor
  [23, 'bytes'], // sparse_tensors
])

export const tensorFields: Known = new Map([
  [1, 'numbers'], // dims
  [2, 'varint'], // data_type
  [3, 'bytes'], // segment
  [4, 'numbers'], // float_data
  [5, 'numbers'], // int32_data
  [6, 'bytes'], // string_data
  [7, 'numbers'], // int64_data
  [8, 'bytes'], // name
  [9, 'bytes'], // raw_data
  [10, 'numbers'], // double_data
  [11, 'numbers'], // uint64_data
  [12, 'bytes'], // doc_string
  [13, 'bytes'], // external_data
  [14, 'varint'], // data_location
  [16, 'bytes'], // metadata_props
])

export const functionFields: Known = new Map([
  [1, 'bytes'], // name
  [2, 'varint'], // since_version, until ONNX 1.9
  [3, 'varint'], // status, until ONNX 1.9
  [4, 'bytes'], // input
  [5, 'bytes'], // output
  [6, 'bytes'], // attribute
  [7, 'bytes'], // node
  [8, 'bytes'], // doc_string
  [9, 'bytes'], // opset_import
  [10, 'bytes'], // domain
  [11, 'bytes'], // attribute_proto
  [12, 'bytes'], // value_info
  [13, 'bytes'], // overload
  [14, 'bytes'], // metadata_props
])

export const trainingFields: Known = new Map([
  [1, 'bytes'], // initialization
  [2, 'bytes'], // algorithm
  [3, 'bytes'], // initialization_binding
  [4, 'bytes'], // update_binding
])

export function isKnown(known: Known, {number, type}: Field): boolean {
  const expected = known.get(number)
  return expected === type || (expected === 'numbers' && expected !== undefined)
}

import type {Rule} from '../../observation.ts'

const reexport = 'Convert the model again with operators of TensorFlow Lite alone (TFLITE_BUILTINS).'

/** What a TensorFlow Lite model can do beside computing. */
export const rules = {
  flex: {
    id: 'tflite-tensorflow-operator',
    title: 'An operator of TensorFlow in a TFLite model',
    means: 'look',
    why: 'It needs the Flex delegate, which brings all of TensorFlow with it.',
    remedy: reexport,
  },
  custom: {
    id: 'tflite-custom-operator',
    title: 'An operator of somebody’s own',
    means: 'look',
    why: 'It needs native code that the service has to register beside the model.',
    remedy: 'Make sure that the operator comes with the image, where it is scanned, and not with the model.',
  },
  compiled: {
    id: 'tflite-compiled-part',
    title: 'A part that is compiled for an accelerator',
    means: 'code',
    why: 'It is a program for a driver, which cannot be read here.',
    remedy: 'Promote the model before it is compiled, and compile it in the service.',
  },
  size: {
    id: 'tflite-size-mismatch',
    title: 'A tensor whose data do not fit its shape',
    means: 'damaged',
    why: 'An interpreter that trusts the shape reads beyond the data.',
    remedy: reexport,
  },
  buffer: {
    id: 'tflite-buffer-outside',
    title: 'A buffer that is not in the file',
    means: 'damaged',
    why: 'An interpreter that does not check reads memory that is not the model.',
    remedy: 'Write the file again, and check that it was uploaded whole.',
  },
  index: {
    id: 'tflite-index-outside',
    title: 'A number that points to nothing',
    means: 'damaged',
    why: 'An interpreter that does not check takes whatever lies behind its tables.',
    remedy: reexport,
  },
} as const satisfies Record<string, Rule>

export const tfliteRules: readonly Rule[] = Object.values(rules)

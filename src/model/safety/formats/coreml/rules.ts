import type {Rule} from '../../observation.ts'

const again = 'Convert the model again with coremltools.'

/** What a Core ML model can do beside computing. */
export const rules = {
  custom: {
    id: 'coreml-custom-class',
    title: 'A class of the app in a Core ML model',
    means: 'look',
    why: 'Core ML makes an object of the class that the model names, from whatever code the app has.',
    remedy:
      'Make sure that the class is the one that the app means for it, or convert the model without custom layers.',
  },
  linked: {
    id: 'coreml-linked-model',
    title: 'A Core ML model that loads another one',
    means: 'look',
    why: 'The other model is not part of what is validated.',
    remedy: 'Put both models into one pipeline.',
  },
  outside: {
    id: 'coreml-path-outside',
    title: 'A path out of the Core ML model',
    means: 'runs',
    why: 'Whoever loads the model reads that file, which is not part of what was validated.',
    remedy: again,
  },
  missing: {
    id: 'coreml-file-missing',
    title: 'A file of the Core ML model is missing',
    means: 'damaged',
    why: 'The model cannot be loaded without it, and what is put there later has not been checked.',
    remedy: 'Upload the whole .mlpackage folder.',
  },
  unchecked: {
    id: 'coreml-file-unchecked',
    title: 'Files of a Core ML model that cannot be looked at',
    means: 'unsure',
    why: 'Alone, or inside an archive, it is not known what stands beside the model when it is loaded.',
    remedy: 'Name the .mlpackage folder as the model, unpacked.',
  },
  weights: {
    id: 'coreml-weights-damaged',
    title: 'Weights that are not where the Core ML model says',
    means: 'damaged',
    why: 'A loader that does not check reads memory that is not the model.',
    remedy: again,
  },
  serialized: {
    id: 'coreml-serialized-part',
    title: 'A part of a Core ML model that cannot be read',
    means: 'unread',
    why: 'Its content is known to one framework of Apple alone.',
    remedy: 'Promote a model without it, or check it where it was made.',
  },
  unknown: {
    id: 'coreml-unknown-kind',
    title: 'A kind of Core ML model that is not known',
    means: 'unread',
    why: 'What a newer kind of model can do is not known here.',
    remedy: 'Convert the model with coremltools 9 or before, or update Slipway.',
  },
  manifest: {
    id: 'coreml-manifest-malformed',
    title: 'A manifest of a Core ML package that cannot be read',
    means: 'damaged',
    why: 'Core ML cannot tell which file is the model.',
    remedy: again,
  },
} as const satisfies Record<string, Rule>

export const coremlRules: readonly Rule[] = Object.values(rules)

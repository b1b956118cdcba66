import type {Rule} from '../../observation.ts'

const rebuild =
  'Build the model from code that you review, load its weights alone (model.load_weights), and promote what that saves.'

export const kerasLambda: Rule = {
  id: 'keras-lambda',
  title: 'A Keras model carries Python code',
  means: 'runs',
  why: 'The code of a Lambda is marshalled into the configuration, and runs when the model is loaded or called; in .h5 files no safe mode stops it.',
  remedy: 'Write it as a registered layer or with keras.ops, and save the model again.',
  cves: ['CVE-2024-3660', 'CVE-2025-9905'],
}

export const kerasModule: Rule = {
  id: 'keras-module-outside',
  title: 'A Keras configuration imports a module outside Keras',
  means: 'runs',
  why: 'Keras before 3.9 imports whatever module the configuration names, and calls what it finds there.',
  remedy: rebuild,
  cves: ['CVE-2025-1550'],
}

export const kerasGadget: Rule = {
  id: 'keras-function-outside-models',
  title: 'A Keras configuration names a function that is no part of a model',
  means: 'runs',
  why: 'Functions of Keras that download, read or write files and change settings run when a configuration names them.',
  remedy: rebuild,
  cves: ['CVE-2025-8747'],
}

export const kerasTensorflow: Rule = {
  id: 'keras-tensorflow-function',
  title: 'A Keras layer calls a TensorFlow function that reaches outside',
  means: 'runs',
  why: 'Layers of Keras 2 take any function of TensorFlow by its name, those that load libraries and write files too, and call it when the model is loaded.',
  remedy: rebuild,
}

export const kerasUnsafeMode: Rule = {
  id: 'keras-disables-safe-mode',
  title: 'A Keras configuration turns safe mode off',
  means: 'runs',
  why: 'It switches off, for the whole process, the check that refuses stored Python code.',
  remedy: rebuild,
  cves: ['CVE-2025-9906'],
}

export const kerasTorchModule: Rule = {
  id: 'keras-torch-module',
  title: 'A Keras model holds a pickled torch module',
  means: 'runs',
  why: 'TorchModuleWrapper unpickles a whole module from the configuration: whatever its author wrote into it runs.',
  remedy: rebuild,
  cves: ['CVE-2025-49655'],
}

export const kerasSavedModelLayer: Rule = {
  id: 'keras-tfsm-layer',
  title: 'A Keras layer loads a TensorFlow SavedModel',
  means: 'runs',
  why: 'TFSMLayer loads the program in a folder that the configuration names, which nobody has looked at.',
  remedy: rebuild,
  cves: ['CVE-2026-1462'],
}

export const kerasForeignCode: Rule = {
  id: 'keras-jax-layer',
  title: 'A Keras layer wraps functions of another framework',
  means: 'unsure',
  why: 'JaxLayer, FlaxLayer and FeatureSpace call functions that the configuration or the user brings.',
  remedy: rebuild,
}

export const kerasFileRead: Rule = {
  id: 'keras-reads-file',
  title: 'A Keras layer reads a file when it is loaded',
  means: 'runs',
  why: 'A vocabulary that is a path is opened by the loading process, from its disk or from the network.',
  remedy: 'Save the model again with the vocabulary in it: Keras does so where no path was given.',
  cves: ['CVE-2025-12058'],
}

export const kerasCustom: Rule = {
  id: 'keras-custom-object',
  title: 'A Keras model needs code that is not in it',
  means: 'unsure',
  why: 'What a custom layer or function does is in the program that loads the model, not in the file.',
  remedy: 'Review that code in the program that loads the model, or rebuild the layer from what Keras has.',
  reviewable: true,
}

export const kerasUnknown: Rule = {
  id: 'keras-unknown-name',
  title: 'A Keras configuration names something that this version does not know',
  means: 'unsure',
  why: 'It may come from a newer Keras, and what its constructor does is not known here.',
  remedy: 'Look it up in the Keras version that loads the model, or update Slipway.',
  reviewable: true,
}

export const kerasNamedFunction: Rule = {
  id: 'keras-lambda-named',
  title: 'A Keras Lambda calls a function of Keras',
  means: 'look',
  why: 'It carries no code of its own, and still calls by name what the loading version finds there.',
  remedy: 'Use the layer or the operation itself: keras.ops functions need no Lambda.',
}

export const kerasTwice: Rule = {
  id: 'keras-config-key-twice',
  title: 'A Keras configuration names a key twice',
  means: 'deceives',
  why: 'Readers of JSON differ in which of the two they take.',
  remedy: 'Save the model again with Keras.',
}

export const kerasBroken: Rule = {
  id: 'keras-config-broken',
  title: 'A Keras configuration cannot be read',
  means: 'damaged',
  why: 'Without its configuration nobody can say what the model would do.',
  remedy: 'Save the model again with Keras.',
}

export const kerasTooLarge: Rule = {
  id: 'keras-config-unread',
  title: 'A Keras configuration is beyond what is read',
  means: 'unread',
  why: 'What is not read is not judged.',
  remedy: 'Save the model again; a configuration has a few MB at most, and is not nested without end.',
}

export const kerasRules: readonly Rule[] = [
  kerasLambda,
  kerasModule,
  kerasGadget,
  kerasTensorflow,
  kerasUnsafeMode,
  kerasTorchModule,
  kerasSavedModelLayer,
  kerasForeignCode,
  kerasFileRead,
  kerasCustom,
  kerasUnknown,
  kerasNamedFunction,
  kerasTwice,
  kerasBroken,
  kerasTooLarge,
]

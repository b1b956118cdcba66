import type {Rule} from '../../observation.ts'

const reexport = 'Export the model again without this op: what it does belongs into the service, where it is reviewed.'

export const tfPython: Rule = {
  id: 'tensorflow-calls-python',
  title: 'A TensorFlow graph calls Python',
  means: 'runs',
  why: 'The op calls a function of the Python process that runs the graph, by a name that the graph gives.',
  remedy: reexport,
}

export const tfReads: Rule = {
  id: 'tensorflow-reads-files',
  title: 'A TensorFlow graph reads files',
  means: 'runs',
  why: 'A graph that reads files can hand any of them to whoever sees its output; TensorFlow paths may be URLs, too.',
  remedy: reexport,
}

export const tfWrites: Rule = {
  id: 'tensorflow-writes-files',
  title: 'A TensorFlow graph writes files',
  means: 'runs',
  why: 'A graph that writes files can replace programs, start-up scripts and keys of the machine that serves it.',
  remedy: reexport,
}

export const tfNetwork: Rule = {
  id: 'tensorflow-opens-connection',
  title: 'A TensorFlow graph opens connections',
  means: 'runs',
  why: 'It sends data to, or takes data from, an address that the graph names.',
  remedy: reexport,
}

export const tfSaverPath: Rule = {
  id: 'tensorflow-saver-path',
  title: 'A TensorFlow graph saves or restores at a place of its own',
  means: 'runs',
  why: 'Saving and restoring take their path from the loader; a path in the graph reads or overwrites that file.',
  remedy: reexport,
}

export const tfPathUnsure: Rule = {
  id: 'tensorflow-path-unsure',
  title: 'A TensorFlow graph may choose a path of its own',
  means: 'unsure',
  why: 'The graph computes or stores a path, and has ops that would use it.',
  remedy: reexport,
}

export const tfCustomOp: Rule = {
  id: 'tensorflow-custom-op',
  title: 'A TensorFlow graph needs ops of another library',
  means: 'unsure',
  why: 'What the op does is in a native library that the loading program brings.',
  remedy: 'Review that library, and ship it in the image, where it is scanned.',
  reviewable: true,
}

export const tfAsset: Rule = {
  id: 'tensorflow-asset-outside',
  title: 'A TensorFlow asset lies outside of the model',
  means: 'runs',
  why: 'The loader joins the name to the folder of assets, and so reads a file elsewhere on the machine.',
  remedy: 'Export the model again, so that its assets are copied into it.',
}

export const tfAssetMissing: Rule = {
  id: 'tensorflow-asset-missing',
  title: 'A TensorFlow asset is missing',
  means: 'damaged',
  why: 'The model names a file that is not there: it cannot be loaded, or takes what is put there later.',
  remedy: 'Copy the whole folder of the SavedModel, with its assets.',
}

export const tfUnread: Rule = {
  id: 'tensorflow-form-unread',
  title: 'A TensorFlow model in a form that is not read',
  means: 'unread',
  why: 'What is not read is not judged.',
  remedy: 'Export it as saved_model.pb, in one piece and in binary form.',
}

export const tfNoGraph: Rule = {
  id: 'tensorflow-no-graph',
  title: 'A TensorFlow file without a graph',
  means: 'damaged',
  why: 'Nothing can be loaded from it, or it is something else under that name.',
  remedy: 'Export the model again.',
}

export const tensorflowRules: readonly Rule[] = [
  tfPython,
  tfReads,
  tfWrites,
  tfNetwork,
  tfSaverPath,
  tfPathUnsure,
  tfCustomOp,
  tfAsset,
  tfAssetMissing,
  tfUnread,
  tfNoGraph,
]

import {quote, type Rule} from '../../observation.ts'
import {kerasClasses, kerasFunctions} from './names.ts'
import {kerasCustom, kerasGadget, kerasModule, kerasUnknown, kerasUnsafeMode} from './rules.ts'

/** A class or function as a configuration names it. */
export interface KerasReference {
  readonly module: string | null
  readonly name: string
  /** `package>Name` for what `register_keras_serializable` registered. */
  readonly registered: string | null
}

export interface Judged {
  readonly rule: Rule
  readonly what: string
}

/** Keras' own packages, under the names that they have had. */
export function isKerasRoot(module: string): boolean {
  return roots.test(module)
}

const roots = /^(?:tensorflow\.python\.keras|tensorflow\.keras|tf_keras|keras)(?=\.|$)/

/** What is wrong with a class; nothing for those of Keras itself. */
export function judgeClass(reference: KerasReference): readonly Judged[] {
  const {module, name, registered} = reference
  if (module === null) return judgeBare(name, registered)
  if (isKerasRoot(module)) return judgeInside(reference, module.replace(roots, 'keras'))
  if (companions.test(module) && /^[A-Z]/.test(name)) return [{rule: kerasCustom, what: needs(`${module}.${name}`)}]
  return [judgeOutside(reference, module)]
}

/** Packages of the Keras team that `keras` imports where a configuration names them. */
const companions = /^keras_(?:hub|cv|nlp)(?:\.|$)/

/** What is wrong with a function; nothing for those of Keras that compute on tensors. */
export function judgeFunction(reference: KerasReference): readonly Judged[] {
  const {module, name} = reference
  if (module !== null && module !== 'builtins') return judgeClass(reference)
  if (bareFunctions.has(name)) return []
  if (module === 'builtins' && pythonBuiltins.has(name)) return [judgeOutside(reference, module)]
  return [{rule: kerasCustom, what: `It needs the function ${quote(name)}, which is not in the file`}]
}

/** The description of a tensor's type, a class of TensorFlow: built from shapes and types. */
export function judgeTypeSpec(reference: KerasReference): readonly Judged[] {
  const {module, name} = reference
  const isSpec = /^(?:IndexedSlices|Optional|Ragged|SparseTensor|Tensor|Variable|RaggedTensor)Spec$/.test(name)
  return isSpec && module?.startsWith('tensorflow.') === true ? [] : judgeClass(reference)
}

/** Without a module (`.h5`, custom classes): looked up among Keras' own names, then among what the user registered. */
function judgeBare(name: string, registered: string | null): readonly Judged[] {
  if (registered === null && bareClasses.has(name)) return []
  if (registered === null && gadgets.has(name)) return [gadget(name)]
  const custom = registered ?? name
  if (bareClasses.has(custom) && custom === name) return []
  if (keras2Optimizers.has(custom)) return []
  return [{rule: kerasCustom, what: needs(custom)}]
}

function judgeInside({name, registered}: KerasReference, module: string): readonly Judged[] {
  if (registered?.includes('>') === true) {
    return [{rule: kerasCustom, what: needs(registered)}]
  }
  if (kerasClasses.get(module)?.has(name) || kerasFunctions.get(module)?.has(name)) return []
  if (elsewhere.test(module) && bareClasses.has(name)) return []
  const full = `${module}.${name}`
  if (name === 'enable_unsafe_deserialization') return [{rule: kerasUnsafeMode, what: `It calls ${quote(full)}`}]
  if (outsideModels.test(module) || !/^[A-Z]/.test(name)) return [gadget(full)]
  return [{rule: kerasUnknown, what: `It names ${quote(full)}`}]
}

/** Where other versions and backends keep the same classes: `keras.engine.functional`, `keras.src.layers.core.dense`. */
const elsewhere =
  /^keras\.(?:src\.)?(?:(?:engine|layers|models|optimizers|initializers|losses|metrics)\b|backend\.[a-z]{2,20}\.optimizers?\b)/

function needs(name: string): string {
  return `It needs the class ${quote(name)}, which is not in the file`
}

function gadget(name: string): Judged {
  const rule = name.endsWith('enable_unsafe_deserialization') ? kerasUnsafeMode : kerasGadget
  return {rule, what: `It calls ${quote(name)}`}
}

function judgeOutside({name}: KerasReference, module: string): Judged {
  return {rule: kerasModule, what: `It imports the module ${quote(module)} and takes ${quote(name)} from it`}
}

/** Packages of Keras whose functions act on files, the network or settings. */
const outsideModels =
  /^keras\.(?:src\.)?(?:saving|utils|config|datasets|applications|backend|callbacks|distribution|export|models|preprocessing|tree|visualization|wrappers|legacy|_legacy|testing)\b/

/** By their last name alone, for configurations without modules. */
const gadgets = new Set([
  'enable_unsafe_deserialization',
  'func_load',
  'get_file',
  'load_img',
  'load_model',
  'load_weights',
  'model_from_json',
  'deserialize_keras_object',
  'save_img',
  'save_model',
])

const bareClasses: ReadonlySet<string> = new Set([
  ...[...kerasClasses.values()].flatMap(names => [...names]),
  // Names of Keras 2 that Keras 3 has dropped; constructors of numbers and texts, like those beside them.
  ...['Policy', 'LossScaleOptimizer', 'SyncBatchNormalization', 'ThresholdedReLU', 'CuDNNGRU', 'CuDNNLSTM'],
  ...['LocallyConnected1D', 'LocallyConnected2D'],
  ...['InstanceMethod', 'InstanceProperty', 'AddLoss', 'AddMetric', 'Model'],
])

/** Keras 2.11 to 2.15 registered its own optimizers like custom objects. */
const keras2Optimizers = new Set([...(kerasClasses.get('keras.optimizers') ?? [])].map(name => `Custom>${name}`))

const bareFunctions: ReadonlySet<string> = new Set([...kerasFunctions.values()].flatMap(names => [...names]))

/** Functions of Python that a configuration could name with the module `builtins`. */
const pythonBuiltins = new Set(
  [
    '__import__ __build_class__ breakpoint classmethod compile copyright credits delattr dir eval exec exit',
    'getattr globals hasattr help input license locals memoryview object open print property quit setattr',
    'staticmethod super type vars',
  ].flatMap(line => line.split(' ')),
)

import {type Observation, quote, type Rule} from '../../observation.ts'
import {
  kerasCustom,
  kerasFileRead,
  kerasForeignCode,
  kerasLambda,
  kerasModule,
  kerasNamedFunction,
  kerasSavedModelLayer,
  kerasTorchModule,
} from '../keras-rules.ts'
import {describeCode} from './code.ts'
import {isKerasRoot, judgeClass, judgeFunction, judgeTypeSpec} from './resolve.ts'

/** What a Keras configuration stands in: `.h5` has no safe mode at all. */
export type KerasContainer = 'keras' | 'h5' | 'saved model' | 'json'

/** Something seen in a configuration: everything of an observation but its place. */
export type KerasSight = Pick<Observation, 'rule' | 'what' | 'sure'>

type Entries = ReadonlyMap<string, unknown>

/**
 * Walks a Keras configuration as `deserialize_keras_object` would, and further: every object anywhere in it counts,
 * in nested models, wrappers, lists, arguments of nodes, `build_config` and `compile_config`.
 * @param config as `parseStrictJson` gives it: objects are Maps
 */
export function sightsOfKerasConfig(config: unknown, container: KerasContainer): readonly KerasSight[] {
  const sights: KerasSight[] = []
  const stack: {value: unknown; path: string; insideLambda: boolean}[] = [
    {value: config, path: '', insideLambda: false},
  ]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const {value, path, insideLambda} = next
    if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--) {
        const item: unknown = value[index]
        if (typeof item === 'object') stack.push({value: item, path: `${path}[${index}]`, insideLambda})
      }
      continue
    }
    if (!isEntries(value)) continue
    const className = value.get('class_name')
    if (typeof className === 'string') {
      sights.push(...sightsOfObject(className, value, {path, insideLambda, container}))
    }
    const module = value.get('fn_module')
    if (typeof module === 'string' && !isKerasRoot(module)) {
      sights.push(sight(kerasModule, `It takes a function from the module ${quote(module)}`, path))
    }
    const isLambda = className === 'Lambda'
    for (const [key, item] of [...value].reverse()) {
      if (typeof item !== 'object') continue
      stack.push({value: item, path: cut(path === '' ? key : `${path}.${key}`), insideLambda: insideLambda || isLambda})
    }
  }
  return sights
}

interface Context {
  readonly path: string
  readonly insideLambda: boolean
  readonly container: KerasContainer
}

/** Kinds that the deserialiser builds itself, from numbers and texts. */
const plainKinds = new Set([
  '__keras_tensor__',
  '__tensor__',
  '__numpy__',
  '__bytes__',
  '__ellipsis__',
  '__slice__',
  '__tuple__',
  '__wrapped__',
  'TensorShape',
  'TypeSpec',
])

function sightsOfObject(className: string, object: Entries, context: Context): readonly KerasSight[] {
  const {path} = context
  const config = object.get('config')
  if (plainKinds.has(className)) return []
  switch (className) {
    case '__lambda__':
      // The Lambda around it has said so.
      return context.insideLambda ? [] : [sightOfCode(isEntries(config) ? config : null, context)]
    case '__typespec__':
      return judgeTypeSpec({...referenceOf(object), name: textOf(object.get('spec_name')) ?? className}).map(at(path))
    case 'function':
      if (typeof config !== 'string') return [sight(kerasCustom, 'It names a function in a form of its own', path)]
      return judgeFunction({...referenceOf(object), name: config}).map(at(path))
    case 'Lambda':
      return sightsOfLambda(isEntries(config) ? config : null, context)
    case 'TorchModuleWrapper':
      return [sight(kerasTorchModule, 'It unpickles a torch module from its configuration', path)]
    case 'TFSMLayer': {
      const file = isEntries(config) ? textOf(config.get('filepath')) : null
      return [sight(kerasSavedModelLayer, `It loads the SavedModel in ${quote(file ?? '?')}`, path)]
    }
    case 'JaxLayer':
    case 'FlaxLayer':
    case 'FeatureSpace':
      return [sight(kerasForeignCode, `It makes a ${className}`, path)]
    default:
      return [
        ...judgeClass({...referenceOf(object), name: className}).map(at(path)),
        ...sightsOfFiles(className, isEntries(config) ? config : null, path),
      ]
  }
}

/** Keys of lookup and vectorisation layers whose text is the path of a file. */
const fileKeys = ['vocabulary', 'vocabulary_path', 'idf_weights', 'proto', 'merges']

function sightsOfFiles(className: string, config: Entries | null, path: string): readonly KerasSight[] {
  const sights: KerasSight[] = []
  for (const key of fileKeys) {
    const file = config?.get(key)
    if (typeof file !== 'string' || file === '') continue
    sights.push(sight(kerasFileRead, `${quote(className)} reads its ${key} from ${quote(file)}`, path))
  }
  return sights
}

/**
 * A Lambda with stored code (marshalled, in base64: Keras 3 as `__lambda__`, before as a list), with the name of a
 * custom function (`function_type: function`), or with a function of Keras itself.
 */
function sightsOfLambda(config: Entries | null, context: Context): readonly KerasSight[] {
  const {path} = context
  const functions = [config?.get('function'), config?.get('output_shape'), config?.get('mask')]
  const code = functions.find(isCode)
  if (code !== undefined) return [sightOfCode(config, context, code)]
  const [called] = functions
  if (typeof called === 'string') {
    return [sight(kerasCustom, `A Lambda calls the function ${quote(called)}, which is not in the file`, path)]
  }
  if (!isEntries(called) || called.get('class_name') !== 'function') {
    return [sight(kerasLambda, 'A Lambda holds a function of an unknown form', path)]
  }
  // The function itself is judged on its own, one step deeper.
  return [sight(kerasNamedFunction, `A Lambda calls ${quote(textOf(called.get('config')) ?? '?')}`, path)]
}

function sightOfCode(config: Entries | null, {path, container}: Context, code: unknown = config): KerasSight {
  const safe = container === 'h5' || container === 'saved model' ? '; no safe mode protects this form' : ''
  return sight(kerasLambda, `It holds Python code${describeCode(base64Of(code))}${safe}`, path)
}

/** Marshalled code in one of its forms: a list, a tuple written as an object, `__lambda__`. */
function isCode(value: unknown): boolean {
  if (Array.isArray(value)) return typeof value[0] === 'string' && value[0].length > 16
  if (!isEntries(value)) return false
  const name = value.get('class_name')
  return name === '__lambda__' || (name === '__tuple__' && isCode(value.get('items')))
}

function base64Of(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return base64Of(value[0])
  if (!isEntries(value)) return ''
  return base64Of(value.get('code') ?? value.get('value') ?? value.get('items') ?? value.get('config'))
}

function referenceOf(object: Entries): {module: string | null; registered: string | null} {
  return {module: textOf(object.get('module')), registered: textOf(object.get('registered_name'))}
}

function at(path: string): (judged: Omit<KerasSight, 'sure'>) => KerasSight {
  return ({rule, what}) => sight(rule, what, path)
}

function sight(rule: Rule, what: string, path: string): KerasSight {
  return {rule, what: path === '' ? `${what}.` : `${what}, at ${quote(path, 200)}.`, sure: 'certain'}
}

function isEntries(value: unknown): value is Entries {
  return value instanceof Map
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function cut(path: string): string {
  return path.length > 300 ? `${path.slice(0, 300)}…` : path
}

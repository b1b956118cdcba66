import {quote} from '../../observation.ts'
import {sightOfCode, sightsOfLambda} from './lambda.ts'
import {isKerasRoot, judgeClass, judgeFunction, judgeTypeSpec} from './resolve.ts'
import {
  kerasCustom,
  kerasFileRead,
  kerasForeignCode,
  kerasLambda,
  kerasModule,
  kerasSavedModelLayer,
  kerasTorchModule,
} from './rules.ts'
import {
  type Entries,
  isEntries,
  type KerasContainer,
  type KerasContext,
  type KerasSight,
  sight,
  textOf,
} from './sight.ts'
import {judgeTensorflowLayer} from './tensorflow-layers.ts'

/**
 * Walks a Keras configuration as `deserialize_keras_object` would, and further: every object anywhere in it counts,
 * in nested models, wrappers, lists, arguments of nodes, `build_config` and `compile_config`.
 * @param config as `parseStrictJson` gives it: objects are Maps
 */
export function sightsOfKerasConfig(config: unknown, container: KerasContainer): readonly KerasSight[] {
  const sights: KerasSight[] = []
  const stack: {value: unknown; path: string; insideCode: boolean}[] = [{value: config, path: '', insideCode: false}]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const {value, path, insideCode} = next
    if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--) {
        const item: unknown = value[index]
        if (typeof item === 'object') stack.push({value: item, path: `${path}[${index}]`, insideCode})
      }
      continue
    }
    if (!isEntries(value)) continue
    const className = value.get('class_name')
    const own = typeof className === 'string' ? sightsOfObject(className, value, {path, insideCode, container}) : []
    for (const each of own) sights.push(each)
    const module = value.get('fn_module')
    if (typeof module === 'string' && !isKerasRoot(module)) {
      sights.push(sight(kerasModule, `It takes a function from the module ${quote(module)}`, path))
    }
    // The code of a Lambda is told once, with the Lambda.
    const isCode = className === 'Lambda' && own.some(({rule}) => rule === kerasLambda)
    for (const [key, item] of [...value].reverse()) {
      if (typeof item !== 'object') continue
      stack.push({value: item, path: cut(path === '' ? key : `${path}.${key}`), insideCode: insideCode || isCode})
    }
  }
  return sights
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

function sightsOfObject(className: string, object: Entries, context: KerasContext): readonly KerasSight[] {
  const {path} = context
  const config = object.get('config')
  if (plainKinds.has(className)) return []
  switch (className) {
    case '__lambda__':
      return context.insideCode ? [] : [sightOfCode(isEntries(config) ? config : null, context)]
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
    default: {
      const inner = isEntries(config) ? config : null
      const wrapped = judgeTensorflowLayer(className, inner)
      if (wrapped) return wrapped.map(at(path))
      return [
        ...judgeClass({...referenceOf(object), name: className}).map(at(path)),
        ...sightsOfFiles(className, inner, path),
      ]
    }
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

function referenceOf(object: Entries): {module: string | null; registered: string | null} {
  return {module: textOf(object.get('module')), registered: textOf(object.get('registered_name'))}
}

function at(path: string): (judged: Omit<KerasSight, 'sure'>) => KerasSight {
  return ({rule, what}) => sight(rule, what, path)
}

function cut(path: string): string {
  return path.length > 300 ? `${path.slice(0, 300)}…` : path
}

import type {ImportUse} from '../../observation.ts'

/** What `skops.io.load` does with the class or function that a node names. */
export type NodeUse = ImportUse['how']

/** A name that a node makes skops import, and what is done with it. */
export interface NodeImport {
  readonly module: string
  readonly name: string
  readonly uses: readonly NodeUse[]
}

/** One node of `schema.json`, and what loading it does. */
export type NodeSight =
  | {readonly kind: 'imports'; readonly imports: readonly NodeImport[]}
  | {readonly kind: 'unknown loader'; readonly loader: string}
  /** The type that skops shows for review is not what is used: CVE-2025-54412, CVE-2025-54413. */
  | {readonly kind: 'another type'; readonly loader: 'OperatorFuncNode' | 'MethodNode'; readonly what: NamedType}

interface NamedType {
  readonly shown: string
  readonly used: string
}

/** A JSON object of the schema. */
export type Fields = ReadonlyMap<string, unknown>

/**
 * What a node does, by its `__loader__`, as in skops 0.16 (`skops/io/_general.py`, `_numpy.py`, `_scipy.py`, `_sklearn.py`,
 * `_quantile_forest.py` and `old/`): the union of what its protocols 0 to 2 do, because a file chooses its protocol.
 */
export function sightsOfNode(loader: string, node: Fields): readonly NodeSight[] {
  const module = textOf(node, '__module__')
  const name = textOf(node, '__class__')
  const natural = naturalTypes.get(loader)
  if (natural === 'any' || natural?.has(`${module}.${name}`)) return loader === generator ? bitGenerator(node) : []
  const itself = (...uses: NodeUse[]): readonly NodeSight[] => [{kind: 'imports', imports: [{module, name, uses}]}]
  switch (loader) {
    case 'ObjectNode':
      return node.has('content') ? itself('new', 'state') : itself('new')
    case 'FunctionNode':
      return [{kind: 'imports', imports: [{module, name, uses: ['reference']}, ...oldFunction(node)]}]
    case 'TypeNode':
      return itself('reference')
    case 'MethodNode':
      return method(node, {module, name})
    case 'OperatorFuncNode':
      return operator({module, name})
    case 'TreeNode':
    case 'LossNode':
    case 'QuantileForestNode':
      return itself('call', 'state')
    case generator:
      return [...itself('call'), ...bitGenerator(node)]
    default:
      // Whatever else is known calls the type with the content: lists, dicts, arrays, constructors.
      return natural || loader === 'ConstructorFromReduceNode' ? itself('call') : [{kind: 'unknown loader', loader}]
  }
}

const generator = 'RandomGeneratorNode'

const scalars = [
  ...['bool', 'bool_', 'str_', 'bytes_', 'datetime64', 'timedelta64'],
  ...[8, 16, 32, 64].flatMap(bits => [`int${bits}`, `uint${bits}`]),
  ...['float16', 'float32', 'float64', 'longdouble', 'float96', 'float128'],
  ...['complex64', 'complex128', 'clongdouble', 'complex192', 'complex256'],
]

/** Types that a loader makes anyway, without importing what the file names; `any` where the name is not used at all. */
const naturalTypes: ReadonlyMap<string, ReadonlySet<string> | 'any'> = new Map<string, ReadonlySet<string> | 'any'>([
  ['JsonNode', 'any'],
  ['SliceNode', 'any'],
  ['BytesNode', 'any'],
  ['BytearrayNode', 'any'],
  ['CachedNode', 'any'],
  ['DTypeNode', 'any'],
  ['PartialNode', 'any'],
  ['DefaultDictNode', 'any'],
  ['SparseMatrixNode', 'any'],
  ['MaskedArrayNode', 'any'],
  ['_DictWithDeprecatedKeysNode', 'any'],
  ['DictNode', new Set(['builtins.dict', 'collections.OrderedDict'])],
  ['ListNode', new Set(['builtins.list'])],
  ['TupleNode', new Set(['builtins.tuple'])],
  ['SetNode', new Set(['builtins.set'])],
  [
    'TypeNode',
    new Set(['bool', 'bytes', 'complex', 'float', 'int', 'str', 'NoneType'].map(name => `builtins.${name}`)),
  ],
  ['NdArrayNode', new Set(['ndarray', ...scalars].map(name => `numpy.${name}`))],
  ['RandomStateNode', new Set(['numpy.random.mtrand.RandomState'])],
  [generator, new Set(['numpy.random._generator.Generator'])],
])

/** `getattr(numpy.random, name)()`, where the name is a text inside the generator’s state. */
function bitGenerator(node: Fields): readonly NodeSight[] {
  const state = fieldsOf(fieldsOf(fieldsOf(node, 'content'), 'bit_generator'), 'content')
  const written = textOf(fieldsOf(state, 'bit_generator'), 'content')
  const name = /^"(\w+)"$/.exec(written)?.[1] ?? written
  return [{kind: 'imports', imports: [{module: 'numpy.random', name, uses: ['call']}]}]
}

/** Protocol 0 kept the function’s place in its content. */
function oldFunction(node: Fields): readonly NodeImport[] {
  const content = fieldsOf(node, 'content')
  if (!content) return []
  return [{module: textOf(content, 'module_path'), name: textOf(content, 'function'), uses: ['reference']}]
}

function method(node: Fields, {module, name}: {module: string; name: string}): readonly NodeSight[] {
  const content = fieldsOf(node, 'content')
  const owner = fieldsOf(content, 'obj')
  const of = {module: textOf(owner, '__module__'), name: textOf(owner, '__class__')}
  const reached: NodeSight = {
    kind: 'imports',
    imports: [{module: of.module, name: `${of.name}.${textOf(content, 'func')}`, uses: ['reference']}],
  }
  const shown = `${module}.${name}`
  const used = `${of.module}.${of.name}`
  return shown === used ? [reached] : [{kind: 'another type', loader: 'MethodNode', what: {shown, used}}, reached]
}

/** Before skops 0.12 the module was not looked at: whatever it says, the function is one of `operator`. */
function operator({module, name}: {module: string; name: string}): readonly NodeSight[] {
  const called: NodeSight = {kind: 'imports', imports: [{module: 'operator', name, uses: ['call']}]}
  if (module === 'operator') return [called]
  const what = {shown: `${module}.${name}`, used: `operator.${name}`}
  return [{kind: 'another type', loader: 'OperatorFuncNode', what}, called]
}

function fieldsOf(node: Fields | null, key: string): Fields | null {
  const value = node?.get(key)
  return value instanceof Map ? value : null
}

/** Empty where there is no text: a name that nothing allows. */
function textOf(node: Fields | null, key: string): string {
  const value = node?.get(key)
  return typeof value === 'string' ? value : ''
}

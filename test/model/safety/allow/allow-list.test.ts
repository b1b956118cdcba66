import {describe, expect, test} from 'vitest'
import {
  type Allowed,
  allowedImport,
  allowedNames,
  allowedTensors,
} from '../../../../src/model/safety/allow/allow-list.ts'
import {type AllowedImport, entriesOf} from '../../../../src/model/safety/allow/entry.ts'
import {dangerOf} from '../../../../src/model/safety/allow/never.ts'
import {tensorsOnly} from '../../../../src/model/safety/allow/tensors-only.ts'
import type {Loader} from '../../../../src/model/safety/artifact.ts'
import type {ImportUse} from '../../../../src/model/safety/observation.ts'
import {imports} from '../sights.ts'

const everything: readonly AllowedImport[] = [...entriesOf(allowedNames)]
const tensors: readonly AllowedImport[] = [...entriesOf(tensorsOnly)]

function allowed(
  name: string,
  uses: readonly ImportUse['how'][],
  {loader = 'any', beside = []}: {loader?: Loader; beside?: readonly string[]} = {},
): Allowed {
  const [module = '', ...rest] = name.split(':')
  return allowedImport(imports(module, rest.join(':'), uses, loader), new Set(beside))
}

describe('the list', () => {
  test.each([
    ['of everything', everything],
    ['of tensors', tensors],
  ])('%s names each pair once', (_, entries) => {
    const pairs = entries.map(({module, name}) => `${module} ${name}`)
    expect(pairs.filter((pair, index) => pairs.indexOf(pair) !== index)).toEqual([])
  })

  test('names exact pairs of plain identifiers: no pattern, no walk over attributes', () => {
    const odd = [...everything, ...tensors].filter(
      ({module, name}) => !/^[A-Za-z_][\w.]*$/.test(module) || !/^[A-Za-z_]\w*$/.test(name),
    )
    expect(odd).toEqual([])
  })

  test('names nothing that is known to be dangerous', () => {
    const both = [...everything, ...tensors].filter(entry => dangerOf(entry) !== null)
    expect(both.map(({module, name}) => `${module}.${name}`)).toEqual([])
  })

  test('gives a reason, a context and at least one use for every name', () => {
    const without = [...everything, ...tensors].filter(
      ({reason, context, uses}) => !/^[A-Z].*\.$/s.test(reason) || context === '' || uses.length === 0,
    )
    expect(without).toEqual([])
  })

  test('keeps the modules of each group in order, where the next name is looked for', () => {
    const unsorted = [...allowedNames, ...tensorsOnly].flatMap(({names}) => {
      const modules = Object.keys(names)
      return modules.filter((module, index) => index > 0 && module < (modules[index - 1] ?? ''))
    })
    expect(unsorted).toEqual([])
  })

  test('never lets an imported thing itself be changed', () => {
    const changed = everything.filter(({module, name}) => allowed(`${module}:${name}`, ['rewrite']).kind === 'listed')
    expect(changed).toEqual([])
  })
})

test('no tensor and no storage takes arguments by name: torch.Tensor(cdata=address) is one', () => {
  const taken = tensors.filter(({uses}) => uses.includes('keywords'))
  expect(taken).toEqual([])
})

describe('a name is allowed for the uses that were reviewed', () => {
  test.each<[string, readonly ImportUse['how'][], Allowed['kind']]>([
    ['collections:OrderedDict', ['call', 'items'], 'listed'],
    ['sklearn.svm._classes:SVC', ['new', 'state'], 'listed'],
    ['sklearn.svm._classes:SVC', ['new', 'keywords'], 'other-use'],
    ['pandas:Index', ['new', 'keywords'], 'listed'],
    // Its __setstate__ writes to distances in memory that the state names.
    ['scipy.spatial._ckdtree:cKDTree', ['new', 'state'], 'unlisted'],
    ['torch.nn.modules.normalization:LayerNorm', ['call', 'keywords'], 'listed'],
    ['sklearn.svm._classes:SVC', ['call'], 'other-use'],
    ['sklearn.svm._classes:SVC', ['new', 'state', 'rewrite'], 'other-use'],
    ['sklearn.svm._classes:SVC', [], 'listed'],
    ['joblib.numpy_pickle:NDArrayWrapper', ['new', 'state'], 'listed'],
    ['joblib.numpy_pickle:NDArrayWrapper', ['call'], 'other-use'],
    ['numpy._core.multiarray:_reconstruct', ['call', 'state'], 'listed'],
    ['numpy._core.multiarray:_reconstruct', ['call', 'reference'], 'other-use'],
    ['numpy:log1p', ['reference'], 'listed'],
    ['numpy:log1p', ['call'], 'other-use'],
    ['xgboost.core:Booster', ['new', 'state'], 'listed'],
    // Booster("/etc/passwd") opens the file; whoever is handed the class may call it.
    ['xgboost.core:Booster', ['call'], 'other-use'],
    ['xgboost.core:Booster', ['reference'], 'other-use'],
    ['ultralytics.nn.tasks:DetectionModel', ['new', 'state'], 'listed'],
    ['ultralytics.nn.tasks:DetectionModel', ['call'], 'other-use'],
    ['logging:getLogger', ['call'], 'listed'],
    ['logging:getLogger', ['call', 'state'], 'other-use'],
  ])('%s, %j: %s', (name, uses, kind) => {
    expect(allowed(name, uses).kind).toBe(kind)
  })
})

describe('nothing is inherited, and nothing is guessed', () => {
  test.each([
    'numpy:memmap',
    'numpy:load',
    'numpy.core:_ufunc_reconstruct',
    'pandas:read_pickle',
    'operator:attrgetter',
    'builtins:getattr',
    'builtins:type',
    'torch.storage:_load_from_bytes',
    'torch.jit:load',
    'types:FunctionType',
    'collections:namedtuple',
    'logging:FileHandler',
    'tempfile:NamedTemporaryFile',
    // Its state holds program text, which its __setstate__ executes.
    'scipy.stats._distn_infrastructure:rv_frozen',
    'scipy.stats._continuous_distns:uniform_gen',
    // Its state holds pickles, which its __setstate__ loads.
    'skorch.classifier:NeuralNetClassifier',
    'sklearn.datasets._base:load_files',
    'sklearn.metrics._dist_metrics:PyFuncDistance',
    'torchvision.transforms.v2._misc:Lambda',
    // Case, sub-modules and parts of listed names.
    'collections:ordereddict',
    'Collections:OrderedDict',
    'sklearn.svm:SVC',
    'sklearn.svm._classes.SVC:fit',
    'sklearn.svm._classes:SVC.fit',
    'sklearn.svm._classes:',
    ':SVC',
    'collections :OrderedDict',
    'constructor:constructor',
    '__proto__:toString',
    'collections:constructor',
  ])('%s is not on the list', name => {
    expect(allowed(name, ['reference']).kind).toBe('unlisted')
  })
})

describe('a name that holds in one context', () => {
  test.each<[Loader, Allowed['kind']]>([
    ['torch', 'listed'],
    ['any', 'other-loader'],
    ['joblib', 'other-loader'],
    ['numpy', 'other-loader'],
    ['raw tensor', 'other-loader'],
  ])('tensors in a file that %s opens: %s', (loader, kind) => {
    expect(allowed('torch._utils:_rebuild_tensor_v2', ['call'], {loader}).kind).toBe(kind)
    expect(allowedTensors(imports('torch._utils', '_rebuild_tensor_v2', ['call'], loader)).kind).toBe(kind)
  })

  test('functools.partial only where scikit-learn binds check_array', () => {
    const uses = ['call', 'state'] as const
    expect(allowed('functools:partial', uses).kind).toBe('alone')
    expect(allowed('functools:partial', uses, {beside: ['os.system']}).kind).toBe('alone')
    expect(allowed('functools:partial', uses, {beside: ['sklearn.utils.validation.check_array']}).kind).toBe('listed')
  })

  test('a plain value is judged as a plain value where it holds no tensors', () => {
    expect(
      allowed('collections:OrderedDict', ['call', 'new', 'state', 'items', 'reference'], {loader: 'torch'}).kind,
    ).toBe('listed')
  })
})

import {describe, expect, test} from 'vitest'
import {fixture, lookAt, rulesOf} from './whole-scan.ts'
import {zipOf} from './zip-file.ts'

type Node = Readonly<Record<string, unknown>>

const node = (loader: string, module: string, name: string, more: Node = {}): Node => ({
  __class__: name,
  __module__: module,
  __loader__: loader,
  ...more,
})
const text = (content: string) => node('JsonNode', 'builtins', 'str', {content: JSON.stringify(content), is_json: true})
const skops = (root: Node, more: Readonly<Record<string, string>> = {}) =>
  zipOf({'schema.json': JSON.stringify({protocol: 2, ...root}), ...more})

describe('files that skops wrote', () => {
  // The names, as skops.io.get_untrusted_types and the schema show them.
  test.each([
    [
      'pipeline',
      [
        'sklearn.pipeline.Pipeline',
        'sklearn.linear_model._logistic.LogisticRegression',
        'sklearn.preprocessing._data.StandardScaler',
      ],
    ],
    [
      'forest',
      [
        'sklearn.ensemble._forest.RandomForestClassifier',
        'sklearn.tree._classes.DecisionTreeClassifier',
        'sklearn.tree._tree.Tree',
      ],
    ],
    ['sgd', ['sklearn.linear_model._stochastic_gradient.SGDClassifier', 'sklearn.linear_model._sgd_fast.Hinge']],
    [
      'values',
      [
        'sklearn.preprocessing._data.StandardScaler.fit',
        'sklearn.preprocessing._data.StandardScaler',
        'operator.itemgetter',
        'numpy.random.PCG64',
        'numpy.add',
      ],
    ],
  ])('%s.skops imports the classes of its model, and no more', async (name, imports) => {
    const looked = await lookAt(fixture(`skops/${name}.skops`))
    expect(looked.sights).toEqual([])
    expect([...looked.imports].sort()).toEqual([...imports].sort())
    expect(looked.is).toEqual([expect.stringMatching(/^skops, \d+ nodes$/)])
  })
})

describe('what a node makes skops import', () => {
  test.each([
    ['a function', node('FunctionNode', 'os', 'system'), ['os.system'], []],
    ['a type', node('TypeNode', 'subprocess', 'Popen'), ['subprocess.Popen'], []],
    [
      'a constructor',
      node('ConstructorFromReduceNode', 'os', 'system', {content: text('x')}),
      ['os.system'],
      ['os.system'],
    ],
    ['a list of another class', node('ListNode', 'evil', 'List', {content: []}), ['evil.List'], ['evil.List']],
    ['a dict of another class', node('DictNode', 'evil', 'Dict', {content: {}}), ['evil.Dict'], ['evil.Dict']],
    ['an array of another class', node('NdArrayNode', 'evil', 'Array'), ['evil.Array'], ['evil.Array']],
    ['a loss of another class', node('LossNode', 'evil', 'Loss'), ['evil.Loss'], ['evil.Loss']],
    [
      'an operator',
      node('OperatorFuncNode', 'operator', 'methodcaller'),
      ['operator.methodcaller'],
      ['operator.methodcaller'],
    ],
    [
      'the function of protocol 0',
      node('FunctionNode', 'numpy', 'add', {content: {module_path: 'os', function: 'system'}}),
      ['numpy.add', 'os.system'],
      [],
    ],
    [
      'the bit generator of a generator',
      node('RandomGeneratorNode', 'numpy.random._generator', 'Generator', {
        content: {bit_generator: {content: {bit_generator: text('seed')}}},
      }),
      ['numpy.random.seed'],
      ['numpy.random.seed'],
    ],
    ['a node where none belongs', {anything: [{deep: node('TypeNode', 'os', 'system')}]}, ['os.system'], []],
  ])('%s', async (_, root, imports, calls) => {
    const looked = await lookAt(skops(root))
    expect(looked.imports).toEqual(imports)
    expect(looked.calls).toEqual(calls)
    expect(rulesOf(looked)).toEqual([])
  })

  test.each([
    node('JsonNode', 'os', 'system', {content: '1'}),
    node('DictNode', 'collections', 'OrderedDict', {content: {}}),
    node('TypeNode', 'builtins', 'str'),
    node('NdArrayNode', 'numpy', 'int64'),
    node('PartialNode', 'functools', 'partial'),
    node('SliceNode', 'builtins', 'slice'),
    node('CachedNode', '', ''),
  ])('what skops builds anyway is no import: $__loader__', async root => {
    expect(await lookAt(skops(root))).toMatchObject({imports: [], sights: []})
  })

  test('each use of a name is counted', async () => {
    const object = node('ObjectNode', 'a', 'B', {content: {}})
    const {observations} = await lookAt(skops({list: [object, object, node('TypeNode', 'a', 'B')]}))
    expect(observations.map(({imported}) => imported?.uses.map(({how, count}) => [how, count]))).toEqual([
      [
        ['reference', 1],
        ['new', 2],
        ['state', 2],
      ],
    ])
  })
})

describe('a file that hides what it does', () => {
  test('an operator under the name of another type, as before skops 0.12', async () => {
    const {observations} = await lookAt(skops(node('OperatorFuncNode', 'builtins', 'call')))
    const found = observations.find(({rule}) => rule.means === 'deceives')
    expect(found?.what).toBe('A OperatorFuncNode shows the type "builtins.call", and uses "operator.call".')
    expect(found?.rule.cves).toEqual(['CVE-2025-54412'])
  })

  test('a method of another object than is shown', async () => {
    const obj = node('ObjectNode', 'subprocess', 'Popen')
    const looked = await lookAt(skops(node('MethodNode', 'builtins', 'str', {content: {func: 'run', obj}})))
    const found = looked.observations.find(({rule}) => rule.means === 'deceives')
    expect(found?.rule.cves).toEqual(['CVE-2025-54413'])
    expect(looked.imports).toContain('subprocess.Popen.run')
  })

  test('a pickle under the name of a skops file', async () => {
    const looked = await lookAt(Buffer.from("\x80\x02cos\nsystem\n(S'true'\ntR.", 'latin1'), {name: 'model.skops'})
    expect(rulesOf(looked)).toEqual(['deceives skops-not-an-archive'])
    expect(looked.observations.find(({rule}) => rule.id === 'skops-not-an-archive')?.rule.cves).toEqual([
      'CVE-2025-54886',
    ])
    expect(looked.calls).toEqual(['os.system'])
  })
})

describe('a file that cannot be judged', () => {
  test.each([
    ['an unknown loader', skops(node('MineNode', 'a', 'B')), 'unsure skops-loader-unknown'],
    ['a newer protocol', skops({protocol: 3}), 'unsure skops-loader-unknown'],
    ['no protocol', skops({protocol: 'x'}), 'damaged file-damaged'],
    ['a negative protocol', skops({protocol: -1}), 'damaged file-damaged'],
    [
      'a member that is not there',
      skops(node('BytesNode', 'builtins', 'bytes', {file: 'x.bin'})),
      'damaged skops-file-missing',
    ],
    ['a schema that is no JSON', zipOf({'schema.json': '{'}), 'damaged file-damaged'],
    ['a schema that is no object', zipOf({'schema.json': '[]'}), 'damaged file-damaged'],
    ['a schema with a key twice', zipOf({'schema.json': '{"protocol": 2, "protocol": 2}'}), 'damaged file-damaged'],
    ['a schema larger than is read', zipOf({'schema.json': new Uint8Array(64 * 2 ** 20 + 1)}), 'unread too-much-work'],
    ['a schema without end', zipOf({'schema.json': '['.repeat(100_000)}), 'damaged file-damaged'],
  ])('%s', async (_, file, rule) => expect(rulesOf(await lookAt(file))).toContain(rule))
})

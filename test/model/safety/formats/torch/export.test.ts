import {describe, expect, test} from 'vitest'
import {
  evaluateExpression,
  evaluateGuard,
  isPlainTarget,
} from '../../../../../src/model/safety/formats/torch/export-texts.ts'
import {fixture, lookAt, rulesOf} from '../whole-scan.ts'
import {zipOf} from '../zip-file.ts'

describe('a size that sympy evaluates', () => {
  test.each([
    // As torch 2.15 writes them.
    ["FloorDiv(Symbol('s77', positive=True, integer=True), Integer(2))", 'arithmetic'],
    ["Mul(Integer(2), Symbol('s77', positive=True, integer=True))", 'arithmetic'],
    ['2*s0 + Max(1, u3)', 'arithmetic'],
    ['(s0//2) <= 64', 'arithmetic'],
    ['-1.5e3', 'arithmetic'],
    ['mine(s0)', 'unknown name'],
    ['os', 'unknown name'],
    ["__import__('os').system('true')", 'program'],
    ['__builtins__', 'program'],
    ['s0.__class__', 'program'],
    ['[x for x in s0]', 'program'],
    ['"text"', 'program'],
    ["'not a name!'", 'program'],
    ['lambda: 1', 'program'],
    ['s0; s1', 'program'],
  ])('%s: %s', (text, evaluation) => expect(evaluateExpression(text)).toBe(evaluation))
})

describe('a condition that becomes a line of Python', () => {
  test.each([
    ["L['x'].size()[0] == 3", 'arithmetic'],
    ["L['args'][0].size()[1] % 2 != 0 and not (L['x'].stride()[0] <= 4)", 'arithmetic'],
    ["L['x'].tofile('f')", 'unknown name'],
    ["exec('x')", 'unknown name'],
    ["L['x'].__class__", 'program'],
    ["L['x'] := 3", 'program'],
    ['x\nimport os', 'program'],
  ])('%s: %s', (text, evaluation) => expect(evaluateGuard(text)).toBe(evaluation))
})

test.each([
  ['torch.ops.aten.linear.default', true],
  ['torch.ops.higher_order.cond', true],
  ['_operator.mul', true],
  ['torch.sym_max', true],
  ['torch._sym_sqrt', true],
  ['math.ceil', true],
  ['layer.weight', true],
  ['torch.os.system', false],
  ['torch.hub.load', false],
  ['torch.ops.aten.linear.default.__globals__', false],
  ['_operator.methodcaller', false],
  ['_operator.attrgetter', false],
  ['math.__loader__.load_module', false],
  ['#mine', false],
])('%s is an operator: %s', (target, plain) => expect(isPlainTarget(target)).toBe(plain))

describe('a program of torch.export', () => {
  const program = (graph: unknown) => zipOf({'m/archive_format': 'pt2', 'm/models/model.json': JSON.stringify(graph)})
  const node = (target: string) => ({graph: {nodes: [{target, inputs: []}]}})

  test.each([
    ['known operators', node('torch.ops.aten.linear.default'), []],
    ['an operator of a library', node('torch.ops.mine.op.default'), ['look torch-export-library']],
    ['an operator that opens files', node('torch.ops.aten.from_file.default'), ['runs torch-export-file-access']],
    ['a function of another module', node('torch.os.system'), ['runs torch-export-target']],
    ['an operator as a value', {as_operator: 'torch.os.system'}, ['runs torch-export-target']],
    ['a weight whose name begins like a module', {name: 'x', target: 'math_head.weight'}, []],
    ['a size', {value: {expr_str: '2*s0'}}, []],
    ['a size that is a program', {value: {expr_str: "__import__('os')"}}, ['runs torch-export-expression']],
    ['a size with unknown names', {value: {expr_str: 'mine(1)'}}, ['unsure torch-export-unknown']],
    ['a guard that is a program', {guards_code: ['x.__class__']}, ['runs torch-export-expression']],
    [
      'inputs that import a module',
      {
        in_spec: JSON.stringify([
          1,
          {context: JSON.stringify({default_factory_module: 'os', default_factory_name: 'system'})},
        ]),
      },
      ['runs torch-export-import'],
    ],
    [
      'inputs with lists by default',
      {
        in_spec: JSON.stringify([
          1,
          {context: JSON.stringify({default_factory_module: 'builtins', default_factory_name: 'list'})},
        ]),
      },
      [],
    ],
    [
      'an enumeration',
      {out_spec: JSON.stringify([1, {context: '{"__enum__": true, "fqn": "evil:E", "name": "A"}'}])},
      ['runs torch-export-import'],
    ],
  ])('with %s', async (_, graph, rules) => expect(rulesOf(await lookAt(program(graph)))).toEqual(rules))

  test('the weights of a real one are found under their names', async () => {
    const looked = await lookAt(fixture('torch/export-weights.pt2'))
    expect(looked).toMatchObject({is: ['torch.export program, 3 nodes'], sights: []})
    const weights = ['0.weight F32 [4, 3]', '0.bias F32 [4]', '2.weight F32 [2, 4]', '2.bias F32 [2]']
    expect(looked.tensors).toEqual(expect.arrayContaining(weights))
    expect(looked.data.get('0.weight')).toHaveLength(48)
  })

  test.each([
    ['a member that is too short', {w: 'abc'}, ['damaged torch-storage-size']],
    ['a member that is long enough', {w: 'abcdefgh'}, []],
    ['no member', {other: 'abcdefgh'}, ['damaged torch-storage-missing']],
  ])('a weight with %s', async (_, members, rules) => {
    const meta = {dtype: 7, sizes: [{as_int: 2}], storage_offset: {as_int: 0}}
    const config = {config: {layer: {path_name: 'w', use_pickle: false, tensor_meta: meta}}}
    const files = Object.entries(members).map(([name, content]) => [`m/data/weights/${name}`, content])
    const looked = await lookAt(
      zipOf({
        'm/models/model.json': '{}',
        'm/data/weights/model_weights_config.json': JSON.stringify(config),
        ...Object.fromEntries(files),
      }),
    )
    expect(rulesOf(looked).filter(rule => rule.includes('torch-'))).toEqual(rules)
  })

  test('a graph larger than is read is not passed', async () => {
    const looked = await lookAt(zipOf({'m/models/model.json': new Uint8Array(64 * 2 ** 20 + 1)}))
    expect(rulesOf(looked)).toContain('unread too-much-work')
  })

  test('a graph that is no JSON is damaged', async () => {
    const looked = await lookAt(zipOf({'m/models/model.json': '{'}))
    expect(rulesOf(looked)).toContain('damaged file-damaged')
  })
})

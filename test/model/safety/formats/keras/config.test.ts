import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseStrictJson} from '../../../../../src/model/readers/strict-json.ts'
import {sightsOfKerasConfig} from '../../../../../src/model/safety/formats/keras/config.ts'
import type {KerasContainer} from '../../../../../src/model/safety/formats/keras/sight.ts'

const folder = resolve(import.meta.dirname, '../../../../fixtures/models/keras')

function look(config: unknown, container: KerasContainer = 'keras') {
  return lookAt(JSON.stringify(config), container)
}

function lookAt(text: string, container: KerasContainer = 'keras') {
  const parsed = parseStrictJson(text, {nonFinite: true})
  if (parsed.kind === 'problem') throw new Error(parsed.problem)
  return sightsOfKerasConfig(parsed.value, container).map(({rule, what}) => `${rule.means} ${rule.id}: ${what}`)
}

const layer = (
  className: string,
  config: unknown = {},
  module: string | null = 'keras.layers',
  registered?: string,
) => ({
  module,
  class_name: className,
  config,
  registered_name: registered ?? null,
})
const model = (...layers: readonly unknown[]) => layer('Sequential', {name: 'model', layers}, 'keras')
const named = (name: string, module = 'builtins') => ({
  module,
  class_name: 'function',
  config: name,
  registered_name: name,
})

// marshal.dumps of code that calls os.system: only its short texts matter here.
const code = Buffer.from('\xe3\0\0\0\xda\x02os\xda\x06system\xda\x01x', 'latin1').toString('base64').padEnd(40, 'A')
const stored = {class_name: '__lambda__', config: {code, defaults: null, closure: null}}

describe('a model of Keras alone has nothing to be said', () => {
  test('with many kinds of layers, as Keras 3 writes it', () => {
    expect(lookAt(readFileSync(resolve(folder, 'zoo.json'), 'utf8'))).toEqual([])
  })

  test.each<[string, unknown]>([
    ['a class of an older version, by its old module', layer('Functional', {}, 'keras.src.engine.functional')],
    ['tf_keras', layer('Dense', {}, 'tf_keras.layers')],
    ['tensorflow.keras', layer('Dense', {}, 'tensorflow.keras.layers')],
    ['a legacy configuration, without modules', {class_name: 'Dense', config: {units: 1}}],
    ['an optimizer of Keras 2', {class_name: 'Custom>Adam', config: {}}],
    ['an optimizer of a backend', layer('SGD', {}, 'keras.src.backend.torch.optimizers.torch_sgd')],
    ['a lookup with its vocabulary in it', layer('StringLookup', {vocabulary: ['a', 'b']})],
    ['a slice', {class_name: '__slice__', config: {start: null, stop: 2, step: null}}],
    [
      'the type of a tensor',
      {class_name: '__typespec__', spec_name: 'TensorSpec', module: 'tensorflow.python.framework.tensor', config: []},
    ],
    ['an activation by its name', layer('Dense', {activation: named('relu')})],
    ['data that happens to have a module', {module: 'os', name: 'x'}],
  ])('%s', (_, config) => {
    expect(look(config)).toEqual([])
  })
})

describe('what runs is seen, wherever it stands', () => {
  test.each<[string, unknown, string]>([
    [
      'a stored lambda (CVE-2024-3660)',
      model(layer('Lambda', {function: stored})),
      'runs keras-lambda: It holds Python code, 30 bytes, with the names "os", "system", at "config.layers[0]".',
    ],
    [
      'a lambda in a model in a wrapper in a wrapper',
      model(
        layer('Bidirectional', {layer: layer('TimeDistributed', {layer: model(layer('Lambda', {function: stored}))})}),
      ),
      'runs keras-lambda: It holds Python code, 30 bytes, with the names "os", "system", at "config.layers[0].config.layer.config.layer.config.layers[0]".',
    ],
    [
      'a lambda in the arguments of a node',
      model({...layer('Dense'), inbound_nodes: [{args: [stored], kwargs: {}}]}),
      'runs keras-lambda: It holds Python code, 30 bytes, with the names "os", "system", at "config.layers[0].inbound_nodes[0].args[0]".',
    ],
    [
      'a lambda as the loss',
      {...model(), compile_config: {loss: stored}},
      'runs keras-lambda: It holds Python code, 30 bytes, with the names "os", "system", at "compile_config.loss".',
    ],
    [
      'a module outside Keras (CVE-2025-1550)',
      model(layer('system', 'true', 'os')),
      'runs keras-module-outside: It imports the module "os" and takes "system" from it, at "config.layers[0]".',
    ],
    [
      'the same under a name that only begins like Keras',
      layer('Dense', {}, 'keras_evil.layers'),
      'runs keras-module-outside: It imports the module "keras_evil.layers" and takes "Dense" from it.',
    ],
    [
      'a function of Python',
      layer('Activation', {activation: named('exec')}),
      'runs keras-module-outside: It imports the module "builtins" and takes "exec" from it, at "config.activation".',
    ],
    [
      'a download (CVE-2025-8747)',
      layer('get_file', {origin: 'http://127.0.0.1/'}, 'keras.utils'),
      'runs keras-function-outside-models: It calls "keras.utils.get_file".',
    ],
    [
      'a function inside of Keras that is no part of models',
      named('func_load', 'keras.src.utils.python_utils'),
      'runs keras-function-outside-models: It calls "keras.src.utils.python_utils.func_load".',
    ],
    [
      'the switch that turns safe mode off (CVE-2025-9906)',
      layer('enable_unsafe_deserialization', {}, 'keras.config'),
      'runs keras-disables-safe-mode: It calls "keras.config.enable_unsafe_deserialization".',
    ],
    [
      'a pickled torch module (CVE-2025-49655)',
      layer('TorchModuleWrapper', {module: 'gASV'}),
      'runs keras-torch-module: It unpickles a torch module from its configuration.',
    ],
    [
      'a SavedModel elsewhere (CVE-2026-1462)',
      layer('TFSMLayer', {filepath: '/srv/model'}),
      'runs keras-tfsm-layer: It loads the SavedModel in "/srv/model".',
    ],
    [
      'a vocabulary on disk (CVE-2025-12058)',
      layer('StringLookup', {vocabulary: '/etc/passwd'}),
      'runs keras-reads-file: "StringLookup" reads its vocabulary from "/etc/passwd".',
    ],
    [
      'a type of another module',
      {class_name: '__typespec__', spec_name: 'Popen', module: 'subprocess', config: []},
      'runs keras-module-outside: It imports the module "subprocess" and takes "Popen" from it.',
    ],
    [
      'a module for a function',
      layer('Activation', {activation: {fn_module: 'os', fn_name: 'system'}}),
      'runs keras-module-outside: It takes a function from the module "os", at "config.activation".',
    ],
  ])('%s', (_, config, sight) => {
    expect(look(config)).toEqual([sight])
  })

  test('a Lambda that calls a function of Keras is judged by that function, too', () => {
    expect(look(layer('Lambda', {function: named('relu', 'keras.activations')}))).toEqual([
      'look keras-lambda-named: A Lambda calls "relu".',
    ])
    expect(look(layer('Lambda', {function: named('get_file', 'keras.utils'), arguments: {}}))).toEqual([
      'look keras-lambda-named: A Lambda calls "get_file".',
      'runs keras-function-outside-models: It calls "keras.utils.get_file", at "config.function".',
    ])
  })

  test('code in the arguments of a harmless Lambda is no part of that Lambda', () => {
    const config = {function: named('relu', 'keras.activations'), arguments: {x: stored}}
    expect(look(layer('Lambda', config)).map(sight => sight.slice(0, 23))).toEqual([
      'look keras-lambda-named',
      'runs keras-lambda: It h',
    ])
  })

  test.each([
    ['a bare text', code],
    ['a list', [code, null, null]],
    ['a tuple', {class_name: '__tuple__', items: [code, null, null]}],
  ])('code that Keras 2 stored as %s, which no safe mode stops in .h5 (CVE-2025-9905)', (_, stored) => {
    expect(look({class_name: 'Lambda', config: {function: stored, function_type: 'lambda'}}, 'h5')).toEqual([
      'runs keras-lambda: It holds Python code, 30 bytes, with the names "os", "system"; no safe mode protects this form.',
    ])
  })
})

describe('a layer of Keras 2 that stands for a function of TensorFlow', () => {
  const op = (name: string) => ({class_name: 'TFOpLambda', config: {name: 'op', function: name}})
  const node = (name: string) => ({
    class_name: 'TensorFlowOpLayer',
    config: {node_def: JSON.stringify({name: 'x', op: name}), constants: {}},
  })

  test.each<[string, unknown]>([
    ['a sum', op('__operators__.add')],
    ['an activation', op('nn.relu')],
    ['one of TensorFlow 1', op('compat.v1.nn.softmax')],
    ['a raw op', op('raw_ops.MatMul')],
    ['a slice', {class_name: 'SlicingOpLambda', config: {function: '__operators__.getitem'}}],
    ['a node', node('AddV2')],
    ['a method', {class_name: 'ClassMethod', config: {cls_symbol: 'RaggedTensor', method_name: 'from_row_splits'}}],
  ])('%s computes', (_, config) => {
    expect(look(config)).toEqual([])
  })

  test.each<[string, unknown, string]>([
    [
      'a library that is loaded',
      op('load_op_library'),
      'runs keras-tensorflow-function: It calls the TensorFlow function "load_op_library".',
    ],
    [
      'a file that is written',
      op('io.write_file'),
      'runs keras-tensorflow-function: It calls the TensorFlow function "io.write_file".',
    ],
    [
      'the same as a raw op',
      op('raw_ops.WriteFile'),
      'runs keras-tensorflow-function: It runs the op WriteFile, which writes the file that is named to it.',
    ],
    [
      'the same as a node',
      node('WriteFile'),
      'runs keras-tensorflow-function: It runs the op WriteFile, which writes the file that is named to it.',
    ],
    [
      'a function that is not known',
      op('map_fn'),
      'unsure keras-unknown-name: It calls the TensorFlow function "map_fn".',
    ],
    ['an op that is not known', node('FancyOp'), 'unsure keras-unknown-name: It runs the op "FancyOp".'],
    [
      'a method of another class',
      {class_name: 'ClassMethod', config: {cls_symbol: 'lite.TFLiteConverter'}},
      'unsure keras-unknown-name: It calls a method of the TensorFlow class "lite.TFLiteConverter".',
    ],
  ])('%s', (_, config, sight) => {
    expect(look(config)).toEqual([sight])
  })
})

describe('what needs code that is not in the file cannot be decided', () => {
  test.each<[string, unknown, string]>([
    [
      'a registered class',
      layer('Scale', {}, null, 'shop>Scale'),
      'It needs the class "shop>Scale", which is not in the file.',
    ],
    [
      'a class without a registration',
      layer('Scale', {}, null, 'Scale'),
      'It needs the class "Scale", which is not in the file.',
    ],
    [
      'the same in .h5',
      {class_name: 'shop>Scale', config: {}},
      'It needs the class "shop>Scale", which is not in the file.',
    ],
    [
      'a name of Keras with a registration over it',
      layer('Dense', {}, 'keras.layers', 'shop>Dense'),
      'It needs the class "shop>Dense", which is not in the file.',
    ],
    ['a function', named('shop>loss'), 'It needs the function "shop>loss", which is not in the file.'],
    [
      'a package beside Keras',
      layer('BertBackbone', {}, 'keras_hub.src.models.bert.bert_backbone'),
      'It needs the class "keras_hub.src.models.bert.bert_backbone.BertBackbone", which is not in the file.',
    ],
    [
      'a Lambda that names a function',
      layer('Lambda', {function: 'scale', function_type: 'function'}),
      'A Lambda calls the function "scale", which is not in the file.',
    ],
  ])('%s', (_, config, what) => {
    expect(look(config)).toEqual([`unsure keras-custom-object: ${what}`])
  })

  test('a layer that this list of names does not have', () => {
    expect(look(layer('QuantumDense'))).toEqual(['unsure keras-unknown-name: It names "keras.layers.QuantumDense".'])
  })

  test('a layer of jax', () => {
    expect(look(layer('JaxLayer'))).toEqual(['unsure keras-jax-layer: It makes a JaxLayer.'])
  })
})

test('names of a hostile configuration are quoted and cut', () => {
  const [sight] = look(layer(`x\n\u202e${'a'.repeat(200)}`, {}, 'os'))
  expect(sight).toContain(`takes "x\\n\\u202e${'a'.repeat(77)}…" from it`)
})

test('keys such as __proto__ are keys, and no value of any form is an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue({maxDepth: 6}), value => {
      lookAt(JSON.stringify({class_name: 'Lambda', config: value, __proto__: value, module: 'keras.layers'}))
      lookAt(JSON.stringify({class_name: 'function', config: value, module: 'builtins'}))
      lookAt(JSON.stringify({config: [value], class_name: '__lambda__'}))
      return true
    }),
  )
  expect(lookAt('{"__proto__": {"class_name": "TorchModuleWrapper", "config": {}}}')).toHaveLength(1)
})

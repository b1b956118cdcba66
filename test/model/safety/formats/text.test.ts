import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf, type Sibling, type Siblings} from '../../../../src/model/safety/artifact.ts'
import type {Reading, Scan} from '../../../../src/model/safety/format.ts'
import {readText, repositoryText, textRules} from '../../../../src/model/safety/formats/text.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import type {Observation} from '../../../../src/model/safety/observation.ts'

interface Read {
  readonly reading: Reading | null
  readonly seen: readonly Observation[]
  readonly rules: readonly string[]
}

/** Reads one file; `beside` says what stands in the folder, and nothing else does. */
async function read(
  name: string,
  content: string | Uint8Array,
  beside: Readonly<Record<string, Sibling['kind']>> = {},
): Promise<Read> {
  const seen: Observation[] = []
  const refuse = () => Promise.reject(new Error('a text holds nothing'))
  const scan: Scan = {work: new Work(), see: each => seen.push(each), inside: refuse, unpack: refuse, tensors: refuse}
  const siblings: Siblings = {
    find: async path => {
      const kind = path.startsWith('/') || path.includes('..') ? 'outside' : (beside[path] ?? 'absent')
      return kind === 'file' ? {kind, path, size: 1, hardLinks: 1} : {kind}
    },
    open: async () => null,
  }
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const reading = await readText({path: [name], bytes: bytesOf(bytes), loader: 'any', siblings}, scan)
  return {reading, seen, rules: [...new Set(seen.map(({rule}) => rule.id))].sort()}
}

const json = (value: unknown) => JSON.stringify(value)
const latin1 = (text: string) => Uint8Array.from(text, sign => sign.charCodeAt(0))

describe('files that every model folder has are text, and nothing is said of them', () => {
  test.each([
    ['README.md', '# Model\n\n```python\nimport torch\nfrom x import y\ndef f(a):\n    return a\n```\n'],
    ['README.md', '---\nlicense: mit\n---\nimport of goods\n'],
    ['vocab.txt', '[PAD]\n[UNK]\nimport\nclass\ndef\nfrom\nreturn\nthe\n'],
    ['vocab.txt', 'the\n<?php\n#!/bin/sh\n@echo off\n__class__\n'],
    ['AUTHORS.txt', '@Switch01\nA_Rog\nclass of 2020\n'],
    ['METADATA', 'Name: x\n\n```python\nimport a\nimport b\ndef f():\n    return a\n```\n\nfrom here on: prose\n'],
    ['merges.txt', '#version: 0.2\nĠ t\nĠ a\nh e\n'],
    ['data.csv', 'id,label\na,b\n'],
    ['tokenizer.json', json({version: '1.0', model: {type: 'BPE', vocab: {'import os': 1, __class__: 2}, merges: []}})],
    ['special_tokens_map.json', json({bos_token: '<s>'})],
    ['config.json', json({model_type: 'llama', architectures: ['LlamaForCausalLM'], vocab_size: 32000})],
    ['generation_config.json', '{"eos_token_id": [1, 2], "transformers_version": "4.51.0"}'],
    ['LICENSE', 'Apache License\n\nfrom the date such litigation is filed. import nothing\n'],
    ['notes.txt', 'Class A is the first.\nfrom Monday on, import data by hand\n'],
    ['labels.txt', 'cat\ndog\n'],
    ['hparams.yaml', 'lr: 0.1\nlayers: !!python/tuple [1, 2]\n'],
    ['.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n'],
    ['trainer_state.json', '{"loss": NaN, "best": -Infinity}'],
    ['modules.json', json([{idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer'}])],
    [
      'model_index.json',
      json({
        _class_name: 'StableDiffusionPipeline',
        unet: ['diffusers', 'UNet2DConditionModel'],
        safety_checker: [null, null],
      }),
    ],
    ['config.pbtxt', 'name: "bert"\nbackend: "onnxruntime"\nmax_batch_size: 8\n'],
    ['meta.json', json({lang: 'en', spacy_version: '>=3.7', requirements: ['spacy-transformers>=1.2']})],
    ['config.cfg', '[nlp]\nlang = "en"\nbefore_creation = null\n[components.tagger]\nfactory = "tagger"\n'],
  ])('%s', async (name, content) => {
    const {reading, seen} = await read(name, content)
    expect(reading?.holds).toBe('text')
    expect(seen).toEqual([])
  })
})

describe('program text is found by what it says, and by its name', () => {
  test.each([
    ['handler.py', 'x = 1\n', 'Python'],
    ['handler.PY', '', null],
    ['weights.txt', '# Copyright\n\nimport os\nos.system("true")\n', 'Python'],
    ['weights', '\ufefffrom os import system\n', 'Python'],
    ['NOTES', 'x = 1\nimport os\nimport sys\ndef main():\n    return os\n', 'Python'],
    ['layer', '@decorated(1)\n@twice\nclass A:\n    pass\n', 'Python'],
    ['site.pth', 'import os; os.system("true")\n', 'Python'],
    ['run', '#!/usr/bin/env bash\ntrue\n', 'shell'],
    ['run', '#!/opt/odd\n', 'a script'],
    ['install.sh', 'true\n', 'shell'],
    ['start.bat', 'true\n', 'Windows command'],
    ['start', '@echo off\n', 'Windows command'],
    ['page.txt', '\n<?php system("true"); ?>', 'PHP'],
    ['index.js', 'x', 'JavaScript'],
    ['bundle', "const fs = require('fs')\n", 'JavaScript'],
    ['bundle', "import {readFile} from 'node:fs'\n", 'JavaScript'],
    ['op.cu', '__global__ void f() {}', 'C, C++ or CUDA'],
    ['fit.R', 'x <- 1', 'R'],
  ])('%s: %j is %s', async (name, content, language) => {
    const {reading, rules} = await read(name, content)
    if (language === null) expect(reading).toMatchObject({holds: 'program'})
    else expect(reading).toEqual({is: `${language} program`, holds: 'program'})
    expect(rules).toContain('code-beside-weights')
  })

  test.each([
    ['Dockerfile', 'FROM python:3.12\n'],
    ['image', 'FROM python:3.12 AS base\nRUN pip install x\n'],
    ['Makefile', 'all:\n\ttrue\n'],
  ])('%s is a build file, which deserves a look', async (name, content) => {
    expect((await read(name, content)).rules).toEqual(['build-file-beside-weights'])
  })

  test('a notebook with code deserves a look, one without is text', async () => {
    const cell = (type: string) => json({nbformat: 4, cells: [{cell_type: type, source: ['import os']}]})
    expect((await read('a.ipynb', cell('code'))).rules).toEqual(['notebook-beside-weights'])
    expect((await read('a.ipynb', cell('markdown'))).rules).toEqual([])
  })
})

describe('what is text is decided by every byte', () => {
  const long = 'Gr\xf6\xdfe '.repeat(20)
  test.each([
    ['UTF-8', 'Größe\n', 'text', []],
    ['UTF-16 with its mark', Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x62, 0]), 'text', ['text-encoding']],
    ['UTF-16, the other way round', Uint8Array.from([0xfe, 0xff, 0, 0x61]), 'text', ['text-encoding']],
    ['UTF-32 with its mark', Uint8Array.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'text', ['text-encoding']],
    ['UTF-32, the other way round', Uint8Array.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]), 'text', ['text-encoding']],
    ['Latin-1', latin1(long), 'text', ['text-encoding']],
    ['Latin-1 with a control sign', latin1(`${long}\x01`), undefined, []],
    ['too little to call it Latin-1', latin1('Gr\xf6\xdfe'), undefined, []],
    ['a NUL', 'ab\0cd', undefined, []],
    ['a NUL after a MiB', `${'a'.repeat(2 ** 20)}\0`, undefined, []],
    ['a sign that is cut at the end', Uint8Array.from([0x61, 0xc3]), undefined, []],
    ['half a sign of UTF-16', Uint8Array.from([0xff, 0xfe, 0x61]), undefined, []],
    ['UTF-32 beyond Unicode', Uint8Array.from([0xff, 0xfe, 0, 0, 0, 0, 0x11, 0]), undefined, []],
  ])('%s', async (_, content, is, rules) => {
    const found = await read('notes', content)
    expect(found.reading?.is).toBe(is)
    expect(found.rules).toEqual(rules)
  })

  test('a sign that two chunks share is whole', async () => {
    expect((await read('notes', `${'a'.repeat(2 ** 20 - 1)}ö`)).reading?.is).toBe('text')
  })

  test('program text in UTF-16 is program text', async () => {
    const text = '\ufeffimport os\n'
    const bytes = Uint8Array.from([...text].flatMap(sign => [sign.charCodeAt(0) & 255, sign.charCodeAt(0) >> 8]))
    expect((await read('notes', bytes)).rules).toEqual(['code-beside-weights', 'text-encoding'])
  })
})

describe('configs of Hugging Face libraries', () => {
  test.each([
    ['own code', 'config.json', {model_type: 'x', auto_map: {AutoModel: 'modeling_x.XModel'}}, ['hf-own-code']],
    ['code elsewhere', 'config.json', {auto_map: {AutoModel: 'evil/repo--modeling.X'}}, ['hf-code-elsewhere']],
    ['a list of tokenizers', 'tokenizer_config.json', {auto_map: {AutoTokenizer: ['tok.Slow', null]}}, ['hf-own-code']],
    ['auto_map inside a nested config', 'config.json', {text_config: {auto_map: {AutoConfig: 'c.C'}}}, ['hf-own-code']],
    ['auto_map under another name of the file', 'other.json', {auto_map: {AutoModel: 'm.X'}}, ['hf-own-code']],
    ['custom pipelines', 'config.json', {custom_pipelines: {p: {impl: 'pipe.P'}}}, ['hf-own-code']],
    ['trust', 'sentence_bert_config.json', {model_args: {trust_remote_code: true}}, ['hf-trusts-code']],
    ['no trust', 'config.json', {trust_remote_code: false}, []],
    ['an adapter', 'adapter_config.json', {peft_type: 'LORA', base_model_name_or_path: 'org/m'}, ['hf-other-base']],
    [
      'an adapter of a pinned base',
      'adapter_config.json',
      {peft_type: 'LORA', base_model_name_or_path: 'org/m', revision: 'a'.repeat(40)},
      [],
    ],
    ['an adapter of a path', 'a.json', {peft_type: 'LORA', base_model_name_or_path: '/home/x/m'}, ['hf-base-on-disk']],
    ['a template with an escape', 'tokenizer_config.json', {chat_template: '{{ x.__class__ }}'}, ['template-escape']],
    [
      'the second of several templates',
      'tokenizer_config.json',
      {
        chat_template: [
          {name: 'default', template: 'x'},
          {name: 'tool_use', template: "{% include 'x' %}"},
        ],
      },
      ['template-loads-file'],
    ],
    ['templates by name', 'chat_template.json', {chat_template: {a: '{{ request }}'}}, ['template-host-object']],
    ['a module', 'modules.json', [{idx: 0, path: '', type: 'os.system'}], ['sentence-transformers-module']],
    [
      'a module that only begins well',
      'modules.json',
      [{idx: 0, path: '', type: 'sentence_transformersx.models.T'}],
      ['sentence-transformers-module'],
    ],
    ['a library', 'model_index.json', {_class_name: 'P', unet: ['os', 'system']}, ['diffusers-other-library']],
    ['a pipeline', 'model_index.json', {_class_name: ['my.py', 'P']}, ['diffusers-custom-pipeline']],
  ])('%s', async (_, name, value, rules) => {
    expect((await read(name, json(value))).rules).toEqual(rules)
  })

  test('a template in a file of its own says where it escapes', async () => {
    const {reading, seen} = await read('chat_template.jinja', '{{- x.__globals__ }}')
    expect(reading).toEqual({is: 'chat template', holds: 'text'})
    expect(seen[0]?.what).toBe('The template reads "__globals__" of a value (sign 6).')
  })

  test('many objects beside it hide nothing', async () => {
    const config = {text_config: {auto_map: {AutoModel: 'm.X'}}, x: new Array(150_000).fill({})}
    expect((await read('config.json', json(config))).rules).toEqual(['hf-own-code'])
  })

  test('a key that is written with escapes is the same key', async () => {
    expect((await read('config.json', '{"\\u0061uto_map": {"AutoModel": "m.X"}}')).rules).toEqual(['hf-own-code'])
  })

  test('blanks in front hide nothing, however many', async () => {
    const blanks = ' \n'.repeat(100_000)
    expect((await read('config.json', `${blanks}{"auto_map": {"AutoModel": "m.X"}}`)).rules).toEqual(['hf-own-code'])
  })

  test('of two equal keys the last counts, as in Python, and it is said that there are two', async () => {
    const {rules} = await read('config.json', '{"auto_map": {}, "auto_map": {"AutoModel": "m.X"}}')
    expect(rules).toEqual(['config-repeats-keys', 'hf-own-code'])
  })

  test.each([
    ['broken JSON', '{"auto_map": '],
    ['JSON without an end of brackets', `${'['.repeat(2000)}`],
    ['JSON deeper than it is read', `${'['.repeat(2000)}${']'.repeat(2000)}`],
    ['a key that stands twice before such JSON', `{"a": 1, "a": ${'['.repeat(2000)}${']'.repeat(2000)}}`],
  ])('%s under the name of a config is not passed', async (_, content) => {
    expect((await read('config.json', content)).rules).toEqual(['config-unreadable'])
    expect((await read('other.json', content)).rules).toEqual([])
  })

  test.each(['config.json', 'params.yaml'])('%s that is far too large is not passed', async name => {
    const content = new Uint8Array(16 * 2 ** 20 + 1).fill(0x20)
    expect((await read(name, content)).rules).toEqual(['config-unreadable'])
    expect((await read('vocab.txt', content)).rules).toEqual([])
  })

  test('lists without end behind a key that stands twice are not passed', async () => {
    const content = `{"a": 1, "a": [${'[],'.repeat(2_000_000)}[]]}`
    expect((await read('config.json', content)).rules).toEqual(['config-unreadable'])
  })

  test('YAML that is wrong at every sign is not passed', async () => {
    expect((await read('MLmodel', '}'.repeat(16 * 1024))).rules).toEqual(['config-unreadable'])
  })

  test('names of the file are quoted', async () => {
    const {seen} = await read('config.json', json({auto_map: {A: 'm\n\u202e.X'}}))
    expect(seen[0]?.what).toBe('auto_map names "m\\n\\u202e.X", a class in program text of this repository.')
  })
})

describe('MLflow model folders', () => {
  const mlmodel = (flavors: string) => `artifact_path: model\nflavors:\n${flavors}mlflow_version: 3.1.0\n`
  const sklearn = mlmodel(
    '  python_function:\n    env: {conda: conda.yaml}\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n' +
      '  sklearn:\n    code: null\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n',
  )

  test('an ordinary one says how it is loaded, and no more', async () => {
    expect(await read('MLmodel', sklearn, {'model.pkl': 'file'})).toMatchObject({
      reading: {is: 'MLflow model', holds: 'text'},
      rules: ['mlflow-pickled'],
    })
  })

  test.each([
    ['a file that is missing', sklearn, 'repository-path-missing'],
    ['a file outside', mlmodel('  sklearn:\n    pickled_model: ../../x.pkl\n'), 'repository-path-outside'],
    ['an absolute file', mlmodel('  sklearn:\n    pickled_model: /x.pkl\n'), 'repository-path-outside'],
    ['a link', mlmodel('  sklearn:\n    pickled_model: link.pkl\n'), 'repository-path-linked'],
    [
      'an artifact outside',
      mlmodel('  python_function:\n    artifacts: {a: {path: ../a}}\n'),
      'repository-path-outside',
    ],
    ['a loader of its own', mlmodel('  python_function:\n    loader_module: my_loader\n'), 'mlflow-loader-module'],
    ['a loader that only begins well', mlmodel('  f:\n    loader_module: mlflow.x y\n'), 'mlflow-loader-module'],
    ['code', mlmodel('  python_function:\n    code: code\n'), 'mlflow-code-paths'],
    ['a model from code', mlmodel('  langchain:\n    model_code_path: chain.py\n'), 'mlflow-model-code'],
    ['another flavor', mlmodel('  my_flavor:\n    x: 1\n'), 'mlflow-other-flavor'],
    ['a Python model', mlmodel('  python_function:\n    python_model: python_model.pkl\n'), 'mlflow-pickled'],
    ['no flavors', 'a: 1\n', 'mlflow-unreadable'],
    ['no YAML', 'flavors: {a: [\n', 'config-unreadable'],
    [
      'aliases that multiply',
      `a: &a [1]\n${[...'bcdefghi'].map((key, i) => `${key}: &${key} [${`*${'abcdefgh'[i]},`.repeat(20)}]\n`).join('')}flavors: *i\n`,
      'config-unreadable',
    ],
    ['far too much', `flavors:\n${'  a: 1\n'.repeat(50_000)}`, 'config-unreadable'],
  ])('%s', async (_, content, rule) => {
    expect((await read('MLmodel', content, {'link.pkl': 'link'})).rules).toContain(rule)
  })
})

describe('what servers are told', () => {
  test.each([
    ['Triton’s Python backend', 'config.pbtxt', 'name: "m"\nbackend: "python"\n', 'serving-handler'],
    ['Triton’s Python backend in one line', 'config.pbtxt', "name:'m' backend:'python'", 'serving-handler'],
    [
      'a TorchServe archive',
      'MANIFEST.json',
      json({model: {modelName: 'm', handler: 'handler.py'}}),
      'serving-handler',
    ],
    ['TorchServe’s doors', 'config.properties', 'management_address=http://0.0.0.0:8081\n', 'serving-open-door'],
    ['MLServer', 'model-settings.json', json({name: 'm', implementation: 'mine.Model'}), 'serving-handler'],
    ['BentoML', 'bento.yaml', 'service: "service:svc"\nname: x\n', 'serving-handler'],
    ['ModelScope', 'configuration.json', json({framework: 'pytorch', task: 't', plugins: ['x']}), 'serving-plugins'],
    [
      'a spaCy package',
      'meta.json',
      json({spacy_version: '>=3', requirements: ['my-components']}),
      'spacy-requirements',
    ],
    ['a spaCy callback', 'config.cfg', '[nlp]\n[nlp.before_creation]\n@callbacks = "mine.v1"\n', 'spacy-callback'],
    ['a package index', 'requirements.txt', 'torch\n--extra-index-url https://x/simple\n', 'environment-other-source'],
    ['a package from git', 'requirements.txt', 'x @ git+https://x/y\n', 'environment-other-source'],
    [
      'a package in conda’s list',
      'conda.yaml',
      'dependencies:\n- pip:\n  - https://x/y.whl\n',
      'environment-other-source',
    ],
    ['unsafe YAML', 'params.yaml', 'a: !!python/object/apply:os.system ["true"]\n', 'yaml-python-tag'],
    ['unsafe YAML in escapes', 'p.yaml', 'a: !!%70ython%2Fobject/apply:os.system [x]\n', 'yaml-python-tag'],
    [
      'unsafe YAML by a handle that ends within a word',
      'p.yaml',
      '%TAG !e! tag:yaml.org,2002:py\n---\na: !e!thon/object/apply:os.system [x]\n',
      'yaml-python-tag',
    ],
    [
      'unsafe YAML by a handle with an escape',
      'p.yaml',
      '%TAG !e! tag:yaml.org,2002:%70ython/object/\n---\na: !e!apply:os.system [x]\n',
      'yaml-python-tag',
    ],
    [
      'unsafe YAML by the handle of a later document',
      'p.yaml',
      '%TAG ! x:\n---\na: !b c\n...\n%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os.system x\n',
      'yaml-python-tag',
    ],
    ['unsafe YAML in long form', 'params.yml', 'a: !<tag:yaml.org,2002:python/name:os.system> x\n', 'yaml-python-tag'],
    [
      'unsafe YAML by a handle',
      'p.yaml',
      '%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!name:os.system x\n',
      'yaml-python-tag',
    ],
  ])('%s', async (_, name, content, rule) => {
    expect((await read(name, content)).rules).toContain(rule)
  })

  test.each([
    ['packages of one index', 'requirements.txt', 'torch==2.4 # from https://x\nnumpy>=1.26\n', ['environment-file']],
    ['TorchServe’s own handler', 'MANIFEST.json', json({model: {modelName: 'm', handler: 'image_classifier'}}), []],
    ['MLServer’s own runtime', 'model-settings.json', json({implementation: 'mlserver_sklearn.SKLearnModel'}), []],
    ['a README about unsafe YAML', 'README.md', 'Never write !!python/object/apply:os.system\n', []],
  ])('%s: nothing more', async (_, name, content, rules) => {
    expect((await read(name, content)).rules).toEqual(rules)
  })
})

test('a config is looked at by its name, whatever else it could be', () => {
  const sample = (name: string, head: Uint8Array) => ({
    path: [name] as const,
    name,
    size: 9,
    head,
    tail: head,
    loader: 'any' as const,
  })
  expect(repositoryText.recognise(sample('config.json', latin1('{"a": 1}')))).toBe(true)
  expect(repositoryText.recognise(sample('model.json', latin1('{"a": 1}')))).toBe(false)
  expect(repositoryText.recognise(sample('config.json', latin1('\x00\x01')))).toBe(false)
})

test('every rule has an id of its own', () => {
  const ids = textRules.map(({id}) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('any bytes are read without an exception', async () => {
  const names = fc.constantFrom(
    'config.json',
    'MLmodel',
    'bento.yaml',
    'x.jinja',
    'requirements.txt',
    'a',
    'config.cfg',
  )
  const content = fc.oneof(
    fc.uint8Array({maxLength: 200}),
    fc.json().map(text => new TextEncoder().encode(text)),
    fc.string({maxLength: 200, unit: 'binary'}).map(text => new TextEncoder().encode(text)),
  )
  await fc.assert(
    fc.asyncProperty(names, content, async (name, bytes) => {
      const {reading} = await read(name, bytes)
      expect(reading === null || reading.is.length > 0).toBe(true)
    }),
    {numRuns: 500},
  )
})

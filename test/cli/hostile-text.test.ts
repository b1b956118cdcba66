/** Whatever text a hostile file holds, and wherever: it is shown as text, and does nothing where it is shown. */
import {appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {main} from '../../src/cli/main.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {safetensorsFile} from '../model/safetensors-file.ts'
import {tar} from '../model/safety/archives/tar-writer.ts'
import {field, message} from '../model/safety/formats/protobuf-bytes.ts'
import {zipOf} from '../model/safety/formats/zip-file.ts'

/** Everything that steers a terminal, a runner, Markdown, HTML or a reader's eye. */
const payload = [
  '\x1b[2J\x1b]0;owned\x07\x9b31m\x7f',
  '\u202egnp.\u2066\u200b\ufeff\u{e0041}',
  '\n::error file=a.py::owned\r\n  ::stop-commands::x\n##[error]owned ##[add-mask]owned',
  '<script>alert(1)</script><img src=x onerror=alert(1)>\'"--><!--',
  '|`code`|``` [x](javascript:alert(1)) ![y](https://evil.example/z) @octocat #12 $x$ \\',
].join('\n')
const long = `${payload}${'A'.repeat(100_000)}`

const u32 = (number: number) => Buffer.from(Uint32Array.of(number).buffer)
const text32 = (text: string) => Buffer.concat([Buffer.from('X'), u32(Buffer.byteLength(text)), Buffer.from(text)])
const inOneLine = (text: string) => text.replaceAll(/[\r\n]/g, '\u2028')

/** Pickles in which the names, the arguments and the values are hostile. */
function pickle(module: string, name: string, argument: string): Buffer {
  const global = Buffer.concat([text32(module), text32(name), Buffer.from('\x93', 'latin1')])
  const call = Buffer.concat([text32(argument), Buffer.from('\x85R.', 'latin1')])
  return Buffer.concat([Buffer.from('\x80\x04', 'latin1'), global, call])
}

function gguf(key: string, value: string): Buffer {
  const text = (each: string) => {
    const bytes = Buffer.from(each)
    const length = Buffer.alloc(8)
    length.writeUInt32LE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const entry = (name: string, content: string) => Buffer.concat([text(name), u32(8), text(content)])
  const counts = Buffer.concat([Buffer.alloc(8), u32(3), u32(0)])
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    counts,
    entry('general.architecture', value),
    entry(key, value),
    entry('tokenizer.chat_template', `{{ ''.__class__.__mro__ }}${value}`),
  ])
}

const onnxNode = message(field(4, payload), field(7, payload), field(3, payload))
const onnx = message(
  field(1, 9),
  field(2, payload),
  field(7, message(field(1, onnxNode), field(2, payload))),
  field(8, message(field(1, payload), field(2, 1))),
)

const files: Readonly<Record<string, string | Uint8Array>> = {
  // Everything but a slash, a line break and NUL, which no name, or no manifest, holds.
  [inOneLine(payload).replaceAll('/', '|').slice(0, 110)]: Uint8Array.of(0, 1, 2, 3),
  '::error::owned': Uint8Array.of(0, 1, 2, 3),
  '##[error]owned': Uint8Array.of(0, 1, 2, 3),
  'call.pkl': pickle('os', 'system', payload),
  'long-call.pkl': pickle('os', 'system', long),
  'name.pkl': pickle(payload, payload, 'x'),
  'long-name.pkl': pickle(long, long, 'x'),
  'lines.pkl': `c${inOneLine(payload)}\n${inOneLine(payload)}\n(S'x'\ntR.`,
  'a.safetensors': safetensorsFile(
    {__metadata__: {[payload]: payload}, [payload]: {dtype: payload, shape: [1], data_offsets: [0, 4]}},
    4,
  ),
  'b.safetensors': safetensorsFile({[long]: {dtype: 'F32', shape: [1], data_offsets: [4, 8]}}, 8),
  'members.zip': zipOf({
    [payload]: pickle(payload, payload, payload),
    [`../${payload}`]: 'x',
    [payload.repeat(20)]: '#!x',
  }),
  'model.pt': zipOf({'archive/data.pkl': pickle(payload, payload, payload), [`archive/${payload}`]: 'x'}),
  'model.keras': zipOf({
    'config.json': JSON.stringify({
      module: payload,
      class_name: payload,
      config: {layers: [{module: payload, class_name: 'Lambda', config: {function: payload, name: payload}}]},
      registered_name: payload,
    }),
    'metadata.json': JSON.stringify({keras_version: payload}),
    'model.weights.h5': 'x',
  }),
  'members.tar': tar([
    {name: payload.slice(0, 90), content: 'x'},
    {name: `../${payload.slice(0, 80)}`, content: 'x'},
  ]),
  'model.gguf': gguf(payload, payload),
  'model.onnx': onnx,
  'config.json': JSON.stringify({auto_map: {[payload]: payload, AutoModel: `evil--${payload}`}, [payload]: payload}),
  'tokenizer_config.json': JSON.stringify({chat_template: `{{ ''.__class__ }}${payload}`}),
  'model.safetensors.index.json': JSON.stringify({metadata: {}, weight_map: {[payload]: `../${payload}`}}),
  'requirements.txt': `git+https://${inOneLine(payload)}\n--index-url ${inOneLine(payload)}\n`,
  MLmodel: `flavors:\n  python_function:\n    loader_module: ${JSON.stringify(payload)}\n    code: ${JSON.stringify(payload)}\n`,
  'evil.yaml': `!!python/object/apply:os.system [${JSON.stringify(payload)}]\n`,
  'code.py': `import os\nos.system(${JSON.stringify(payload)})\n`,
  'note.ipynb': JSON.stringify({
    nbformat: 4,
    metadata: {kernelspec: {language: payload}},
    cells: [{cell_type: 'code', source: [payload]}],
  }),
  'saved_model.pb': message(
    field(1, 1),
    field(
      2,
      message(
        field(1, message(field(5, payload))),
        field(2, message(field(1, message(field(1, payload), field(2, payload))))),
      ),
    ),
  ),
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-hostile-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(folder, 'model'), {recursive: true})
    writeFileSync(path.join(folder, 'model', name), content)
  }
  writeFileSync(
    path.join(folder, 'slipway.yml'),
    JSON.stringify({
      version: 1,
      service: 'zoo',
      model: {
        files: path.join(folder, 'model'),
        formats: 'allowlist',
        safety: {
          manifest: path.join(folder, 'manifest'),
          signature: {file: path.join(folder, 'manifest')},
          attestation: {file: path.join(folder, 'manifest'), repository: 'a/b'},
          weights: {
            'nan-at-most': '0%',
            'zero-tensors': 'fail',
            changed: 'fail',
            previous: path.join(folder, 'model/b.safetensors'),
          },
        },
      },
      validation: {metrics: 'none.json', gates: [{reported: 'accuracy', 'at-least': 0}]},
    }),
  )
  writeFileSync(path.join(folder, 'manifest'), `${'0'.repeat(64)}  ${inOneLine(payload)}\n`)
  appendFileSync(path.join(folder, 'manifest'), `${inOneLine(payload)}\n`)
})
afterAll(() => rmSync(folder, {recursive: true}))

async function inspect(...argv: readonly string[]): Promise<string> {
  const out: string[] = []
  const say = (text: string) => void out.push(text)
  const terminal = {out: say, fail: say, color: false, width: 100}
  const code = await main(['inspect', ...argv], terminal, systemRuntime(silentLog))
  expect(code).not.toBe(0)
  return out.join('')
}

const given = {
  'without a config': () => [path.join(folder, 'model')],
  'what may be on the allow-list': () => [path.join(folder, 'model'), '--formats', 'allowlist'],
  'with everything that a config can ask': () => ['--config', path.join(folder, 'slipway.yml')],
}
const asked = Object.entries(given)

/** Control signs, and those that turn, hide or end text. */
const steering = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

function expectNoCommand(text: string): void {
  expect(text.split('\n').filter(line => /^\s*::/.test(line) || line.includes('##['))).toEqual([])
}

describe.each(asked)('hostile text, %s,', (_, argv) => {
  test('steers neither a terminal nor a runner that reads along', async () => {
    const text = await inspect(...argv(), '--details')
    expect(text).not.toMatch(steering)
    expectNoCommand(text)
    expect(text).toContain('os.system')
    expect(text.split('\n').filter(line => line.length > 2000)).toEqual([])
    expect(text.length).toBeLessThan(300_000)
  })

  test('is data in JSON, whoever prints it', async () => {
    const text = await inspect(...argv(), '--json')
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expectNoCommand(text)
    expect(JSON.parse(text)).toMatchObject({verdict: 'fail'})
  })

  test('is no markup in Markdown', async () => {
    const file = path.join(folder, 'report.md')
    await inspect(...argv(), '--save-report', file)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(steering)
    expect(text).not.toMatch(/<(?!\/?(details|summary|sub|br)\b)/)
    expect(text).not.toContain('](')
    expect(text).not.toContain('@octocat')
    expect(text).not.toContain('://evil')
    // Every row of a table has as many cells as its head.
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length
    const tables = text.split('\n\n').filter(block => block.startsWith('| '))
    for (const table of tables) expect(new Set(table.trim().split('\n').map(cells)).size, table.slice(0, 200)).toBe(1)
  })

  test('is no markup in HTML', async () => {
    const file = path.join(folder, 'report.html')
    await inspect(...argv(), '--save-report', file)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(steering)
    expect(text.replaceAll(/<style>[^<]*<\/style>/g, '')).not.toMatch(/<(script|img)|<[^>]*\son\w+=|<!--/)
  })

  test('is text without surprises in SARIF, below the repository, and not without end', async () => {
    const file = path.join(folder, 'model.sarif')
    await inspect(...argv(), '--sarif', file)
    const text = readFileSync(file, 'utf8')
    const strings: string[] = []
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'string') strings.push(value)
      return value
    })
    expect(strings.filter(each => steering.test(each))).toEqual([])
    expect(strings.filter(each => each.length > 5000)).toEqual([])
  })
})

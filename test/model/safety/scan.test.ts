import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../src/model/safety/artifact.ts'
import {Work} from '../../../src/model/safety/limits.ts'
import {type FileScan, scanArtifact} from '../../../src/model/safety/scan.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {safetensorsOf, weights} from '../safetensors-file.ts'

const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

function look(path: string, content: string | Uint8Array): Promise<FileScan> {
  const file = typeof content === 'string' ? bytes(content) : content
  return scanArtifact(
    {path: [path], bytes: bytesOf(file), loader: 'any', siblings: null},
    {work: new Work(), scratch: systemFiles.scratch},
  )
}

/** What it reads as, and the rules that were seen to hold. */
async function said(path: string, content: string | Uint8Array): Promise<string> {
  const {readings, observations} = await look(path, content)
  const rules = [...new Set(observations.map(({rule}) => rule.id))].sort()
  return [...readings.map(({is}) => is), ...rules].join(' | ')
}

const zipEnd = `PK\x05\x06${'\x00'.repeat(18)}`

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

describe('what a file is, by its content', () => {
  test.each([
    ['model.safetensors', weights, 'safetensors, 2 tensors'],
    ['weights.bin', weights, 'safetensors, 2 tensors'],
    ['model.safetensors', '', 'damaged safetensors | safetensors-truncated'],
    // A header of 128 bytes: the file begins with 80 00, as a pickle's PROTO opcode does.
    [
      'model.safetensors',
      safetensorsOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'.padEnd(128), 1),
      'safetensors, 1 tensor',
    ],
    // The same trick in earnest: the length is a BINFLOAT to Python, and the header goes on with code.
    [
      'model.safetensors',
      "\x80\x02G\x00\x00\x00\x00\x00{  cos\nsystem\n(S'true'\ntR.",
      'damaged safetensors | pickle, 1 import | pickle-import | polyglot | safetensors-truncated',
    ],
    ['model.safetensors', 'version https://git-lfs.github.com/spec/v1\n', 'Git LFS pointer | git-lfs-pointer'],
    ['README.md', '# Model\n\n```python\nimport torch\n```\n', 'text'],
    ['config.json', '{"hidden": 3}', 'JSON | Hugging Face config'],
    ['data.csv', 'id,label\na,b\n', 'text'],
    ['NOTES', 'Größe: 3\n'.replace('ö', '\xc3\xb6').replace('ß', '\xc3\x9f'), 'text'],
    ['.gitkeep', '', 'empty'],
    ['__init__.py', '', 'empty'],
    ['openvino_model.bin', '', 'empty'],
    ['model.ONNX', '', 'empty | empty-file'],
    ['pytorch_model-00002-of-00002.bin', '', 'empty | empty-file'],
    ['model.pkl', '\x80\x04N.', 'pickle of plain data'],
    ['RelNotes.txt', 'Git v2.31.7 Release Notes\n', 'text'],
    ['model.bin', '}q\x00X\x01\x00\x00\x00aq\x01K\x01s.', 'pickle of plain data'],
    ['README.md', "cos\nsystem\n(S'true'\ntR.", 'pickle, 1 import | pickle-import'],
    [
      'model.safetensors',
      '\x80\x02N.',
      'damaged safetensors | pickle of plain data | polyglot | safetensors-truncated',
    ],
    [
      'model.pt',
      `PK\x03\x04${'\x00'.repeat(26)}archive/data.pkl...${zipEnd}`,
      'ZIP archive, 0 members | file-damaged | zip-prefix | zip-several-ends',
    ],
    [
      'model.keras',
      `PK\x03\x04${'\x00'.repeat(26)}config.json...${zipEnd}`,
      'ZIP archive, 0 members | file-damaged | zip-prefix | zip-several-ends',
    ],
    ['x.tar', `${'a'.repeat(257)}ustar`, 'tar | format-not-read'],
    ['model.joblib', '\x78\x9c\x01\x02', 'zlib | format-not-read'],
    ['model.gz', '\x1f\x8b\x08', 'gzip, of 0 B | compressed-damaged'],
    ['op.bin', '\x7fELF\x02', 'ELF | native-code'],
    ['op.bin', 'MZ\x90\x00\x03', 'Windows program | native-code'],
    ['handler.py', 'x = 1\n', 'Python program | code-beside-weights'],
    ['handler.PY', 'x = 1\n', 'Python program | code-beside-weights'],
    ['handler', '#!/bin/sh\ntrue\n', 'shell program | code-beside-weights'],
    ['handler.txt', '# Copyright\n\nimport os\nos.system("true")\n', 'Python program | code-beside-weights'],
    ['handler.txt', 'from os import system\n', 'Python program | code-beside-weights'],
    ['ext.so', '\x00\x01\x02', 'unknown | unknown-format'],
    ['model.gguf', 'GGUF\x03\x00', 'damaged GGUF | file-damaged'],
    ['model.h5', '\x89HDF\r\n\x1a\n', 'damaged HDF5 | file-damaged'],
    ['array.npy', '\x93NUMPY\x01\x00', 'damaged NumPy array | file-damaged'],
    ['weights.onnx', '\x08\x07\x12\x07pytorch\x00', 'unknown | unknown-format'],
    ['weights', '\x00\x01\x02\x03', 'unknown | unknown-format'],
    ['latin1.txt', 'Gr\xf6\xdfe\n', 'unknown | unknown-format'],
    ['late.txt', `${'a\n'.repeat(600_000)}\x00`, 'unknown | unknown-format'],
    ['README.md', `# Model\n${zipEnd}`, 'ZIP archive, 0 members | zip-prefix | zip-several-ends'],
    [
      'model.safetensors',
      join(safetensorsOf('{"a":{"dtype":"U8","shape":[22],"data_offsets":[0,22]}}', 0), bytes(zipEnd)),
      'ZIP archive, 0 members | safetensors, 1 tensor | polyglot | safetensors-truncated | zip-prefix | zip-several-ends',
    ],
  ])('%s: %#', async (path, content, expected) => {
    expect(await said(path, content)).toBe(expected)
  })

  test('an unknown file shows its first bytes, so that somebody may know it', async () => {
    const {observations} = await look('x', '\x00\x01\xfe\xff56789')
    expect(observations.map(({what}) => what)).toEqual([
      'Its format is unknown; it starts with the bytes 00 01 fe ff 35 36 37 38.',
    ])
  })

  test('a safetensors file that was cut off is damaged, whatever is left of it', async () => {
    for (let end = 1; end < weights.length; end++) {
      const {observations} = await look('model.safetensors', weights.slice(0, end))
      expect(observations.map(({rule}) => rule.means)).toContain('damaged')
    }
  })

  test('weights that Python would run are found, however far behind the header they stand', async () => {
    // 0x56 is the opcode V: to pickle the length and the header are one line of text, and the weights are the program.
    const program = "cos\nsystem\n(S'true'\ntR."
    for (const rest of [0, 5000 * 256]) {
      const header = `{"a":{"dtype":"U8","shape":[${program.length}],"data_offsets":[0,${program.length}]}`
      const length = 0x56 + 256 + rest
      const file = join(safetensorsOf(`${header.padEnd(length - 2)}\n}`, 0), bytes(program))
      expect(file[0]).toBe(0x56)
      const {observations} = await look('model.safetensors', file)
      expect(observations.map(({rule}) => rule.id)).toEqual(expect.arrayContaining(['pickle-import', 'polyglot']))
    }
  })
})

/** Files of a model that are damaged, or are more than weights. */
import {gzipSync} from 'node:zlib'
import {safetensorsFile, safetensorsOf} from '../../model/safetensors-file.ts'
import {after, type Case, error, fail, inconclusive} from './case.ts'
import {validated} from './validated.ts'

const validation = {metrics: '@/m.json', gates: [{reported: 'accuracy', 'at-least': 0}]}

/** A file beside the weights, or in their place. */
const beside = (name: string, content: string | Uint8Array) =>
  validated({files: {'m.json': '{"accuracy": 0.9}', [`model/${name}`]: content}, validation})
const weights = (content: Uint8Array) => beside('model.safetensors', content)
const tensor = (more: object = {}) => ({dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more})

/** The end of an archive without a member. */
const emptyZip = Buffer.from(`PK\u0005\u0006${'\0'.repeat(18)}`)

export const wrongModelFiles: readonly Case[] = [
  error(
    'model/no-weights',
    'a model folder without weights',
    validated({
      files: {'m.json': '{"accuracy": 0.9}', 'texts/notes.txt': 'hello\n'},
      model: {files: '@/texts'},
      validation,
    }),
    'The one file holds no weights',
  ),
  fail(
    'model/file-damaged',
    'an archive that is none',
    beside('model.zip', Uint8Array.of(0x50, 0x4b, 3, 4, ...new Uint8Array(40))),
    'is not a valid ZIP file',
  ),
  fail(
    'model/native-code',
    'machine code',
    beside('kernel.so', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, ...new Uint8Array(40))),
    'is machine code (ELF)',
  ),
  fail(
    'model/code-beside-weights',
    'program text',
    beside('modeling.py', 'import os\n\ndef load():\n    return os.getcwd()\n'),
    'is program text',
  ),
  after(
    'model/zip-several-ends',
    fail(
      'model/polyglot',
      'weights that are an archive too',
      beside('model-2.safetensors', Buffer.concat([safetensorsFile({a: tensor()}, 8), emptyZip])),
      'reads as ZIP, and as safetensors too',
    ),
  ),
  fail(
    'model/compressed-damaged',
    'a compressed file that was cut off',
    beside('vocab.gz', gzipSync('words').subarray(0, 12)),
    'ends too early',
  ),
  inconclusive(
    'model/format-not-read',
    'a format that is not read',
    beside('model.rds', 'RDX3\nX\n'),
    'is a R data file',
  ),
  inconclusive(
    'model/unknown-format',
    'bytes that nobody knows',
    beside('blob.bin', Uint8Array.of(0xe3, 0x28, 0xff, 0xfe, 0x00, 0x01)),
    'is unknown',
  ),
  error('model/file-name', 'a name with a backslash', beside('a\\b.txt', 'x'), 'holds a line break or a backslash'),
  fail(
    'model/safetensors-header-too-large',
    'a header that claims more than a header may',
    weights(safetensorsOf('{}', 0, 2e8)),
    'claims 200000000 bytes',
  ),
  fail(
    'model/safetensors-header-too-small',
    'a header of nothing',
    weights(safetensorsOf('{}', 8, 0)),
    'claims 0 bytes',
  ),
  fail(
    'model/safetensors-header-not-an-object',
    'a header that is no object',
    weights(safetensorsOf('["a"]', 0)),
    'does not start with "{"',
  ),
  fail('model/safetensors-header-malformed', 'a header that is no JSON', weights(safetensorsOf('{"a": ', 0)), 'header'),
  fail(
    'model/safetensors-duplicate-key',
    'a tensor twice',
    weights(
      safetensorsOf(
        '{"a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}, "a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}',
        0,
      ),
    ),
    'names "a" twice',
  ),
  fail(
    'model/safetensors-metadata-malformed',
    'metadata that is more than texts',
    weights(safetensorsFile({__metadata__: {n: 1}, a: tensor()}, 8)),
    '__metadata__ holds more than texts',
  ),
  fail(
    'model/safetensors-tensor-malformed',
    'a tensor without a shape',
    weights(safetensorsFile({a: tensor({shape: 'two'})}, 8)),
    'a',
  ),
  fail(
    'model/safetensors-unknown-dtype',
    'a tensor of an unknown type',
    weights(safetensorsFile({a: tensor({dtype: 'F99'})}, 8)),
    'F99',
  ),
  fail(
    'model/safetensors-hole',
    'bytes between tensors',
    weights(safetensorsFile({a: tensor({data_offsets: [8, 16]})}, 16)),
    'belong to no tensor',
  ),
  fail(
    'model/safetensors-overlap',
    'tensors in each other',
    weights(safetensorsFile({a: tensor(), b: tensor({data_offsets: [4, 12]})}, 12)),
    'inside the tensor before it',
  ),
  fail(
    'model/safetensors-size-mismatch',
    'a shape of other bytes than the tensor has',
    weights(safetensorsFile({a: tensor({shape: [3]})}, 8)),
    'needs 12 bytes by its shape',
  ),
  fail(
    'model/safetensors-size-overflow',
    'more elements than can be counted',
    weights(safetensorsFile({a: tensor({shape: [2 ** 50, 2 ** 50]})}, 8)),
    'more elements than can be counted',
  ),
  fail(
    'model/safetensors-trailing-bytes',
    'bytes after the last tensor',
    weights(safetensorsFile({a: tensor()}, 16)),
    'after the last tensor',
  ),
  fail(
    'model/safetensors-header-not-utf8',
    'a header that is not UTF-8',
    weights(Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0xfe, 0x7d)),
    'is not UTF-8',
  ),
].map(each => ({...each, when: 'model'}))

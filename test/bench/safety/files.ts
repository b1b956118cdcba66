/** Model files of a size that nobody commits, written in a moment. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {crc32} from 'node:zlib'

const mebi = 2 ** 20

/**
 * A pickle of protocol 4 as a large configuration or vocabulary gives: rows of texts, numbers and references to the memo.
 * @param opcodes about so many
 */
export function writePickle(file: string, opcodes: number): void {
  const out = fs.openSync(file, 'w')
  fs.writeSync(out, Uint8Array.of(0x80, 4, 0x5d, 0x94, 0x28))
  const perRow = 16
  const row = new Uint8Array(80)
  let chunk: Uint8Array[] = []
  for (let at = 0; at < opcodes / perRow; at++) {
    // {'id': <int>, 'name': <text>, 'score': <float>, 'tags': (None, True)}, with the keys from the memo
    const key = (name: string, index: number) => (at === 0 ? [0x8c, name.length, ...ascii(name), 0x94] : [0x68, index])
    const name = `row-${at}`
    const bytes = [
      ...[0x7d, 0x94, 0x28],
      ...[...key('id', 2), 0x4a, at & 255, (at >> 8) & 255, (at >> 16) & 255, 0],
      ...[...key('name', 3), 0x8c, name.length, ...ascii(name), 0x94],
      ...[...key('score', 5), 0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0],
      ...[...key('tags', 6), 0x4e, 0x88, 0x86, 0x94, 0x75],
    ]
    row.set(bytes)
    chunk.push(row.slice(0, bytes.length))
    if (chunk.length < 20_000) continue
    fs.writeSync(out, Buffer.concat(chunk))
    chunk = []
  }
  fs.writeSync(out, Buffer.concat([...chunk, Uint8Array.of(0x65, 0x2e)]))
  fs.closeSync(out)
}

/** A state dict of `count` tensors of `size` bytes in torch's ZIP, with real CRCs; the numbers are zeros, and holes on the disk. */
export function writeTorch(file: string, count: number, size: number): void {
  const zeros = new Uint8Array(size)
  const crc = crc32(zeros)
  const out = fs.openSync(file, 'w')
  const directory: Uint8Array[] = []
  let at = 0
  const add = (name: string, content: Uint8Array | null) => {
    const length = content?.length ?? size
    const fields = zipFields(name, length, content ? crc32(content) : crc)
    directory.push(
      concat([
        little(0x02014b50, 4),
        little(20, 2),
        fields,
        new Uint8Array(10),

        little(at, 4),
        ascii(name),
      ]),
    )
    const header = concat([little(0x04034b50, 4), fields, ascii(name)])
    fs.writeSync(out, header, 0, header.length, at)
    at += header.length
    if (content) fs.writeSync(out, content, 0, content.length, at)
    at += length
  }
  add('model/data.pkl', stateDict(count, size / 4))
  add('model/byteorder', Uint8Array.from(ascii('little')))
  for (let index = 0; index < count; index++) add(`model/data/${index}`, null)
  add('model/version', Uint8Array.from(ascii('3\n')))
  const entries = concat(directory)
  const end = concat([
    little(0x06054b50, 4),
    little(0, 4),
    little(directory.length, 2),
    little(directory.length, 2),
    little(entries.length, 4),
    little(at, 4),
    little(0, 2),
  ])
  fs.writeSync(out, concat([entries, end]), 0, entries.length + end.length, at)
  fs.closeSync(out)
}

/** One F32 tensor of `size` bytes, as a hole. */
export function writeSafetensors(file: string, size: number): void {
  const header = JSON.stringify({w: {dtype: 'F32', shape: [size / 4], data_offsets: [0, size]}})
  fs.writeFileSync(file, concat([little(header.length, 8), ascii(header)]))
  fs.truncateSync(file, 8 + header.length + size)
}

/** One F32 tensor of `size` bytes, as a hole, and a vocabulary of a hundred thousand tokens. */
export function writeGguf(file: string, size: number): void {
  const text = (value: string) => [...little(value.length, 8), ...ascii(value)]
  const tokens = Array.from({length: 100_000}, (_, at) => Uint8Array.from(text(`token-${at}`)))
  const head = concat([
    [...ascii('GGUF'), ...little(3, 4), ...little(1, 8), ...little(2, 8)],
    [...text('general.architecture'), ...little(8, 4), ...text('llama')],
    [...text('tokenizer.ggml.tokens'), ...little(9, 4), ...little(8, 4), ...little(tokens.length, 8)],
    ...tokens,
    [...text('output.weight'), ...little(1, 4), ...little(size / 4, 8), ...little(0, 4), ...little(0, 8)],
  ])
  fs.writeFileSync(file, head)
  fs.truncateSync(file, Math.ceil(head.length / 32) * 32 + size)
}

/** A thousand copies of small real files, in folders of a hundred. */
export function writeFolder(folder: string, sources: readonly string[], count: number): void {
  for (let at = 0; at < count; at++) {
    const source = sources[at % sources.length]
    if (source === undefined) throw new Error('The corpus is empty.')
    const inside = path.join(folder, String(Math.floor(at / 100)))
    fs.mkdirSync(inside, {recursive: true})
    fs.copyFileSync(source, path.join(inside, `${at}-${path.basename(source)}`))
  }
}

/** A dict whose key is `depth` tuples of two references each: hashing it would take 2^depth steps. */
export function writeBomb(file: string, depth: number): void {
  const bytes = [0x80, 4, 0x7d, 0x29, 0x94]
  for (let level = 0; level < depth; level++)
    bytes.push(...[0x6a, ...little(level, 4), 0x6a, ...little(level, 4), 0x86, 0x94])
  fs.writeFileSync(file, Uint8Array.from([...bytes, 0x4e, 0x73, 0x2e]))
}

/** OrderedDict of `_rebuild_tensor_v2` calls, protocol 2, as torch writes it. */
function stateDict(count: number, elements: number): Uint8Array {
  const text = (value: string) => [0x58, ...little(value.length, 4), ...ascii(value)]
  const global = (module: string, name: string) => [0x63, ...ascii(`${module}\n${name}\n`)]
  const integer = (value: number) => [0x4a, ...little(value, 4)]
  const items = Array.from({length: count}, (_, at) => [
    ...text(`layer${at}.weight`),
    ...global('torch._utils', '_rebuild_tensor_v2'),
    ...[0x28, 0x28, ...text('storage'), ...global('torch', 'FloatStorage'), ...text(String(at)), ...text('cpu')],
    ...[...integer(elements), 0x74, 0x51, 0x4b, 0, ...integer(elements), 0x85, 0x4b, 1, 0x85, 0x89],
    ...[...global('collections', 'OrderedDict'), 0x29, 0x52, 0x74, 0x52],
  ])
  return concat([[0x80, 2], global('collections', 'OrderedDict'), [0x29, 0x52, 0x28], ...items, [0x75, 0x2e]])
}

/** What local and central header of APPNOTE 4.3 share: version to name length and extra length; stored, no flags. */
function zipFields(name: string, size: number, crc: number): Uint8Array {
  return concat([
    little(20, 2),
    little(0, 2),
    little(0, 2),
    little(0, 2),
    little(0x5c21, 2),
    little(crc, 4),
    little(size, 4),
    little(size, 4),
    little(name.length, 2),
    little(0, 2),
  ])
}

function little(value: number, bytes: number): number[] {
  return Array.from({length: bytes}, (_, at) => Math.floor(value / 256 ** at) % 256)
}

function ascii(text: string): number[] {
  return [...text].map(sign => sign.charCodeAt(0))
}

function concat(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map(part => Uint8Array.from(part)))
}

export const gibibyte = 1024 * mebi

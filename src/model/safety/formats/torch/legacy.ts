import {formatCount} from '../../../../core/quantity.ts'
import {type Artifact, sliceOf} from '../../artifact.ts'
import type {Format, Reading, Sample, Scan, TensorEntry} from '../../format.ts'
import {quote} from '../../observation.ts'
import {type PickleOptions, type PickleRun, runPickle} from '../../pickle/run.ts'
import {asBigInteger, asInteger, asList, asText, asTuple, type Value} from '../../pickle/value.ts'
import {PickledTensors, tensorCount} from './pickled-tensors.ts'
import {classSource, legacyBroken, storageId, storageMissing, storageSize, trailingBytes} from './rules.ts'
import {type StorageId, storageOf} from './storage.ts'
import type {TensorView} from './tensor.ts'

/** `MAGIC_NUMBER` and `PROTOCOL_VERSION` of `torch/serialization.py`. */
const magicNumber = 0x1950a86a20f9469cfc6cn
const protocolVersion = 1001

/**
 * Checkpoints as `torch.save` wrote them before 1.6, and still does with `_use_new_zipfile_serialization=False`: a magic
 * number, a version and a description of the machine, the object and the keys of its storages, each a pickle of its own,
 * then the storages: a count of elements and their bytes. Format: `torch/serialization.py`, `_legacy_save`.
 */
export const torchLegacy: Format = {
  name: 'torch checkpoint (legacy)',
  pickles: true,
  recognise: ({head}: Sample) => startsWithMagic(head),
  read: readLegacy,
}

/** The magic number as pickle writes it in every protocol, in hexadecimal: LONG1 behind PROTO, or a line of text. */
const starts: readonly string[] = [
  '8a0a6cfc9c46f9206aa850192e',
  ...[`L${magicNumber}L\n.`, `L${magicNumber}\n.`].map(text => Buffer.from(text).toString('hex')),
]

function startsWithMagic(head: Uint8Array): boolean {
  const [direct, behindProto] = [0, 2].map(at => Buffer.from(head.subarray(at, at + 40)).toString('hex'))
  return starts.some(start => direct?.startsWith(start) || (head[0] === 0x80 && behindProto?.startsWith(start)))
}

async function readLegacy(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes} = artifact
  const reader = new LegacyReader(artifact, scan)
  const is = await reader.read()
  const {at} = reader
  if (at < bytes.size) {
    if (reader.whole) {
      const what = `${formatCount(bytes.size - at)} bytes follow the last storage.`
      scan.see({rule: trailingBytes, what, place: {path: artifact.path, byte: at}, sure: 'certain'})
    }
    await scan.inside(artifact, `bytes from ${at} on`, sliceOf(bytes, at, bytes.size), 'torch')
  }
  return {is, holds: 'weights'}
}

/** Reads one checkpoint from the start of a file, up to where it breaks. */
class LegacyReader {
  /** Behind what was read. */
  at = 0
  /** Whether it was read to its end. */
  whole = false
  readonly #artifact: Artifact
  readonly #scan: Scan
  readonly #tensors: PickledTensors
  readonly #storages = new Map<string, StorageId>()
  /** Where the data of a storage stands. */
  readonly #data = new Map<string, number>()

  constructor(artifact: Artifact, scan: Scan) {
    this.#artifact = artifact
    this.#scan = scan
    this.#tensors = new PickledTensors(scan, {path: artifact.path})
  }

  async read(): Promise<string> {
    const broken = (await this.#preamble()) ?? (await this.#object()) ?? (await this.#readStorages())
    if (broken !== null) {
      const place = {path: this.#artifact.path, byte: this.at}
      this.#scan.see({rule: legacyBroken, what: broken, place, sure: 'certain'})
    }
    this.whole = broken === null
    await this.#scan.tensors(
      this.#artifact,
      this.#tensors.entries(view => this.#place(view)),
    )
    return `legacy torch checkpoint, ${tensorCount(this.#tensors.count)}`
  }

  /** A sentence where it breaks the format, here and below. */
  async #preamble(): Promise<string | null> {
    const magic = await this.#pickle()
    if (magic.end.kind !== 'stop' || asBigInteger(magic.end.value) !== magicNumber) return 'It has no magic number.'
    const version = await this.#pickle()
    const number = version.end.kind === 'stop' ? asInteger(version.end.value) : null
    if (number !== protocolVersion) return `Its version is ${number ?? 'no number'}; torch knows ${protocolVersion}.`
    const system = await this.#pickle()
    return system.end.kind === 'stop' ? null : 'Its description of the machine is no whole pickle.'
  }

  async #object(): Promise<string | null> {
    const run = await this.#pickle({
      afterCall: object => this.#tensors.made(object),
      afterItem: (key, value) => this.#tensors.named(key, value),
    })
    for (const id of run.persistentIds) this.#take(id)
    return run.end.kind === 'stop' ? null : 'Its object is no whole pickle.'
  }

  #take(id: Value): void {
    this.#scan.work.step()
    const place = {path: this.#artifact.path}
    const [kind, , file, source] = asTuple(id) ?? []
    if (asText(kind) === 'module') {
      const what = `It holds the source of a class${source === null || source === undefined ? '' : `, from ${quote(asText(file) ?? '')}`}.`
      this.#scan.see({rule: classSource, what, place, sure: 'certain'})
      return
    }
    const storage = storageOf(id)
    if (typeof storage === 'string') {
      this.#scan.see({rule: storageId, what: storage, place, sure: 'certain'})
      return
    }
    const known = this.#storages.get(storage.key)
    if (known && known.elements * known.type.bytes !== storage.elements * storage.type.bytes) {
      const what = `It asks for the storage ${quote(storage.key)} in two sizes.`
      this.#scan.see({rule: storageSize, what, place, sure: 'certain'})
    }
    if (!known) this.#storages.set(storage.key, storage)
    const {view, elements} = storage
    if (view && view.offset + view.elements > elements) {
      const what = `A view of the storage ${quote(storage.key)} reaches beyond its ${formatCount(elements)} elements.`
      this.#scan.see({rule: storageSize, what, place, sure: 'certain'})
    }
  }

  async #readStorages(): Promise<string | null> {
    const run = await this.#pickle()
    if (run.end.kind !== 'stop') return 'Its list of storages is no whole pickle.'
    // Of a long list only the first items are kept. torch writes the keys in order, and another order shows: the count
    // in front of each storage would not fit.
    for (const key of asList(run.end.value) ?? [...this.#storages.keys()].sort()) {
      const text = asText(key)
      if (text === null) return 'Its list of storages holds something else than keys.'
      const broken = await this.#readStorage(text)
      if (broken !== null) return broken
    }
    this.#seeMissing()
    return null
  }

  async #readStorage(key: string): Promise<string | null> {
    this.#scan.work.step()
    const {bytes, path} = this.#artifact
    const storage = this.#storages.get(key)
    if (!storage) return `It lists the storage ${quote(key)}, which its object does not ask for.`
    const head = await bytes.slice(this.at, this.at + 8)
    if (head.length < 8) return `It ends before the storage ${quote(key)}.`
    const elements = new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, true)
    if (elements !== BigInt(storage.elements)) {
      const what = `The storage ${quote(key)} has ${elements} elements, and its object says ${formatCount(storage.elements)}.`
      this.#scan.see({rule: storageSize, what, place: {path, byte: this.at}, sure: 'certain'})
      return 'Its storages do not fit its object.'
    }
    const begin = this.at + 8
    const end = begin + storage.elements * storage.type.bytes
    if (end > bytes.size) return `It ends within the storage ${quote(key)}.`
    this.#data.set(key, begin)
    this.at = end
    return null
  }

  #seeMissing(): void {
    const missing = [...this.#storages.keys()].find(key => !this.#data.has(key))
    if (missing === undefined) return
    const what = `It asks for the storage ${quote(missing)}, which it does not hold.`
    this.#scan.see({rule: storageMissing, what, place: {path: this.#artifact.path}, sure: 'certain'})
  }

  #place({storage, type, offset, shape}: TensorView): TensorEntry['data'] {
    const data = this.#data.get(storage.key)
    if (data === undefined) return null
    const start = data + (storage.view?.offset ?? 0) * storage.type.bytes
    const begin = start + offset * type.bytes
    const end = begin + type.bytes * shape.reduce((product, size) => product * size, 1)
    return end <= data + storage.elements * storage.type.bytes ? {begin, end, bytes: this.#artifact.bytes} : null
  }

  async #pickle(hooks: Pick<PickleOptions, 'afterCall' | 'afterItem'> = {}): Promise<PickleRun> {
    const {bytes, path} = this.#artifact
    const run = await runPickle(bytes, this.at, {path, loader: 'torch', work: this.#scan.work, ...hooks})
    for (const observation of run.observations) this.#scan.see(observation)
    this.at = run.end.at
    return run
  }
}

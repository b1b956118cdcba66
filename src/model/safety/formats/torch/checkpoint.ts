import {formatCount} from '../../../../core/quantity.ts'
import type {Artifact, Place} from '../../artifact.ts'
import type {Reading, Scan, TensorEntry} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {quote} from '../../observation.ts'
import {runPickle} from '../../pickle/run.ts'
import type {Value} from '../../pickle/value.ts'
import type {ZipContents, ZipLayout, ZipMember} from '../zip-layout.ts'
import {PickledTensors, tensorCount} from './pickled-tensors.ts'
import {byteOrder, memberUnused, severalPickles, storageId, storageMissing, storageSize} from './rules.ts'
import {type StorageId, storageOf} from './storage.ts'
import type {TensorView} from './tensor.ts'

/**
 * Checkpoints as `torch.save` writes them since 1.6: a ZIP archive with a pickle `<folder>/data.pkl`, whose persistent
 * ids ask for the members `<folder>/data/<key>`. Format: `torch/serialization.py`, `_save` and `_load`, torch 2.15. The
 * pickle’s imports are seen where the archive’s members are looked at; here its tensors are held against the members.
 */
export const torchCheckpoint: ZipLayout = {
  name: 'PyTorch checkpoint',
  matches: zip => zip.members.some(isPickle) && !zip.members.some(isConstants),
  loaderOf: ({name}) => {
    if (isPickle({name})) return 'torch'
    return isStorage(name) ? 'raw tensor' : undefined
  },
  read: readCheckpoint,
}

/** miniz, by which torch reads archives, compares names without regard to case. */
function isPickle({name}: {readonly name: string}): boolean {
  return /(^|\/)data\.pkl$/i.test(name)
}

/** With it, torch.load takes the archive for TorchScript. */
export function isConstants({name}: {readonly name: string}): boolean {
  return /(^|\/)constants\.pkl$/i.test(name)
}

/** `archive/data/0`. */
export function isStorage(name: string): boolean {
  return /^[^/]+\/(data|constants|tensors)\/\d+$/i.test(name)
}

async function readCheckpoint(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading> {
  const [first, ...others] = zip.members.filter(isPickle)
  if (first === undefined) throw new Malformed('It holds no data.pkl.')
  const {path} = artifact
  if (others.length > 0) {
    const names = [first, ...others].slice(0, 3).map(({name}) => quote(name))
    const what = `It holds ${others.length + 1} pickles named data.pkl: ${names.join(', ')}${others.length > 2 ? ' …' : ''}.`
    scan.see({rule: severalPickles, what, place: {path}, sure: 'certain'})
  }
  let tensors = 0
  const used = new Set<string>()
  for (const pickle of [first, ...others]) tensors += await readPickle({zip, pickle, used}, artifact, scan)
  seeUnused(zip, used, {scan, place: {path}})
  return {is: `torch checkpoint, ${tensorCount(tensors)}`, holds: 'weights'}
}

/** Holds one pickle against the members that it asks for, and counts its tensors. */
export async function readPickle(
  {zip, pickle, used}: {zip: ZipContents; pickle: ZipMember; used: Set<string>},
  artifact: Artifact,
  scan: Scan,
): Promise<number> {
  const folder = pickle.name.slice(0, -'data.pkl'.length)
  const path: Artifact['path'] = [...artifact.path, pickle.name]
  const place: Place = {path}
  const tensors = new PickledTensors(scan, place)
  const {persistentIds} = await zip.open(pickle, bytes =>
    runPickle(bytes, 0, {
      path,
      loader: 'torch',
      work: scan.work,
      afterCall: object => tensors.made(object),
      afterItem: (key, value) => tensors.named(key, value),
    }),
  )
  const storages = new Storages({zip, folder, used, scan, place})
  for (const id of persistentIds) storages.check(id)
  const littleEndian = await isLittleEndian(zip, folder, {scan, place})
  await scan.tensors(artifact, tensors.entries(littleEndian ? view => storages.place(view, artifact) : () => null))
  return tensors.count
}

class Storages {
  readonly #zip: ZipContents
  readonly #folder: string
  readonly #used: Set<string>
  readonly #scan: Scan
  readonly #place: Place
  readonly #checked = new Map<string, number>()

  constructor({
    zip,
    folder,
    used,
    scan,
    place,
  }: {
    zip: ZipContents
    folder: string
    used: Set<string>
    scan: Scan
    place: Place
  }) {
    this.#zip = zip
    this.#folder = folder
    this.#used = used
    this.#scan = scan
    this.#place = place
  }

  check(id: Value): void {
    this.#scan.work.step()
    const storage = storageOf(id)
    if (typeof storage === 'string') {
      this.#scan.see({rule: storageId, what: storage, place: this.#place, sure: 'certain'})
      return
    }
    const {key} = storage
    const bytes = storage.elements * storage.type.bytes
    // A storage is shared by many tensors; one that is asked for in two sizes is held against both.
    if (this.#checked.get(key) === bytes) return
    this.#checked.set(key, bytes)
    this.#checkMember(storage, bytes)
  }

  #checkMember({key, elements}: StorageId, bytes: number): void {
    const name = `${this.#folder}data/${key}`
    const member = this.#zip.find(name)
    if (!member) {
      const what = `It asks for the storage ${quote(key)}, and the archive has no member ${quote(name)}.`
      this.#scan.see({rule: storageMissing, what, place: this.#place, sure: 'certain'})
      return
    }
    this.#used.add(name)
    if (member.size === bytes) return
    const [claimed, held] = [formatCount(bytes), formatCount(member.size)]
    const what = `Its pickle says that the storage ${quote(key)} has ${formatCount(elements)} elements, ${claimed} bytes; the member has ${held}.`
    this.#scan.see({rule: storageSize, what, place: this.#place, sure: 'certain'})
  }

  place({storage, type, offset, shape}: TensorView, {bytes}: Artifact): TensorEntry['data'] {
    const member = this.#zip.find(`${this.#folder}data/${storage.key}`)
    if (member?.method !== 0) return null
    const begin = member.dataOffset + offset * type.bytes
    const end = begin + type.bytes * shape.reduce((product, size) => product * size, 1)
    return end <= member.dataOffset + member.packedSize ? {begin, end, bytes} : null
  }
}

async function isLittleEndian(
  zip: ZipContents,
  folder: string,
  {scan, place}: {scan: Scan; place: Place},
): Promise<boolean> {
  const member = zip.find(`${folder}byteorder`)
  if (!member) return true
  const text = await zip.open(member, async bytes => Buffer.from(await bytes.slice(0, 32)).toString('latin1'))
  if (text !== 'little' && text !== 'big') {
    const what = `Its byteorder is ${quote(text)}; torch knows little and big.`
    scan.see({rule: byteOrder, what, place, sure: 'certain'})
  }
  return text === 'little'
}

function seeUnused(zip: ZipContents, used: ReadonlySet<string>, {scan, place}: {scan: Scan; place: Place}): void {
  const unused = zip.members.filter(({name}) => !used.has(name) && !isPickle({name}) && !isRecord(name))
  const [first] = unused
  if (!first) return
  const others = unused.length === 1 ? '' : ` and ${formatCount(unused.length - 1)} more`
  const what = `Its pickle asks for none of these members: ${quote(first.name)}${others}.`
  scan.see({rule: memberUnused, what, place, sure: 'certain'})
}

/** What torch writes beside the pickle and the storages. */
function isRecord(name: string): boolean {
  return /^[^/]+\/(version|byteorder|\.format_version|\.storage_alignment|\.data\/(serialization_id|version))$/.test(
    name,
  )
}

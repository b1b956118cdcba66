import {formatCount, formatSize} from '../../../core/quantity.ts'
import {type Artifact, bytesOf, sliceOf} from '../artifact.ts'
import type {Format, Reading, Scan, TensorEntry} from '../format.ts'
import {type Observation, quote, type Rule} from '../observation.ts'
import {type Attribute, readTexts} from './hdf5/attributes.ts'
import {GlobalHeap} from './hdf5/global-heap.ts'
import type {Link} from './hdf5/group.ts'
import {messageTypes, readHeader} from './hdf5/header.ts'
import {
  hdf5DataOutside,
  hdf5ExternalData,
  hdf5ExternalLink,
  hdf5PickledRows,
  hdf5Plugin,
  hdf5SeveralFiles,
  hdf5ShapeBomb,
  hdf5SoftLink,
  hdf5UserLink,
  hdf5Virtual,
} from './hdf5/rules.ts'
import {type Hdf5Source, hasSignature, openHdf5, superblockOffsets} from './hdf5/source.ts'
import {type Hdf5Object, walkHdf5} from './hdf5/walk.ts'
import {isKerasText, seeKerasConfig} from './keras/config-text.ts'

/**
 * HDF5: Keras models and weights (`.h5`, `model.weights.h5` inside `.keras`). Every object that hard links reach is
 * visited, its data are only measured. Source: HDF5 File Format Specification 3.0.
 */
export const hdf5: Format = {
  name: 'HDF5',
  recognise: ({head, name, marks = []}) => {
    for (const offset of superblockOffsets(head.length)) if (hasSignature(head, offset)) return true
    // A user block may be longer than the head of the file.
    if (marks.some(mark => hasSignature(mark))) return true
    return name.endsWith('.h5') || name.endsWith('.hdf5')
  },
  read: readHdf5,
}

type Dataset = Extract<Hdf5Object, {kind: 'dataset'}>
type See = (rule: Rule, what: string, byte: number) => void

async function readHdf5(artifact: Artifact, scan: Scan): Promise<Reading> {
  const source = await openHdf5(artifact.bytes, scan.work)
  const see: See = (rule, what, byte) => scan.see(seen(artifact, rule, what, byte))
  if (await isOneOfSeveral(source))
    see(hdf5SeveralFiles, 'It names a file driver that uses several files.', source.base)

  const heap = new GlobalHeap(source)
  const tensors: TensorEntry[] = []
  let declared = 0
  let texts: readonly string[] = []
  for await (const object of walkHdf5(source, heap)) {
    await lookIntoAttributes(object, artifact, scan)
    if (object.path === '/') texts = await readKerasAttributes(heap, object.attributes, {artifact, scan})
    if (object.kind === 'group') seeLinks(object, see)
    if (object.kind !== 'dataset') continue
    seeDataset(object, source, see)
    tensors.push(tensorOf(object, artifact, source))
    declared += sizeOf(object)
  }
  if (declared > bombFrom && declared > bombRatio * artifact.bytes.size) {
    const sizes = `${formatSize(declared)} of elements, in a file of ${formatSize(artifact.bytes.size)}`
    see(hdf5ShapeBomb, `Its datasets claim ${sizes}.`, source.base)
  }
  await scan.tensors(artifact, tensors)
  const count = `${formatCount(tensors.length)} ${tensors.length === 1 ? 'dataset' : 'datasets'}`
  if (texts.includes('model_config')) return {is: `Keras model (HDF5), ${count}`, holds: 'weights'}
  return {is: texts.length > 0 ? `Keras weights (HDF5), ${count}` : `HDF5, ${count}`, holds: 'weights'}
}

/** The marks of Keras' own guard (`safe_get_h5_dataset`, June 2026), on all datasets together. */
const bombFrom = 4 * 2 ** 30
const bombRatio = 1000

function seen(artifact: Artifact, rule: Rule, what: string, byte: number): Observation {
  return {rule, what, place: {path: artifact.path, byte}, sure: 'certain'}
}

/** A driver information block or message: the multi, split and family drivers write one. */
async function isOneOfSeveral(source: Hdf5Source): Promise<boolean> {
  if (source.driver !== null) return true
  if (source.extension === null) return false
  const messages = await readHeader(source, source.extension)
  return messages.some(({type}) => type === messageTypes.driver)
}

/**
 * PyTables, and pandas with it, unpickles every attribute that looks like a pickle, and the rows of datasets that are
 * marked as holding objects (tables/attributeset.py, tables/vlarray.py).
 */
async function lookIntoAttributes({attributes, path}: Hdf5Object, artifact: Artifact, scan: Scan): Promise<void> {
  for (const {name, at, datatype, data} of attributes) {
    if (datatype.kind !== 'fixed text') continue
    const content = withoutZeros(data.rest())
    if (name === 'PSEUDOATOM' && new TextDecoder('latin1').decode(content) === 'object') {
      const what = `${quote(path)} is marked as holding pickled objects.`
      scan.see(seen(artifact, hdf5PickledRows, what, at))
    }
    if (!looksPickled(content)) continue
    await scan.inside(artifact, `${path} (attribute ${name})`, bytesOf(content))
  }
}

function withoutZeros(content: Uint8Array): Uint8Array {
  let end = content.length
  while (end > 0 && content[end - 1] === 0) end--
  return content.subarray(0, end)
}

/** Ends with STOP, and begins with PROTO or an opcode that protocol 0 begins with. */
function looksPickled(content: Uint8Array): boolean {
  if (content.length < 3 || content.at(-1) !== 0x2e) return false
  return content[0] === 0x80 || '(c]}dlti'.includes(String.fromCharCode(content[0] ?? 0))
}

/** Attributes of the root that hold texts of Keras; the names of those that were there. */
async function readKerasAttributes(
  heap: GlobalHeap,
  attributes: readonly Attribute[],
  {artifact, scan}: {artifact: Artifact; scan: Scan},
): Promise<readonly string[]> {
  const found: string[] = []
  for (const attribute of attributes) {
    const {name, at} = attribute
    if (name === 'layer_names' || name === 'keras_version' || name === 'backend') found.push(name)
    const texts = await readTexts(heap, attribute)
    for (const text of texts ?? []) {
      if (name !== 'model_config' && name !== 'training_config' && !isKerasText(text)) continue
      found.push(name)
      seeKerasConfig(text, {artifact, scan, byte: at, name: `the attribute ${quote(name)}`, container: 'h5'})
    }
  }
  return found
}

function seeLinks({path, links}: {readonly path: string; readonly links: readonly Link[]}, see: See): void {
  for (const link of links) {
    const name = quote(path === '/' ? `/${link.name}` : `${path}/${link.name}`)
    if (link.kind === 'external') {
      const target = `${quote(link.path)} in the file ${quote(link.file)}`
      see(hdf5ExternalLink, `${name} leads to ${target}, which is opened when it is loaded.`, link.at)
    } else if (link.kind === 'user-defined') {
      see(hdf5UserLink, `${name} is a link of the user-defined kind ${link.type}.`, link.at)
    } else if (link.kind === 'soft') {
      see(hdf5SoftLink, `${name} stands for ${quote(link.path)}.`, link.at)
    }
  }
}

function seeDataset(dataset: Dataset, source: Hdf5Source, see: See): void {
  const {path, at, externalFiles, virtualFiles, filters, layout} = dataset
  for (const file of externalFiles.slice(0, 10)) {
    see(hdf5ExternalData, `${quote(path)} keeps its elements in the file ${quote(file)}.`, at)
  }
  if (layout.kind === 'virtual') {
    const from =
      virtualFiles.length > 0 ? ` from ${virtualFiles.map(file => quote(file)).join(', ')} and what follows it` : ''
    see(hdf5Virtual, `${quote(path)} is put together${from}.`, at)
  }
  for (const filter of new Set(filters)) {
    if (filter >= 256) see(hdf5Plugin, `${quote(path)} is packed by the filter number ${filter}.`, at)
  }
  if (layout.kind === 'contiguous' && layout.address !== null && externalFiles.length === 0) {
    const size = sizeOf(dataset)
    if (layout.address + size > source.size) {
      see(hdf5DataOutside, `${quote(path)} has ${formatSize(size)} of elements, and the file ends before that.`, at)
    }
  }
}

/** Of all elements as they are stored unpacked, in bytes. */
function sizeOf({shape, datatype}: Dataset): number {
  return shape === null ? 0 : shape.reduce((product, size) => product * size, datatype.size)
}

function tensorOf(dataset: Dataset, {bytes}: Artifact, source: Hdf5Source): TensorEntry {
  const {path, datatype, layout, filters, externalFiles} = dataset
  const entry = {name: path.slice(1), dtype: datatype.name, shape: dataset.shape ?? [0]}
  const size = sizeOf(dataset)
  if (filters.length > 0 || externalFiles.length > 0 || !datatype.littleEndian) return {...entry, data: null}
  const begin = beginOf(dataset, source)
  if (begin === null || begin + size > bytes.size || layout.kind === 'virtual') return {...entry, data: null}
  return {...entry, data: {begin, end: begin + size, bytes: sliceOf(bytes, 0, bytes.size)}}
}

function beginOf({layout}: Dataset, source: Hdf5Source): number | null {
  if (layout.kind === 'compact') return layout.at
  if (layout.kind === 'contiguous' && layout.address !== null) return source.base + layout.address
  return null
}

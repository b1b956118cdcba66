import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../format.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {type Blob, checkBlobs} from './coreml/blobs.ts'
import {readManifest} from './coreml/manifest.ts'
import {type Kind, type Leaf, leads, plainModels} from './coreml/messages.ts'
import {rules} from './coreml/rules.ts'
import {Cursor} from './cursor.ts'
import {whyLeadsOut} from './pointed-path.ts'
import {type Field, glance, Message, numberOf} from './protobuf.ts'
import {signsOf} from './signs.ts'

/**
 * Core ML: a protobuf of layers or of a program (.mlmodel), whose weights may lie in a file of its package. It brings no
 * code; it can name classes of the app, and files.
 */
export const coreml: Format = {name: 'Core ML', recognise: looksLikeCoreml, read: readCoreml}

/** The list of files of an .mlpackage. */
export const coremlManifest: Format = {
  name: 'Core ML manifest',
  with: ['config of a model library'],
  recognise: ({name, head}) => name === 'manifest.json' && signsOf(head).includes('"itemInfoEntries"'),
  read: readManifest,
}

/** Weights of a package: two counts, then the mark of the first description (`storage_header` of MILBlob, version 2). */
export const coremlWeights: Format = {
  name: 'Core ML weights',
  recognise: ({head}) => {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
    if (head.length < 68 || view.getUint32(4, true) !== 2 || view.getUint32(64, true) !== 0xdeadbeef) return false
    return head.subarray(8, 64).every(byte => byte === 0)
  },
  read: async () => ({is: 'Core ML weights', holds: 'weights'}),
}

const latestVersion = 1000
const mostBlobs = 250_000
/** Fields of ModelDescription, and those of them that no other message of a known format has there. */
const descriptionFields = new Set([1, 10, 11, 12, 13, 20, 21, 50, 100])

function looksLikeCoreml({head}: Sample): boolean {
  const fields = glance(head)
  const [version, description] = fields ?? []
  if (!fields || version?.number !== 1 || version.type !== 'varint' || description?.number !== 2) return false
  if (version.high !== 0 || version.low === 0 || version.low > latestVersion || description.type !== 'bytes')
    return false
  const others = fields.slice(2)
  if (!others.every(({number, type}) => (number === 10 ? type === 'varint' : number >= 200 && type === 'bytes')))
    return false
  if (others.some(({number}) => leads.model.has(number) || plainModels.has(number))) return true
  const inside = glance(head, description.start, Math.min(description.end, head.length))
  return inside?.every(({number}) => descriptionFields.has(number)) === true && inside.some(({number}) => number >= 10)
}

async function readCoreml(artifact: Artifact, scan: Scan): Promise<Reading> {
  const walk = new Walk(artifact, scan)
  const ended = await walk.model(new Message(new Cursor(artifact.bytes), scan.work))
  const dataFiles = await checkBlobs(walk.blobs, artifact, scan)
  if (ended !== null) throw ended
  return {is: 'Core ML model', holds: 'weights', ...(dataFiles.length === 0 ? {} : {dataFiles})}
}

class Walk {
  readonly blobs: Blob[] = []
  readonly #artifact: Artifact
  readonly #scan: Scan

  constructor(artifact: Artifact, scan: Scan) {
    this.#artifact = artifact
    this.#scan = scan
  }

  /** @returns what ended the walk early, for the caller to throw when it has judged what was met before */
  async model(message: Message): Promise<Malformed | OverLimit | null> {
    try {
      await this.#walk('model', message)
      return null
    } catch (error) {
      if (error instanceof Malformed || error instanceof OverLimit) return error
      throw error
    }
  }

  /** As deep as protobuf itself goes: `Message` counts. */
  async #walk(kind: Exclude<Kind, Leaf>, message: Message): Promise<void> {
    for (let field = await message.next(); field; field = await message.next()) {
      const next = leads[kind].get(field.number)
      if (next === undefined) {
        if (kind === 'model') this.#other(field)
        continue
      }
      if (field.type !== 'bytes') continue
      switch (next) {
        case 'custom class':
          await this.#custom(message.open(field), kind, field.at)
          break
        case 'linked model':
          await this.#linked(message.open(field), field.at)
          break
        case 'serialized model':
          this.#see(rules.serialized, 'It holds a model that a framework of Apple has serialized.', field.at)
          break
        case 'blob':
          await this.#blob(message.open(field), field.at)
          break
        default:
          await this.#walk(next, message.open(field))
      }
    }
  }

  #other({number, at}: Field): void {
    if (number < 200 || plainModels.has(number)) return
    this.#see(rules.unknown, `It is a model of kind ${number}.`, at)
  }

  async #custom(message: Message, kind: Kind, at: number): Promise<void> {
    let name = ''
    for (let field = await message.next(); field; field = await message.next()) {
      if (field.number === 10) name = await message.text(field)
    }
    const what = kind === 'layer' ? 'A layer' : 'The whole model'
    this.#see(rules.custom, `${what} is computed by the class ${quote(name)} of the app.`, at)
  }

  /** `LinkedModelFile`: a file name and where to look for it, each with a default. */
  async #linked(message: Message, at: number): Promise<void> {
    const texts: string[] = []
    for (let file = await message.next(); file; file = await message.next()) {
      const names = message.open(file)
      for (let name = await names.next(); name; name = await names.next()) {
        const text = names.open(name)
        for (let value = await text.next(); value; value = await text.next()) {
          if (value.number === 1 && value.type === 'bytes') texts.push(await text.text(value))
        }
      }
    }
    const shown = texts.map(text => quote(text)).join(' in ')
    const leading = texts.find(text => whyLeadsOut(text) !== null)
    const rule = leading === undefined ? rules.linked : rules.outside
    this.#see(rule, `It loads another model: ${shown === '' ? 'which, the app says' : shown}.`, at)
  }

  async #blob(message: Message, at: number): Promise<void> {
    let file = ''
    let offset = 0
    for (let field = await message.next(); field; field = await message.next()) {
      if (field.number === 1) file = await message.text(field)
      else if (field.number === 2) offset = numberOf(field)
    }
    if (offset < 0) throw new Malformed(`Weights are said to lie at ${offset}.`, at)
    if (this.blobs.length === mostBlobs) throw new OverLimit('work', `It has more than ${mostBlobs} weights.`)
    this.blobs.push({file, offset, at})
  }

  #see(rule: Rule, what: string, byte: number): void {
    this.#scan.see({rule, what, place: {path: this.#artifact.path, byte}, sure: 'certain'})
  }
}

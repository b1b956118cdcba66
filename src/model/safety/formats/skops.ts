import {assertNever} from '../../../core/assert.ts'
import {formatCount, formatSize} from '../../../core/quantity.ts'
import type {Bytes} from '../../../runtime/files.ts'
import {parseStrictJson} from '../../readers/strict-json.ts'
import type {Artifact, Place} from '../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../format.ts'
import type {Work} from '../limits.ts'
import {endsAsZip} from '../magic.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import {type ImportUse, quote, type Rule} from '../observation.ts'
import {type Fields, type NodeImport, type NodeSight, sightsOfNode} from './skops/nodes.ts'
import type {ZipContents, ZipLayout} from './zip-layout.ts'

const skopsImport: Rule = {
  id: 'skops-import',
  title: 'A skops file imports a name that is not allowed',
  means: 'import',
  why: 'skops imports the module and builds what the file names, once its types are trusted.',
  remedy: 'Review what skops.io.get_untrusted_types says of the file, and allow what your model needs by name.',
}

const otherType: Rule = {
  id: 'skops-type-hidden',
  title: 'A skops file shows another type than it uses',
  means: 'deceives',
  why: 'Older versions of skops ask for trust in the type that is shown, and use the other one.',
  remedy: 'Do not load it; write the model again with skops 0.13 or newer.',
}

const unknownLoader: Rule = {
  id: 'skops-loader-unknown',
  title: 'A skops file has nodes of an unknown kind',
  means: 'unsure',
  why: 'What skops does with a node follows from its kind alone.',
  remedy: 'Write the model with a version of skops that is known (protocol 2, skops 0.16), or as ONNX.',
}

const missingFile: Rule = {
  id: 'skops-file-missing',
  title: 'A skops file refers to a member that it does not hold',
  means: 'damaged',
  why: 'It cannot be loaded as it is.',
  remedy: 'Write the model again with skops.io.dump.',
}

const notAnArchive: Rule = {
  id: 'skops-not-an-archive',
  title: 'A file with the name of a skops file is none',
  means: 'deceives',
  why: 'Card.get_model of skops before 0.13 loads such a file with joblib, and so runs it as a pickle.',
  remedy: 'Find out what wrote it; a file that skops.io.dump writes is a ZIP archive.',
  cves: ['CVE-2025-54886'],
}

export const skopsRules: readonly Rule[] = [skopsImport, otherType, unknownLoader, missingFile, notAnArchive]

/**
 * Files of `skops.io.dump`: a ZIP archive whose `schema.json` is a tree of nodes, each with the loader that builds it
 * and the type that it builds. Everything that looks like a node counts, wherever it stands.
 */
export const skops: ZipLayout = {
  name: 'skops',
  matches: zip => zip.named(schemaName).length > 0,
  read: readSkops,
}

/** What is named `.skops` and is no archive. */
export const skopsByName: Format = {
  name: 'file named .skops',
  with: ['pickle', 'joblib Z-file', 'NumPy array', 'gzip', 'zlib', 'bzip2', 'xz', 'LZMA', 'LZ4', 'zstd'],
  recognise: ({name, tail}: Sample) => name.endsWith('.skops') && !endsAsZip(tail),
  read: ({path}, scan) => {
    const what = 'Its name ends with .skops, and it is no ZIP archive.'
    scan.see({rule: notAnArchive, what, place: {path}, sure: 'certain'})
    return Promise.resolve({is: 'no skops file', holds: 'container'})
  },
}

const schemaName = 'schema.json'

/** A forest of thousands of trees has some MiB; the arrays are members of their own. */
const maxSchemaBytes = 64 * 2 ** 20

/** A pipeline of pipelines has some dozen levels; Python’s own reader gives up at about a thousand. */
const maxDepth = 500

const newestProtocol = 2

async function readSkops(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading> {
  const place: Place = {path: [...artifact.path, schemaName]}
  const tree = new SchemaWalk(zip, scan, place)
  for (const member of zip.named(schemaName)) {
    tree.walk(await zip.open(member, bytes => readSchema(bytes, scan.work)))
  }
  tree.seeImports()
  return {is: `skops, ${formatCount(tree.nodes)} nodes`, holds: 'weights'}
}

async function readSchema(bytes: Bytes, work: Work): Promise<Fields> {
  if (bytes.size > maxSchemaBytes) {
    const most = formatSize(maxSchemaBytes)
    throw new OverLimit('work', `Its schema.json has ${formatSize(bytes.size)}, and at most ${most} are read.`)
  }
  work.step(bytes.size)
  const text = new TextDecoder('utf-8').decode(await bytes.slice(0, bytes.size))
  const parsed = parseStrictJson(text, {nonFinite: true, maxDepth})
  if (parsed.kind === 'problem') {
    if (parsed.problem === 'too-many') throw new OverLimit('work', 'Its schema.json holds more objects than are read.')
    throw new Malformed(`Its schema.json is not read as JSON, from character ${parsed.at} on: ${parsed.problem}.`)
  }
  if (!(parsed.value instanceof Map)) throw new Malformed('Its schema.json is not a JSON object.')
  return parsed.value
}

/** Goes through every object of a schema, and collects what they import. */
class SchemaWalk {
  nodes = 0
  readonly #zip: ZipContents
  readonly #scan: Scan
  readonly #place: Place
  readonly #imports = new Map<string, NodeImport & {readonly counts: Map<ImportUse['how'], number>}>()

  constructor(zip: ZipContents, scan: Scan, place: Place) {
    this.#zip = zip
    this.#scan = scan
    this.#place = place
  }

  walk(schema: Fields): void {
    this.#seeProtocol(schema.get('protocol'))
    const open: unknown[] = [schema]
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      this.#scan.work.step()
      if (Array.isArray(value)) for (const item of value) open.push(item ?? null)
      if (!(value instanceof Map)) continue
      for (const field of value.values()) open.push(field ?? null)
      this.#seeNode(value)
    }
  }

  seeImports(): void {
    for (const {module, name, counts} of this.#imports.values()) {
      const uses = [...counts].map(([how, count]): ImportUse => ({how, count, place: this.#place}))
      this.#see(skopsImport, `It imports ${quote(`${module}.${name}`)}, and ${describeUses(uses)}.`, {
        imported: {module, name, loader: 'any', uses},
      })
    }
  }

  #seeProtocol(protocol: unknown): void {
    if (typeof protocol !== 'number' || !Number.isSafeInteger(protocol) || protocol < 0) {
      throw new Malformed('Its schema.json names no protocol.')
    }
    if (protocol > newestProtocol) {
      this.#see(unknownLoader, `It is written in protocol ${protocol}; ${newestProtocol} is the newest that is known.`)
    }
  }

  #seeNode(node: Fields): void {
    const loader = node.get('__loader__')
    if (typeof loader !== 'string') return
    this.nodes++
    const file = node.get('file')
    if (typeof file === 'string' && !this.#zip.find(file)) {
      this.#see(missingFile, `A ${quote(loader)} refers to ${quote(file)}, which is not in the archive.`)
    }
    for (const sight of sightsOfNode(loader, node)) this.#seeSight(sight)
  }

  #seeSight(sight: NodeSight): void {
    switch (sight.kind) {
      case 'imports':
        for (const each of sight.imports) this.#count(each)
        return
      case 'unknown loader':
        this.#see(unknownLoader, `A node has the loader ${quote(sight.loader)}, which skops 0.16 does not know.`)
        return
      case 'another type': {
        const {shown, used} = sight.what
        const cves = [sight.loader === 'MethodNode' ? 'CVE-2025-54413' : 'CVE-2025-54412']
        this.#see({...otherType, cves}, `A ${sight.loader} shows the type ${quote(shown)}, and uses ${quote(used)}.`)
        return
      }
      default:
        assertNever(sight)
    }
  }

  #count(imported: NodeImport): void {
    const {module, name, uses} = imported
    const key = JSON.stringify([module, name])
    const known = this.#imports.get(key) ?? {...imported, counts: new Map<ImportUse['how'], number>()}
    for (const how of uses) known.counts.set(how, (known.counts.get(how) ?? 0) + 1)
    this.#imports.set(key, known)
  }

  #see(rule: Rule, what: string, more: {imported?: Parameters<Scan['see']>[0]['imported']} = {}): void {
    const {imported} = more
    this.#scan.see({rule, what, place: this.#place, sure: 'certain', ...(imported ? {imported} : {})})
  }
}

function describeUses(uses: readonly ImportUse[]): string {
  if (uses.some(({how}) => how === 'call')) return 'calls it'
  if (uses.some(({how}) => how === 'new')) return 'makes an object of it'
  return 'keeps it as a value'
}

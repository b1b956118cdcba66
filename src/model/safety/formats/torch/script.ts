import {assertNever} from '../../../../core/assert.ts'
import {formatCount, formatSize} from '../../../../core/quantity.ts'
import type {Artifact, Place} from '../../artifact.ts'
import type {Reading, Scan} from '../../format.ts'
import {quote, type Rule} from '../../observation.ts'
import type {ZipContents, ZipLayout, ZipMember} from '../zip-layout.ts'
import {isConstants, isStorage, readPickle} from './checkpoint.ts'
import {tensorCount} from './pickled-tensors.ts'
import {isKnownClass, reachOf} from './script-operators.ts'
import {
  scriptFiles,
  scriptIndirect,
  scriptLibrary,
  scriptMethod,
  scriptNetwork,
  scriptOther,
  scriptProgram,
  scriptPython,
  scriptUnread,
} from './script-rules.ts'
import {type ScriptSight, sightsOfScript} from './script-source.ts'

/**
 * Models as `torch.jit.save` writes them, those for mobile devices too: a ZIP archive with the source of a program
 * (`<folder>/code/**.py`), pickles for torch’s own unpickler, which imports nothing of Python, and storages. Format:
 * torch `torch/csrc/jit/docs/serialization.md`. A mobile model has its operators in `bytecode.pkl`.
 */
export const torchScript: ZipLayout = {
  name: 'TorchScript',
  matches: zip => zip.members.some(member => isConstants(member) || isCode(member) || isBytecode(member)),
  loaderOf: ({name}) => {
    if (isStorage(name)) return 'raw tensor'
    return /\.pkl$/i.test(name) || /\.debug_pkl$/i.test(name) || isCode({name}) ? 'torchscript' : undefined
  },
  read: readScript,
}

function isCode({name}: {readonly name: string}): boolean {
  return /^[^/]+\/code\/.+\.py$/i.test(name)
}

function isBytecode({name}: {readonly name: string}): boolean {
  return /^[^/]+\/bytecode\.pkl$/i.test(name)
}

/** The largest programs that were exported have some MiB. */
const maxSourceBytes = 32 * 2 ** 20

async function readScript(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading> {
  const program = new Program(artifact, scan)
  for (const member of zip.members) {
    if (isCode(member)) await program.read(zip, member, sightsOfScript)
    else if (isBytecode(member)) await program.read(zip, member, operatorsInBytecode)
  }
  program.conclude()
  let tensors = 0
  const used = new Set<string>()
  for (const pickle of zip.members.filter(({name}) => /^[^/]+\/data\.pkl$/i.test(name))) {
    tensors += await readPickle({zip, pickle, used}, artifact, scan)
  }
  return {is: `TorchScript, ${tensorCount(tensors)}`, holds: 'program'}
}

/**
 * Operators that the bytecode of a mobile model lists: `('aten::linear', '', 3)`. torch’s own unpickler reads texts as
 * they stand, so a look at the bytes finds all of them.
 */
function* operatorsInBytecode(bytes: string): Iterable<ScriptSight> {
  for (let at = bytes.indexOf('::'); at !== -1; at = bytes.indexOf('::', at + 2)) {
    const namespace = /[A-Za-z_]\w*$/.exec(bytes.slice(Math.max(0, at - maxNameLength), at))?.[0]
    const name = /^[A-Za-z_]\w*/.exec(bytes.slice(at + 2, at + 2 + maxNameLength))?.[0]
    if (!namespace || !name) continue
    const start = at - namespace.length
    for (const read of readings(bytes, start, `${namespace}::${name}`)) yield {kind: 'operator', name: read, at: start}
  }
  const classes = '__torch__.torch.classes.'
  for (let at = bytes.indexOf(classes); at !== -1; at = bytes.indexOf(classes, at + 1)) {
    const from = at + classes.length
    const name = /^[\w.]+/.exec(bytes.slice(from, from + maxNameLength))?.[0]
    if (name) yield {kind: 'native class', name, at}
  }
}

const maxNameLength = 120

/** The text as long as its opcode says (BINUNICODE); without one it may end before its last letter, the next opcode. */
function readings(bytes: string, start: number, text: string): readonly string[] {
  const length = bytes.charCodeAt(start - 4) + 256 * bytes.charCodeAt(start - 3)
  if (bytes[start - 5] !== 'X' || length > text.length) return [text, text.slice(0, -1)]
  return [text.slice(0, length)]
}

/** The program of one archive: everything that it names, each name once. */
class Program {
  readonly #artifact: Artifact
  readonly #scan: Scan
  readonly #operators = new Set<string>()
  readonly #seen = new Set<string>()
  #files = 0

  constructor(artifact: Artifact, scan: Scan) {
    this.#artifact = artifact
    this.#scan = scan
  }

  async read(zip: ZipContents, member: ZipMember, sightsOf: (source: string) => Iterable<ScriptSight>): Promise<void> {
    this.#files++
    const path: Place['path'] = [...this.#artifact.path, member.name]
    const source = await zip.open(member, async bytes => {
      if (bytes.size > maxSourceBytes) {
        const what = `This part of the program has ${formatSize(bytes.size)}.`
        this.#scan.see({rule: scriptUnread, what, place: {path}, sure: 'certain'})
      }
      return Buffer.from(await bytes.slice(0, maxSourceBytes)).toString('latin1')
    })
    this.#scan.work.step(source.length)
    for (const sight of sightsOf(source)) this.#take(sight, {path, byte: sight.at})
  }

  conclude(): void {
    const names = [...this.#operators].sort()
    const listed = names.slice(0, 12).map(name => (/^[\w:.]+$/.test(name) ? name.slice(0, 80) : quote(name)))
    const others = names.length > listed.length ? ` and ${formatCount(names.length - listed.length)} more` : ''
    const calls = names.length === 0 ? 'calls no operator' : `calls ${listed.join(', ')}${others}`
    const what = `It holds a program of ${formatCount(this.#files)} ${this.#files === 1 ? 'file' : 'files'}, which ${calls}.`
    this.#scan.see({rule: scriptProgram, what, place: {path: this.#artifact.path}, sure: 'certain'})
  }

  #take(sight: ScriptSight, place: Place): void {
    if (sight.kind === 'operator') this.#operators.add(sight.name)
    const key = `${sight.kind} ${sight.name}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const found = judge(sight)
    if (found) this.#scan.see({...found, place})
  }
}

function judge({kind, name}: ScriptSight): {rule: Rule; what: string; sure: 'likely' | 'possible'} | null {
  const shown = quote(name)
  switch (kind) {
    case 'operator':
      return judgeOperator(name)
    case 'native class':
      return isKnownClass(name)
        ? null
        : {rule: scriptLibrary, what: `It needs the native class ${shown}.`, sure: 'likely'}
    case 'method':
      return {rule: scriptMethod, what: `It calls a method named ${shown}.`, sure: 'possible'}
    case 'python':
      return {rule: scriptOther, what: `Its program has the word ${shown}, which is Python’s.`, sure: 'possible'}
    case 'indirect':
      return {rule: scriptIndirect, what: `It uses ${shown} as a value.`, sure: 'possible'}
    default:
      return assertNever(kind)
  }
}

function judgeOperator(name: string): {rule: Rule; what: string; sure: 'likely'} | null {
  const reach = reachOf(name)
  const shown = quote(name)
  switch (reach) {
    case null:
      return null
    case 'files':
      return {rule: scriptFiles, what: `It calls ${shown}, which opens a file by name.`, sure: 'likely'}
    case 'network':
      return {rule: scriptNetwork, what: `It calls ${shown}, which talks to other processes.`, sure: 'likely'}
    case 'python':
      return {rule: scriptPython, what: `It calls ${shown}, which runs Python.`, sure: 'likely'}
    case 'unknown library':
      return {rule: scriptLibrary, what: `It calls ${shown}, which torch does not bring.`, sure: 'likely'}
    default:
      return assertNever(reach)
  }
}

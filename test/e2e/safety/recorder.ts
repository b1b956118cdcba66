import {spawn, spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {Readable} from 'node:stream'

/** What CPython would do with one stream. */
export interface Truth {
  /** `module name`, each once. */
  readonly imports: ReadonlySet<string>
  /** `lost`: the interpreter hung or crashed on it; what it had asked for by then counts. */
  readonly end: 'ok' | 'error' | 'lost'
  /** The ways of reading in which it ran to its STOP. */
  readonly by: readonly string[]
  /** Whether anything that it imports was called or made. */
  readonly called: boolean
  readonly error: string | null
}

/** A module and a name may hold any character but this one. */
export const between = '\u0000'

/** Asks one interpreter about every stream, in order. A hang or a crash costs that one stream its end. */
export async function truthOf(python: string, streams: readonly Uint8Array[]): Promise<readonly Truth[]> {
  const answers: Truth[] = []
  let lost = 0
  while (answers.length < streams.length) {
    const {unfinished, said} = await ask(python, streams.slice(answers.length), answers)
    if (answers.length === streams.length) break
    answers.push({imports: unfinished, end: 'lost', by: [], called: false, error: null})
    if (++lost > 20 + streams.length / 50)
      throw new Error(`${python} was lost on ${lost} streams. Its last words: ${said}`)
  }
  return answers
}

/** Appends to `answers`; resolves with the imports of the stream that it died on. */
function ask(python: string, streams: readonly Uint8Array[], answers: Truth[]): Promise<LastWords> {
  const child = spawn(python, ['-I', '-W', 'ignore', join(import.meta.dirname, 'recorder.py')])
  let said = ''
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-2000)
  })
  // A child that dies leaves a broken pipe: it is seen by its exit.
  child.stdin.on('error', () => undefined)
  Readable.from(framed(streams)).pipe(child.stdin)
  let imports = new Set<string>()
  const lines = createInterface({input: child.stdout})
  lines.on('line', line => {
    const answer: {
      import?: [string, string]
      end?: 'ok' | 'error'
      by?: string[]
      called?: boolean
      error?: string | null
    } = JSON.parse(line)
    if (answer.import) imports.add(answer.import.join(between))
    if (!answer.end) return
    answers.push({
      imports,
      end: answer.end,
      by: answer.by ?? [],
      called: answer.called === true,
      error: answer.error ?? null,
    })
    imports = new Set()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    lines.on('close', () => resolve({unfinished: imports, said}))
  })
}

interface LastWords {
  readonly unfinished: ReadonlySet<string>
  readonly said: string
}

function* framed(streams: readonly Uint8Array[]): Iterable<Uint8Array> {
  for (const stream of streams) {
    const head = new Uint8Array(4)
    new DataView(head.buffer).setUint32(0, stream.length, true)
    yield head
    if (stream.length > 0) yield stream
  }
}

/**
 * Every CPython 3.6 or later that is here: `SLIPWAY_PYTHONS` (a list of paths, as PATH is), else python3 and python3.8 to
 * python3.15 on PATH. One of each version.
 */
export function interpreters(): readonly {readonly python: string; readonly version: string}[] {
  const listed = process.env.SLIPWAY_PYTHONS?.split(':').filter(path => path !== '')
  const found = new Map<string, string>()
  for (const python of listed ?? ['python3', ...Array.from({length: 8}, (_, at) => `python3.${at + 8}`)]) {
    const {status, stdout} = spawnSync(python, ['-I', '-c', askVersion], {encoding: 'utf8'})
    const version = status === 0 ? stdout.trim() : ''
    if (version !== '' && !found.has(version)) found.set(version, python)
  }
  return [...found].map(([version, python]) => ({python, version}))
}

const askVersion = `import sys, platform, _pickle
if platform.python_implementation() == "CPython" and sys.version_info >= (3, 6): print(platform.python_version())`

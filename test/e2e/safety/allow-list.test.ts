import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {allowedNames} from '../../../src/model/safety/allow/allow-list.ts'
import {entriesOf} from '../../../src/model/safety/allow/entry.ts'
import {tensorsOnly} from '../../../src/model/safety/allow/tensors-only.ts'
import {pythonWithLibraries} from './libraries.ts'
import {interpreters} from './recorder.ts'

/**
 * The allow-list says that a use of a name runs, imports, opens and sends nothing, whatever the arguments. Here each name
 * that an interpreter has is used with hostile arguments, and Python's audit hooks (PEP 578) say what it did.
 *
 * Needs CPython 3.8 or newer. Names of the standard library are tried in each that is found, those of scikit-learn, pandas,
 * XGBoost and the like with the libraries of the corpus; SLIPWAY_PYTHONS may name more.
 */
const found = [...interpreters(), {python: pythonWithLibraries(), version: 'with the libraries'}]

const answer = z.object({
  done: z.number(),
  missing: z.array(z.string()),
  acts: z.array(z.object({name: z.string(), how: z.string(), given: z.string(), event: z.string(), args: z.string()})),
})

interface Tried {
  readonly module: string
  readonly name: string
  readonly uses: readonly string[]
}

function audit(python: string, names: readonly Tried[]): z.infer<typeof answer> {
  const script = join(import.meta.dirname, 'audit.py')
  const {stdout, stderr, status} = spawnSync(python, ['-I', '-W', 'ignore', script], {
    input: JSON.stringify(names),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`${python} ended with ${status}: ${stderr.slice(-2000)}`)
  return answer.parse(JSON.parse(stdout.split('\n').at(-1) ?? ''))
}

test('there is a CPython to ask', () => {
  expect(found.length, 'python3 of CPython 3.8 or newer is needed on PATH').toBeGreaterThan(0)
})

describe.each(found)('CPython $version', ({python, version}) => {
  test('sees no act of a name of the allow-list, with any argument', () => {
    const names = [...entriesOf([...allowedNames, ...tensorsOnly])]
    const {done, missing, acts} = audit(python, names)
    process.stdout.write(`CPython ${version}: ${done} names tried, ${missing.length} not installed\n`)
    expect(acts).toEqual([])
    expect(done).toBeGreaterThan(30)
  })

  test('sees the acts of names that are dangerous', () => {
    const dangerous = [
      'builtins:open',
      'builtins:exec',
      'builtins:__import__',
      'os:listdir',
      'glob:glob',
      'codecs:open',
    ]
    const names = dangerous.map(pair => {
      const [module = '', name = ''] = pair.split(':')
      return {module, name, uses: ['call']}
    })
    const {acts} = audit(python, names)
    expect([...new Set(acts.map(({name}) => name))].sort()).toEqual(
      names.map(({module, name}) => `${module}.${name}`).sort(),
    )
  })
})

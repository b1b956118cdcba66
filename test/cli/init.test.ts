import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {parse} from 'yaml'
import * as z from 'zod'
import {readOptions} from '../../src/cli/command.ts'
import {templates} from '../../src/cli/init/templates.ts'
import {initCommand} from '../../src/cli/init.ts'
import {parseConfig} from '../../src/config/load.ts'
import {rolloutRequests} from '../../src/gates/requests.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'

const root = path.resolve(import.meta.dirname, '../..')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'Credit Scoring-'))
})
afterEach(() => rm(folder, {recursive: true}))

async function init(...args: string[]) {
  const out: string[] = []
  const terminal = {out: (text: string) => void out.push(text), color: false, width: 100}
  const exitCode = await initCommand.run(
    readOptions(initCommand, ['--folder', folder, ...args]),
    terminal,
    systemRuntime(),
  )
  return {exitCode, out: out.join('')}
}

describe('slipway init', () => {
  test('writes a config and five workflows, and says so', async () => {
    const {exitCode, out} = await init('--service', 'credit')
    expect(exitCode).toBe(0)
    const written = (await readdir(folder, {recursive: true})).filter(each => each.endsWith('.yml')).sort()
    expect(written).toEqual([
      '.github/workflows/slipway-pull-request.yml',
      '.github/workflows/slipway-release.yml',
      '.github/workflows/slipway-rollback.yml',
      '.github/workflows/slipway-rollout.yml',
      '.github/workflows/slipway-watchdog.yml',
      'slipway.yml',
    ])
    for (const file of written) expect(out).toContain(`wrote ${file}`)
  })

  test('writes a config that is read without a problem, before anything is edited', async () => {
    await init('--service', 'credit')
    const config = parseConfig(await readFile(path.join(folder, 'slipway.yml'), 'utf8'), 'slipway.yml')
    expect(config.service).toBe('credit')
    expect(Object.keys(config.environments)).toEqual(['production'])
  })

  test('writes an allowance to be uncommented', async () => {
    await init('--service', 'credit')
    const text = await readFile(path.join(folder, 'slipway.yml'), 'utf8')
    const edited = text.replace('weights-only', 'allowlist').replaceAll(/^ {2}# ( *(safety|allow|-).*)$/gm, '  $1')
    const {safety} = parseConfig(edited, 'slipway.yml').model
    expect(safety.allow).toMatchObject([{import: 'my_package.layers.Bucketizer', owner: 'ml-platform'}])
  })

  test('names the service after the folder, in letters that a branch can have', async () => {
    await init()
    const {service} = parseConfig(await readFile(path.join(folder, 'slipway.yml'), 'utf8'), 'slipway.yml')
    expect(service).toMatch(/^credit-scoring-[a-z0-9-]+$/)
  })

  test('overwrites nothing: when one file is there, none is written', async () => {
    await writeFile(path.join(folder, 'slipway.yml'), 'mine')
    await expect(init()).rejects.toMatchObject({
      code: 'cli/file-exists',
      message: 'slipway.yml already exists; nothing was written.',
    })
    expect(await readdir(folder)).toEqual(['slipway.yml'])
    expect(await readFile(path.join(folder, 'slipway.yml'), 'utf8')).toBe('mine')
  })

  test('calls the pack at the ref that it was given, and refuses what is none', async () => {
    await init('--pack', 'acme/slipway-fork@v2')
    const text = await readFile(path.join(folder, '.github/workflows/slipway-release.yml'), 'utf8')
    expect(text).toContain('uses: acme/slipway-fork/.github/workflows/model-production.yml@v2')
    await expect(init('--pack', 'slipway')).rejects.toMatchObject({code: 'cli/usage'})
  })
})

const inputs = z.record(
  z.string(),
  z.object({required: z.boolean().optional(), options: z.array(z.string()).optional()}).nullable(),
)
const permissions = z.record(z.string(), z.enum(['read', 'write']))
const caller = z.object({
  on: z.union([z.string(), z.looseObject({workflow_dispatch: z.object({inputs}).optional()})]),
  jobs: z.object({
    slipway: z.object({
      permissions,
      uses: z.string(),
      with: z.record(z.string(), z.unknown()).default({}),
    }),
  }),
})
const called = z.object({
  on: z.object({workflow_call: z.object({inputs})}),
  jobs: z.record(z.string(), z.object({permissions})),
})

const {'slipway.yml': _, ...workflows} = templates({service: 'credit', pack: 'slipway/slipway@v1'})
const calls = await Promise.all(
  Object.entries(workflows).map(async ([file, text]) => {
    const {jobs, on} = caller.parse(parse(text))
    const name = /^slipway\/slipway\/(\.github\/workflows\/model-[a-z-]+\.yml)@v1$/.exec(jobs.slipway.uses)?.[1] ?? ''
    const workflow = called.parse(parse(await readFile(path.join(root, name), 'utf8')))
    return {file, on, call: jobs.slipway, workflow}
  }),
)

describe.each(calls)('$file', ({call, workflow, on}) => {
  test('passes only inputs that the workflow has, and all that it must be given', () => {
    const known = workflow.on.workflow_call.inputs
    expect(Object.keys(call.with).filter(name => !(name in known))).toEqual([])
    const needed = Object.entries(known).flatMap(([name, input]) => (input?.required ? [name] : []))
    expect(needed.filter(name => !(name in call.with))).toEqual([])
  })

  test('grants what each job of the workflow asks for, else GitHub refuses to start it, and no more', () => {
    const asked = Object.values(workflow.jobs).flatMap(job => Object.entries(job.permissions))
    const most = new Map<string, string>()
    for (const [scope, level] of asked) if (most.get(scope) !== 'write') most.set(scope, level)
    expect(call.permissions).toEqual(Object.fromEntries(most))
  })

  test('reads only inputs that its own form has', () => {
    const text = JSON.stringify(call.with)
    const read = [...text.matchAll(/(?<!github\.event\.)\binputs\.([a-z-]+)/g)].map(([, name]) => name)
    const form = typeof on === 'string' ? {} : (on.workflow_dispatch?.inputs ?? {})
    expect(read.filter(name => name === undefined || !(name in form))).toEqual([])
  })
})

const callOf = (file: string) => {
  const found = calls.find(call => call.file.endsWith(file))
  const form = typeof found?.on === 'object' ? found.on.workflow_dispatch?.inputs : undefined
  if (!found || !form) throw new Error(`${file} has no form`)
  return {...found, form}
}

test('the form of the rollout offers every word but the start, which needs the gates', () => {
  expect(callOf('slipway-rollout.yml').form.request?.options?.toSorted()).toEqual(
    rolloutRequests.filter(word => word !== 'start').toSorted(),
  )
})

test.each([
  ['slipway-rollout.yml', ['environment', 'request', 'as', 'why', 'despite-freeze', 'expect']],
  ['slipway-rollback.yml', ['environment', 'to', 'model-digest', 'image-digest', 'why', 'expect']],
])('%s hands on what a person says, all of it', (file, names) => {
  const {form, call} = callOf(file)
  expect(Object.keys(form)).toEqual(names)
  for (const name of names) expect(String(call.with[name]), name).toContain(`inputs.${name}`)
})

test('an alert from outside aborts, and can name the rollout that it is about', () => {
  const {call} = callOf('slipway-rollout.yml')
  expect(call.with.request).toContain("github.event_name == 'repository_dispatch' && 'abort'")
  expect(call.with.expect).toContain('github.event.client_payload.expect')
})

test('the form of the rollout takes what Slipway dispatches when it hands over, and names itself as the successor', () => {
  const rollout = calls.find(({file}) => file.endsWith('slipway-rollout.yml'))
  const form = typeof rollout?.on === 'object' ? rollout.on.workflow_dispatch?.inputs : undefined
  for (const name of ['environment', 'request']) expect(form).toHaveProperty(name)
  for (const {call} of calls.filter(({call}) => 'successor' in call.with)) {
    expect(call.with.successor).toBe('slipway-rollout.yml')
  }
})

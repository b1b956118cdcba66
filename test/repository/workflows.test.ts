import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import * as YAML from 'yaml'
import {actionDefinitions} from '../../src/actions/definitions.ts'
import {filesBelow, root} from './tree.ts'

interface Job {
  readonly permissions?: Record<string, string>
  readonly uses?: string
  readonly steps?: readonly {readonly uses?: string; readonly run?: string; readonly with?: Record<string, unknown>}[]
  readonly environment?: unknown
  readonly concurrency?: {readonly group: string}
}
interface Workflow {
  readonly on: {readonly workflow_call?: {readonly inputs?: Record<string, {readonly description?: string}>}}
  readonly permissions?: unknown
  readonly jobs: Record<string, Job>
}

const workflows = filesBelow('.github/workflows', '.yml').map(file => ({
  file,
  text: read(file),
  workflow: YAML.parse(read(file)) as Workflow,
}))
const jobs = workflows.flatMap(({file, workflow}) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({file, name, job})),
)
const texts = [
  ...filesBelow('.github', '.yml'),
  ...filesBelow('actions', '.md'),
  ...filesBelow('docs', '.md'),
  ...filesBelow('examples', '.yml'),
  'README.md',
]

describe('our workflows', () => {
  test('the four public ones are there', () => {
    const names = workflows.map(each => path.basename(each.file))
    expect(names).toEqual(
      expect.arrayContaining([
        'model-pull-request.yml',
        'model-production.yml',
        'model-rollout.yml',
        'model-rollback.yml',
      ]),
    )
  })

  test('every third-party action is pinned by a full commit SHA and names its version', () => {
    const loose = texts.flatMap(file =>
      [...read(file).matchAll(/uses:\s*['"]?([\w.-]+\/[\w./-]+)@(\S+)(.*)$/gm)]
        .filter(([, name]) => !name?.startsWith('slipway/slipway/'))
        .filter(([, , ref, comment]) => !/^[0-9a-f]{40}$/.test(ref ?? '') || !/# v\d+\.\d+\.\d+/.test(comment ?? ''))
        .map(([line]) => `${file}: ${line}`),
    )
    expect(loose).toEqual([])
  })

  test('no third-party action but checkout and the artifact actions', () => {
    const used = new Set(
      jobs
        .flatMap(({job}) => job.steps ?? [])
        .map(step => step.uses?.split('@')[0])
        .filter(uses => uses !== undefined),
    )
    const allowed = ['actions/checkout', 'actions/download-artifact', 'actions/upload-artifact', 'actions/setup-node']
    expect([...used].filter(uses => !uses.startsWith('$/') && !allowed.includes(uses))).toEqual([])
  })

  test('every workflow starts from no permission, and every job names its own', () => {
    expect(
      workflows.filter(({workflow}) => JSON.stringify(workflow.permissions) !== '{}').map(each => each.file),
    ).toEqual([])
    expect(jobs.filter(({job}) => job.permissions === undefined).map(({file, name}) => `${file}: ${name}`)).toEqual([])
  })

  test('every job has exactly the scopes that its actions need, and no more', () => {
    const wrong = jobs.flatMap(({file, name, job}) => {
      const ours = (job.steps ?? []).flatMap(step =>
        actionDefinitions.filter(action => step.uses === `$/actions/${action.name}`),
      )
      if (ours.length === 0) return []
      const needed = new Set(ours.flatMap(action => Object.keys(action.permissions)))
      const extra = Object.keys(job.permissions ?? {}).filter(scope => !needed.has(scope))
      return extra.map(scope => `${file}: ${name} asks for ${scope}`)
    })
    expect(wrong).toEqual([])
  })

  test.each([
    ['model-rollout.yml', 'tick', 'promote-canary'],
    ['model-production.yml', 'start', 'promote-canary'],
    ['model-rollback.yml', 'roll-back', 'roll-back'],
  ])('%s: %s may do what %s needs, at the level that it needs', (file, name, action) => {
    const given = jobs.find(job => path.basename(job.file) === file && job.name === name)?.job.permissions ?? {}
    const definition = actionDefinitions.find(each => each.name === action)
    const levels = Object.entries(definition?.permissions ?? {}).map(([scope, why]) => [
      scope,
      /`(\w+)`/.exec(why)?.[1],
    ])
    expect(levels.length).toBeGreaterThan(0)
    expect(given).toEqual(Object.fromEntries(levels))
  })

  test('every input of a public workflow reaches something', () => {
    const idle = workflows.flatMap(({file, text, workflow}) =>
      Object.keys(workflow.on.workflow_call?.inputs ?? {})
        .filter(name => !new RegExp(`\\binputs\\.${name}(?![\\w-])`).test(text))
        .map(name => `${file}: ${name}`),
    )
    expect(idle).toEqual([])
  })

  test('what drives a rollout stands in one queue; a person’s word and the watchdog stand in none', () => {
    const groupOf = (file: string, name: string) =>
      jobs.find(job => path.basename(job.file) === file && job.name === name)?.job.concurrency?.group ?? ''
    const start = groupOf('model-production.yml', 'start').replaceAll('${{ ', '{').replaceAll(' }}', '}')
    const tick = groupOf('model-rollout.yml', 'tick')
    const [, drives, queue, names, alone] =
      /^\$\{\{ (.+) && format\('(.+)', (.+)\) \|\| format\('(.+)', github\.run_id\) \}\}$/.exec(tick) ?? []
    expect(drives).toBe(
      "github.event_name != 'schedule' && (inputs.request == 'continue' || inputs.request == 'retry')",
    )
    const given = names?.split(', ') ?? []
    expect(queue?.replace(/\{(\d)\}/g, (_, place: string) => `{${given[Number(place)]}}`)).toBe(start)
    expect(alone).not.toBe(queue)
    expect(groupOf('model-rollback.yml', 'roll-back')).toBe('')
  })

  test('every input given to our actions exists, and every required one is given', () => {
    const unknown = jobs.flatMap(({file, name, job}) =>
      (job.steps ?? []).flatMap(step => {
        const action = actionDefinitions.find(each => step.uses === `$/actions/${each.name}`)
        if (!action) return []
        const names = Object.keys(action.inputs.shape)
        return Object.keys(step.with ?? {})
          .filter(input => !names.includes(input))
          .map(input => `${file}: ${name}: ${input}`)
      }),
    )
    expect(unknown).toEqual([])
  })

  test('no expression stands inside a shell line', () => {
    const shells = jobs.flatMap(({file, name, job}) =>
      (job.steps ?? []).filter(step => step.run?.includes('${{')).map(() => `${file}: ${name}`),
    )
    expect(shells).toEqual([])
  })

  test('the checkout never leaves the token behind', () => {
    const leaking = jobs.flatMap(({file, name, job}) =>
      (job.steps ?? [])
        .filter(step => step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false)
        .map(() => `${file}: ${name}`),
    )
    expect(leaking).toEqual([])
  })

  test('whatever waits in a queue is never cancelled by it', () => {
    expect(workflows.filter(({text}) => text.includes('cancel-in-progress: true')).map(each => each.file)).toEqual([])
  })

  test('every input of a public workflow is described', () => {
    const silent = workflows.flatMap(({file, workflow}) =>
      Object.entries(workflow.on.workflow_call?.inputs ?? {})
        .filter(([, input]) => !input.description)
        .map(([name]) => `${file}: ${name}`),
    )
    expect(silent).toEqual([])
  })
})

function read(file: string): string {
  return fs.readFileSync(path.join(root, file), 'utf8')
}

/** A repository with an environment: releases that serve, a script that moves their traffic, evidence for what ships. */
import {execFile} from 'node:child_process'
import {copyFile} from 'node:fs/promises'
import * as path from 'node:path'
import {promisify} from 'node:util'
import * as z from 'zod'
import {type ProductionChanges, policy, production} from './policies.ts'
import type {Ended} from './runner.ts'
import {type Services, startServices} from './services.ts'
import {onMain, type Story} from './story.ts'
import {atEnd, tell} from './telling.ts'

export interface Environment extends Story {
  readonly services: Services
  /** Judges a release and keeps the verdict; not part of the transcript. */
  record(version: string): Promise<Ended>
  start(version: string, inputs?: Readonly<Record<string, string>>): Promise<Ended>
  ask(request: string, inputs?: Readonly<Record<string, string>>, how?: 'silently'): Promise<Ended>
  rollBack(inputs?: Readonly<Record<string, string>>): Promise<Ended>
  /** What the team's script says that serves. */
  traffic(): Promise<Omit<z.output<typeof serving>, 'ready'>>
  /** Waits until a stage of two seconds is over. */
  dwell(): Promise<void>
  /** The ledger's commit messages, oldest first. */
  ledger(): Promise<readonly string[]>
}

const run = promisify(execFile)
const serving = z.object({
  stable: z.string().nullable(),
  candidate: z.string().nullable(),
  weight: z.number(),
  ready: z.boolean().nullable(),
})
const healthy = {requests: 4000, failed: 0}

/** @param served versions that went out before the story begins, one after the other */
export async function tellOfEnvironment(
  title: string,
  {served = [], ...changes}: Omit<ProductionChanges, 'metrics'> & {readonly served?: readonly string[]} = {},
): Promise<Environment> {
  const services = await startServices()
  atEnd(() => services.stop())
  for (const version of ['v1', 'v2', 'v6', 'v7']) services.serve(version, healthy)
  const config = (of: ProductionChanges) =>
    policy({image: false, environments: production({...of, metrics: services.url})})
  const story = await tell(title, {'slipway.yml': config({})})
  await copyFile(path.join(import.meta.dirname, 'traffic.sh'), path.join(story.folder, 'traffic.sh'))
  const files = (version: string) => ({model: `releases/${version}/model`})
  const environment: Environment = {
    ...story,
    services,
    async record(version) {
      const predictions = {candidate: `releases/${version}/eval.csv`, ...(version === 'v1' ? {baseline: 'none'} : {})}
      const inputs = {...files(version), ...predictions, record: 'true'}
      return story.runSilently({action: 'validate-model', event: await onMain(story), inputs})
    },
    async start(version, inputs = {}) {
      const given = {request: 'start', version, ...files(version), successor: 'slipway-rollout.yml', ...inputs}
      return story.run(`start ${version}`, {action: 'promote-canary', event: await onMain(story), inputs: given})
    },
    async ask(request, inputs = {}, how) {
      const event = await onMain(story, 'workflow_dispatch')
      const given = {request, successor: 'slipway-rollout.yml', ...inputs}
      const step = {action: 'promote-canary', event, inputs: given} as const
      return how === 'silently' ? story.runSilently(step) : story.run(request, step)
    },
    async rollBack(inputs = {}) {
      return story.run('roll back', {action: 'roll-back', event: await onMain(story, 'workflow_dispatch'), inputs})
    },
    async traffic() {
      const {stdout} = await run('sh', ['traffic.sh', 'read'], {cwd: story.folder})
      const {ready: _, ...serves} = serving.parse(JSON.parse(stdout))
      return serves
    },
    dwell: () => new Promise(resolve => setTimeout(resolve, 2100)),
    ledger: () => story.messages('slipway/credit/production'),
  }
  for (const version of served) {
    await environment.record(version)
    const inputs = {request: 'start', version, ...files(version)}
    await story.runSilently({action: 'promote-canary', event: await onMain(story), inputs})
  }
  if (Object.keys(changes).length > 0) await story.commit('main', {'slipway.yml': config(changes)})
  return environment
}

/** A folder with models, predictions and records: releases are validated, promoted in the ledger, and compared with. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import type {Digest} from '../../src/core/digest.ts'
import type {Finding} from '../../src/core/finding.ts'
import {openRecords} from '../../src/gates/records.ts'
import type {GateOutcome, Session} from '../../src/gates/session.ts'
import {validateModelGate} from '../../src/gates/validate-model.ts'
import {openLogbook} from '../../src/rollout/run/logbook.ts'
import {planRollout} from '../../src/rollout/stages.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {fakeClock} from '../fakes/clock.ts'
import {fakeTarget} from '../fakes/target.ts'
import {safetensorsFile} from '../model/safetensors-file.ts'
import {createWorld, environment, scope} from '../rollout/world.ts'

export interface Validation {
  readonly predictions?: object
  readonly metrics?: object
  readonly gates: readonly object[]
  readonly slices?: readonly object[]
}

export interface ProductionWorld {
  readonly session: Session
  /** The path of a file of this world. */
  file(name: string): string
  write(name: string, content: string): void
  /** Validates the model of a version by what stands under `validation`. */
  validate(
    version: string,
    validation: Validation,
    options?: {record?: boolean; baseline?: string},
  ): Promise<GateOutcome>
  /** Validates with `--record`, and promotes what was judged. */
  release(version: string, validation: Validation, environment?: string): Promise<GateOutcome>
  /** Writes into the ledger that a release of these model bytes got all traffic, or is on its way to it. */
  promote(
    version: string,
    model: Digest,
    options?: {environment?: string; ends?: 'promoted' | 'aborted' | null},
  ): Promise<void>
  /** Writes into the ledger that a release was put back. */
  rollBack(version: string, model: Digest): Promise<void>
  remove(): void
}

export function productionWorld(): ProductionWorld {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-production-'))
  const clock = fakeClock()
  let ids = 0
  const newId = () => `id-${++ids}`
  const session: Session = {
    runtime: {...systemRuntime(silentLog), clock, env: {PATH: process.env.PATH}, newId},
    github: null,
    by: 'anna, local',
    recordsFolder: path.join(folder, 'records'),
  }
  const file = (name: string) => path.join(folder, name)
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(path.dirname(file(name)), {recursive: true})
    writeFileSync(file(name), content)
  }
  const portsOf = (name: string) => {
    const {ports} = createWorld()
    return {...ports, ledger: openRecords(session, {service: 'credit', records: undefined}).ledger(name), clock, newId}
  }

  const world: ProductionWorld = {
    session,
    file,
    write,
    async validate(version, validation, {record = false, baseline} = {}) {
      // Evidence of the same bytes is told apart by its time.
      clock.advance(1000)
      write(`models/${version}/model.safetensors`, weightsOf(version))
      write('slipway.yml', JSON.stringify(configOf(file(`models/${version}`), validation)))
      const request = {config: file('slipway.yml'), record, ...(baseline === undefined ? {} : {baseline})}
      return validateModelGate(session, request)
    },
    async release(version, validation, environment) {
      const outcome = await world.validate(version, validation, {record: true})
      const {model} = outcome.result.subject
      if (model === undefined) throw new Error(`nothing was judged: ${outcome.result.summary}`)
      await world.promote(version, model, environment === undefined ? {} : {environment})
      return outcome
    },
    async promote(version, model, {environment: name = 'production', ends = 'promoted'} = {}) {
      const ports = portsOf(name)
      const book = await openLogbook(ports, {...scope, environment: name})
      const candidate = {version, model}
      const stable = book.state.current
      const {capabilities} = fakeTarget(null)
      const plan = planRollout({environment: environment(), candidate, stable, capabilities, policyLoosened: false})
      const rollout = newId()
      await book.append({type: 'rollout-started', rollout, candidate, stable, plan})
      if (ends === null) return
      await book.append({
        type: 'rollout-ended',
        rollout,
        outcome: ends,
        reason: `rollout/${ends}`,
        why: 'a test says so',
      })
      const {current} = stateOf(book.events)
      if (ends === 'promoted' && current?.version !== version) throw new Error(`${version} does not serve`)
    },
    async rollBack(version, model) {
      const book = await openLogbook(portsOf('production'), scope)
      await book.append({type: 'restored', rollout: null, release: {version, model}, why: 'a test says so'})
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  }
  return world
}

export function finding({result}: GateOutcome, id: string): Finding {
  const found = result.findings.find(each => each.id === id)
  if (found === undefined) throw new Error(`no ${id} among ${result.findings.map(each => each.id).join(', ')}`)
  return found
}

/** Weights that no other version has: the version stands in their metadata. */
function weightsOf(version: string): Uint8Array {
  return safetensorsFile({__metadata__: {version}, bias: {dtype: 'F32', shape: [2], data_offsets: [0, 8]}}, 8)
}

function configOf(model: string, validation: Validation): object {
  const production = {
    target: {kind: 'local', router: 'http://127.0.0.1:1'},
    telemetry: {kind: 'scrape', url: ['http://127.0.0.1:2/{version}']},
    traffic: '600/s',
    rollout: {
      stages: [{weight: '50%', for: '1h'}],
      guards: [{name: 'errors', share: {of: 'requests_total', bad: 'code="500"'}, 'at-most': '1%'}],
    },
  }
  return {
    version: 1,
    service: 'credit',
    model: {files: model},
    validation,
    environments: {production, staging: production},
  }
}

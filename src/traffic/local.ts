/** Drives the embedded router (`slipway router`) through its control API. */
import * as z from 'zod'
import type {TargetConfig} from '../config/schema.ts'
import {SystemError, UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import type {Http} from '../runtime/http.ts'
import {checkVersion, checkWeight} from './limits.ts'
import type {Target} from './target.ts'

type LocalConfig = Extract<TargetConfig, {kind: 'local'}>

const granularityPercent = 0.01
/** The router answers `restore` once the release serves, or after 30 s. */
const restoreTimeoutMs = 40_000

export function openLocal({router, start}: LocalConfig, http: Http): Target {
  const control = createControlClient(router, http)

  /** Tells the router how to run a release; without `start` the user has told it. */
  async function introduce(release: Release): Promise<string> {
    const version = checkVersion(release.version)
    if (start !== undefined) await control('PUT', `/releases/${encodeURIComponent(version)}`, {start})
    return version
  }

  return {
    kind: 'local',
    capabilities: {granularityPercent, observesWeight: true, observesReadiness: true, mirrors: true},
    async read() {
      const state = await control('GET', '/state')
      return {
        stable: state.stable,
        candidate: state.candidate,
        desiredWeightPercent: state.weight,
        observedWeightPercent: state.weight,
        ...(state.mirrorPercent === undefined ? {} : {mirrorPercent: state.mirrorPercent}),
        candidateReady: state.candidateReady,
        stableReady: state.stableReady,
        ...(state.detail === undefined ? {} : {detail: state.detail}),
      }
    },
    async deploy(release) {
      await control('POST', '/deploy', {version: await introduce(release)})
    },
    async setWeight(weightPercent) {
      await control('PUT', '/weight', {percent: checkWeight(weightPercent, granularityPercent)})
    },
    async mirror(percent) {
      await control('PUT', '/mirror', {percent: checkWeight(percent, granularityPercent)})
    },
    async promote(release) {
      await control('POST', '/promote', {version: checkVersion(release.version)})
    },
    async restore(release) {
      await control('POST', '/restore', {version: await introduce(release)}, restoreTimeoutMs)
    },
  }
}

const stateAnswer = z
  .object({
    stable: z.string().nullable(),
    candidate: z.string().nullable(),
    weight: z.number().min(0).max(100),
    mirrorPercent: z.number().min(0).max(100).optional(),
    candidateReady: z.boolean().nullable(),
    stableReady: z.boolean().nullable(),
    detail: z.string().optional(),
  })
  .refine(state => state.candidate !== null || state.weight === 0, 'a weight without a candidate')
  .refine(state => state.candidate === null || state.candidate !== state.stable, 'the candidate is the stable release')
const refusal = z.object({reason: z.string(), detail: z.string()})

function createControlClient(router: string, http: Http) {
  const base = router.replace(/\/+$/, '')
  return async (
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: unknown,
    timeoutMs?: number,
  ): Promise<z.output<typeof stateAnswer>> => {
    const {status, body: text} = await http.send({
      method,
      url: `${base}${path}`,
      system: 'router',
      headers: {'content-type': 'application/json'},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      ...(timeoutMs === undefined ? {} : {timeoutMs}),
    })
    const json = parseJson(text)
    const refused = refusal.safeParse(json)
    if (status !== 200 && refused.success) throw refusedBy(base, `${method} ${path}`, status, refused.data)
    const state = stateAnswer.safeParse(json)
    if (status === 200 && state.success) return state.data
    const problem =
      status === 200 && state.error ? z.prettifyError(state.error) : `status ${status}: "${text.slice(0, 80)}"`
    throw new SystemError('router/answer-malformed', `${base}${path} did not answer as a router does: ${problem}`, {
      system: 'router',
      retryable: false,
      hint: "target.router must be the address of the router's control API, not of the traffic.",
    })
  }
}

function refusedBy(base: string, what: string, status: number, {reason, detail}: z.output<typeof refusal>): Error {
  if (reason === 'release-unknown') {
    return new UserError('traffic/release-unknown', `The router at ${base} refused ${what}: ${detail}.`, {
      hint: 'Give target.start, the program that serves a release, or make it known: PUT /releases/{version} {"url": "http://…"}.',
    })
  }
  if (reason === 'not-found') {
    return new SystemError('router/too-old', `The router at ${base} does not know ${what}.`, {
      system: 'router',
      retryable: false,
      hint: 'It was started by an older version of Slipway: start it again with this one.',
    })
  }
  return new SystemError('router/refused', `The router at ${base} refused ${what}: ${detail}.`, {
    system: 'router',
    retryable: status >= 500,
    hint: 'Compare `slipway status` with what the router serves: somebody else may have changed it.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import {isFailure} from '../../core/failure.ts'
import type {Http} from '../../runtime/http.ts'

/** Whether a release can serve now. */
export interface Health {
  readonly ready: boolean
  /** Whether anybody is there at all: a service that still loads its model answers that it is not ready. */
  readonly answers: boolean
  /** Why not: `refuses connections`, `answers 503 to /v2/health/ready`. */
  readonly detail?: string
}

/**
 * Asks a service whether it is ready: by the Open Inference Protocol (GET /v2/health/ready); of a service that does not
 * speak it, any answer will do.
 */
export async function probe(url: string, http: Http): Promise<Health> {
  try {
    const {status} = await http.send({url: `${url}/v2/health/ready`, system: 'release', timeoutMs: 1000, retries: 0})
    const ready = (status >= 200 && status < 300) || [404, 405, 501].includes(status)
    return ready ? {ready, answers: true} : {ready, answers: true, detail: `answers ${status} to /v2/health/ready`}
  } catch (error) {
    if (!isFailure(error)) throw error
    const detail = error.code === 'release/timeout' ? 'does not answer' : 'refuses connections'
    return {ready: false, answers: false, detail}
  }
}

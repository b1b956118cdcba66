import {messageOf, SystemError} from '../core/failure.ts'
import type {Clock} from './clock.ts'

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Per attempt. Default: 10 s. */
  readonly timeoutMs?: number
  /** How often a failed attempt is repeated when that is safe (network error, 429, 502, 503, 504). Default: 2. */
  readonly retries?: number
  /** Name of the system for error messages: `router`, `prometheus`. */
  readonly system: string
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Plain HTTP for adapters. Any status is an answer; only the lack of one is an error. */
export interface Http {
  /** @throws SystemError `<system>/unreachable` or `<system>/timeout`, after the retries. */
  send(request: HttpRequest): Promise<HttpResponse>
}

const maxBodyBytes = 64 * 1024 * 1024

/**
 * Retry lives here (and in `github/client.ts`) and nowhere else.
 * @param prepare called once, before the first request; what it throws, the request throws
 */
export function createHttp(clock: Clock, prepare: () => void = () => {}): Http {
  let prepared = false
  return {
    async send(request) {
      if (!prepared) prepare()
      prepared = true
      const {retries = 2} = request
      for (let attempt = 0; ; attempt++) {
        const last = attempt >= retries
        try {
          const response = await sendOnce(request)
          if (last || ![429, 502, 503, 504].includes(response.status)) return response
        } catch (error) {
          if (last) throw error
        }
        await clock.sleep(200 * 2 ** attempt)
      }
    },
  }
}

async function sendOnce(request: HttpRequest): Promise<HttpResponse> {
  const {method = 'GET', url, headers = {}, body, timeoutMs = 10_000, system} = request
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : {body}),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'follow',
    })
    const bytes = await readLimited(response, system, url)
    return {status: response.status, headers: response.headers, body: bytes}
  } catch (error) {
    if (error instanceof SystemError) throw error
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    throw new SystemError(
      timedOut ? `${system}/timeout` : `${system}/unreachable`,
      timedOut
        ? `${url} did not answer within ${timeoutMs} ms.`
        : `${url} cannot be reached: ${messageOf(error)}${cause}`,
      {system, retryable: true, hint: 'Check the address, and that the runner may reach it.', cause: error},
    )
  }
}

async function readLimited(response: Response, system: string, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBodyBytes) {
      throw new SystemError(`${system}/answer-too-large`, `${url} answered with more than ${maxBodyBytes} bytes.`, {
        system,
        retryable: false,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

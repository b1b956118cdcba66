import {messageOf, SystemError} from '../core/failure.ts'

export interface Downloads {
  /**
   * The content of an address, as it comes. Follows redirects.
   * @param maxBytes more than this ends it
   * @param system name of the system for error messages: `github.com`
   * @throws SystemError `<system>/unreachable`, `<system>/timeout`, `<system>/answer-refused`, `<system>/answer-too-large`
   */
  open(
    url: string,
    options: {readonly maxBytes: number; readonly timeoutMs: number; readonly system: string},
  ): AsyncIterable<Uint8Array>
}

/** @param prepare called before each download: follows the proxy of the environment */
export function createDownloads(prepare: () => void = () => {}): Downloads {
  return {
    async *open(url, {maxBytes, timeoutMs, system}) {
      prepare()
      let size = 0
      try {
        const response = await fetch(url, {redirect: 'follow', signal: AbortSignal.timeout(timeoutMs)})
        if (!response.ok) throw refused(url, response.status, system)
        for await (const chunk of response.body ?? []) {
          size += chunk.length
          if (size > maxBytes) throw tooLarge(url, maxBytes, system)
          yield chunk
        }
      } catch (error) {
        throw explained(error, url, timeoutMs, system)
      }
    },
  }
}

function refused(url: string, status: number, system: string): SystemError {
  return new SystemError(`${system}/answer-refused`, `${url} answered with status ${status}.`, {
    system,
    retryable: status === 429 || status >= 500,
    hint: 'Check that the address exists and may be reached from here.',
  })
}

function tooLarge(url: string, maxBytes: number, system: string): SystemError {
  return new SystemError(`${system}/answer-too-large`, `${url} answered with more than ${maxBytes} bytes.`, {
    system,
    retryable: false,
  })
}

function explained(error: unknown, url: string, timeoutMs: number, system: string): unknown {
  if (error instanceof SystemError) return error
  const timedOut = error instanceof Error && error.name === 'TimeoutError'
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return new SystemError(
    timedOut ? `${system}/timeout` : `${system}/unreachable`,
    timedOut ? `${url} took longer than ${timeoutMs} ms.` : `${url} cannot be reached: ${messageOf(error)}${cause}`,
    {system, retryable: true, hint: 'Check the address, and that this machine may reach it.', cause: error},
  )
}

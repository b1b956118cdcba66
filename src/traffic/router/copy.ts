/** One copy of a request, sent to the candidate, and what comes back. */
import {type Agent, type IncomingMessage, request} from 'node:http'
import type {Answer} from './compare-answers.ts'
import {addressOf, mirroredHeader, requestHeaders} from './hop.ts'
import {keepBody} from './kept-body.ts'

export const unanswered: Answer = {kind: 'none'}

interface CopyOptions {
  readonly agent: Agent
  /** Ends what is still on its way. */
  readonly signal: AbortSignal
  readonly maxBodyBytes: number
}

/** Sends `incoming` once more, to the release at `url`, with its whole `body`. What comes back is a value, also where nothing does. */
export function sendCopy(url: string, incoming: IncomingMessage, body: Buffer, options: CopyOptions): Promise<Answer> {
  const {agent, signal, maxBodyBytes} = options
  const {method = 'GET', url: path, headers, socket} = incoming
  return new Promise(resolve => {
    const copy = request({
      ...addressOf(url, path),
      agent,
      signal,
      method,
      headers: {
        ...requestHeaders(headers, socket.remoteAddress),
        // The body is whole here: its length replaces the framing that it came in.
        ...(body.length > 0 ? {'content-length': body.length} : {}),
        [mirroredHeader]: '1',
      },
    })
    copy.on('error', () => resolve(unanswered))
    // Also after an answer, when this changes nothing any more: what decides is the first word.
    copy.on('close', () => resolve(unanswered))
    copy.on('response', response => {
      response.on('error', () => {})
      resolve(readAnswer(response, maxBodyBytes))
    })
    copy.end(body)
  })
}

/** An answer that is larger than what is kept is not read to its end. */
async function readAnswer(response: IncomingMessage, maxBodyBytes: number): Promise<Answer> {
  const answer = await keepAnswer(response, maxBodyBytes)
  if (answer.kind === 'answered' && answer.body.kind === 'too-large') response.destroy()
  return answer
}

/** An answer beside whoever reads it. */
export async function keepAnswer(response: IncomingMessage, maxBytes: number): Promise<Answer> {
  const {statusCode: status = 502, headers} = response
  return {kind: 'answered', status, headers, body: await keepBody(response, maxBytes)}
}

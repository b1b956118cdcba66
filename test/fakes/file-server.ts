/** Serves bytes by path on loopback, as the pages of releases do, with redirects and faults where a test asks for them. */
import {once} from 'node:events'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface FileServer {
  /** `http://127.0.0.1:40123` */
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

export type Answer =
  | Uint8Array
  | {readonly redirectTo: string}
  | {readonly status: number}
  | ((to: ServerResponse) => void)

export async function serveFiles(answers: Readonly<Record<string, Answer>>): Promise<FileServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    answer(response, answers[path] ?? {status: 404})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(response: ServerResponse, what: Answer): void {
  if (typeof what === 'function') what(response)
  else if ('redirectTo' in what) response.writeHead(302, {location: what.redirectTo}).end()
  else if ('status' in what) response.writeHead(what.status).end('no')
  else response.end(what)
}

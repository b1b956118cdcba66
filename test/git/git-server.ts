/** A git server over HTTP: git's own `http-backend` behind a password, with a fault. https://git-scm.com/docs/git-http-backend */
import {execFileSync, spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import * as path from 'node:path'

export interface GitServer {
  readonly url: string
  /** Status of every request, with its method and path. */
  readonly log: string[]
  /** The next request to a path with this end is served whole, and its answer never arrives. */
  dropNextAnswer(end: string): void
  stop(): Promise<void>
}

/** Some systems package it apart from git. */
export const gitServerIsHere = existsSync(
  path.join(execFileSync('git', ['--exec-path'], {encoding: 'utf8'}).trim(), 'git-http-backend'),
)

export async function startGitServer(
  root: string,
  {user, token, mayPush = true}: {user: string; token: string; mayPush?: boolean},
): Promise<GitServer> {
  const log: string[] = []
  const drops: string[] = []
  const expected = Buffer.from(`${user}:${token}`).toString('base64')

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://here')
    const answer = await answerTo(request, url)
    log.push(`${request.method} ${url.pathname}${url.search} ${answer.status}`)
    const drop = drops.findIndex(end => url.pathname.endsWith(end))
    if (drop >= 0 && answer.status === 200) {
      drops.splice(drop, 1)
      request.socket.destroy()
      return
    }
    send(response, answer)
  })

  const answerTo = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    // RFC 7617 §2: upper or lower case does not matter in the name of the scheme.
    if (request.headers.authorization?.replace(/^basic /i, '') !== expected) {
      return {status: 401, headers: {'www-authenticate': 'Basic realm="git"'}, body: Buffer.from('who are you?')}
    }
    if (!mayPush && `${url.pathname}${url.search}`.includes('git-receive-pack')) {
      return {status: 403, headers: {}, body: Buffer.from('read only')}
    }
    return parseCgi(await runBackend(root, user, request, url))
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    dropNextAnswer: end => void drops.push(end),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

async function runBackend(root: string, user: string, request: IncomingMessage, url: URL): Promise<Buffer> {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REMOTE_USER: user,
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: `${request.headers['git-protocol'] ?? ''}`,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {})
  request.pipe(child.stdin)
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** RFC 3875: header lines, an empty line, the body. `Status` is the status line, 200 without it. */
function parseCgi(output: Buffer): Answer {
  const end = output.indexOf('\r\n\r\n')
  const headers: Record<string, string> = {}
  for (const line of output.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const {status = '200', ...others} = headers
  return {status: Number.parseInt(status, 10), headers: others, body: output.subarray(end + 4)}
}

function send(response: ServerResponse, {status, headers, body}: Answer): void {
  response.writeHead(status, headers)
  response.end(body)
}

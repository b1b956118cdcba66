/**
 * A registry on loopback that serves ready images, so that a scanner can be asked by `name@sha256:…`. Pull only (OCI
 * distribution spec 1.1, "Pull"): manifests by tag or digest, and blobs; with log-ins, tokens and faults where a test
 * asks for them.
 */
import {createServer, type IncomingMessage} from 'node:http'
import type {OciImage} from './oci-image.ts'

/** An image, or an index of platforms with all their images. */
export type Served = Pick<OciImage, 'digest' | 'blobs'>

export interface Registry {
  /** `localhost:5000` */
  readonly host: string
  /** Every request so far: `GET /v2/credit/manifests/latest Basic`, with the scheme of its authorization. */
  readonly requests: readonly string[]
  /** Moves the tag `latest` of a name to another image. */
  retag(name: string, image: Served): void
  close(): Promise<void>
}

export interface RegistryAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

/** How a registry asks who is there, and whom it lets in. */
export type RegistryLogin =
  | {readonly kind: 'basic'; readonly user: string; readonly password: string}
  /** Tokens from `/token` for whoever has the password or the refresh token; `anonymous`: for everybody. */
  | {
      readonly kind: 'token'
      readonly user?: string
      readonly password?: string
      readonly refreshToken?: string
      readonly anonymous?: boolean
    }

export interface RegistryBehaviour {
  readonly login?: RegistryLogin
  /** Asked first for each request; undefined lets it pass. `reference`: the tag or digest at its end. */
  readonly fault?: (request: {readonly url: string; readonly reference: string}) => RegistryAnswer | undefined
}

const token = 'a-token-of-the-registry'

/** Serves each image under `<host>/<name>` by its digest and by the tag `latest`. Port 0 takes any free one. */
export async function serveImages(
  images: Readonly<Record<string, Served>>,
  port = 0,
  {login, fault}: RegistryBehaviour = {},
): Promise<Registry> {
  const served = new Map(Object.entries(images))
  const latest = new Map([...served].map(([name, image]) => [name, image.digest]))
  const requests: string[] = []
  let host = ''

  async function respond(request: IncomingMessage): Promise<RegistryAnswer> {
    const url = request.url ?? ''
    const authorization = request.headers.authorization ?? ''
    requests.push([request.method, url, authorization.split(' ')[0]].filter(Boolean).join(' '))
    const faulty = fault?.({url, reference: url.slice(url.lastIndexOf('/') + 1)})
    if (faulty) return faulty
    if (url.startsWith('/token')) return answerToken(login, request.method ?? '', authorization, await bodyOf(request))
    const refused = login === undefined ? null : challenge(login, authorization, `http://${host}/token`, url)
    if (refused) return refused
    if (url === '/v2/') return {status: 200, body: '{}'}
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? []
    const image = served.get(name)
    if (!image) return notThere('NAME_UNKNOWN')
    const digest = reference === 'latest' ? latest.get(name) : reference
    const found = [...image.blobs].find(([each]) => each === digest)
    if (!found) return notThere(kind === 'manifests' ? 'MANIFEST_UNKNOWN' : 'BLOB_UNKNOWN')
    const [seen, body] = found
    const type = kind === 'manifests' ? mediaTypeOf(body) : 'application/octet-stream'
    return {status: 200, headers: {'content-type': type, 'docker-content-digest': seen}, body}
  }

  const server = createServer((request, response) => {
    void respond(request).then(({status, headers = {}, body = ''}) => {
      response.writeHead(status, {'content-length': Buffer.byteLength(body), ...headers})
      response.end(request.method === 'HEAD' ? undefined : body)
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The registry has no port.')
  host = `localhost:${address.port}`
  return {
    host,
    requests,
    retag: (name, image) => {
      served.set(name, {digest: image.digest, blobs: new Map([...(served.get(name)?.blobs ?? []), ...image.blobs])})
      latest.set(name, image.digest)
    },
    close: () => new Promise((resolve, reject) => server.close(error => (error ? reject(error) : resolve()))),
  }
}

function challenge(login: RegistryLogin, authorization: string, realm: string, url: string): RegistryAnswer | null {
  switch (login.kind) {
    case 'basic':
      if (authorization === basic(login)) return null
      return unauthorised('Basic realm="images"')
    case 'token': {
      if (authorization === `Bearer ${token}`) return null
      const name = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url)?.[1] ?? ''
      return unauthorised(`Bearer realm="${realm}",service="images",scope="repository:${name}:pull"`)
    }
  }
}

function answerToken(
  login: RegistryLogin | undefined,
  method: string,
  authorization: string,
  body: string,
): RegistryAnswer {
  const given = new URLSearchParams(body)
  const knows =
    login?.kind === 'token' &&
    (login.anonymous === true && authorization === ''
      ? true
      : method === 'POST'
        ? given.get('grant_type') === 'refresh_token' && given.get('refresh_token') === login.refreshToken
        : authorization === basic({user: login.user ?? '', password: login.password ?? ''}))
  if (!knows) return {status: 401, body: '{"errors":[{"code":"UNAUTHORIZED"}]}'}
  return {status: 200, body: JSON.stringify(method === 'POST' ? {access_token: token} : {token})}
}

function basic({user, password}: {readonly user: string; readonly password: string}): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function unauthorised(header: string): RegistryAnswer {
  return {status: 401, headers: {'www-authenticate': header}, body: '{"errors":[{"code":"UNAUTHORIZED"}]}'}
}

function notThere(code: string): RegistryAnswer {
  return {status: 404, headers: {'content-type': 'application/json'}, body: JSON.stringify({errors: [{code}]})}
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

/** A manifest or an index says itself what it is. */
function mediaTypeOf(manifest: Buffer): string {
  const {mediaType}: {mediaType: string} = JSON.parse(manifest.toString())
  return mediaType
}

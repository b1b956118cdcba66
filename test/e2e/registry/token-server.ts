/**
 * A token server for docker-registry, which checks signature, issuer, audience and access of every token
 * (https://distribution.github.io/distribution/spec/auth/jwt/). Its key and certificate come from openssl.
 */
import {execFileSync} from 'node:child_process'
import {createPrivateKey, sign, X509Certificate} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {createServer} from 'node:http'
import * as path from 'node:path'

export interface TokenServer {
  /** The part `auth` of the registry's config. */
  readonly auth: Readonly<Record<string, unknown>>
  /** Of each token that was given: the scope that was asked for, and by whom. */
  readonly given: readonly string[]
  close(): Promise<void>
}

const issuer = 'tokens of the suite'
const service = 'images of the suite'

/** A certificate that signs itself: `tls.crt` and `tls.key` in `folder`. */
export function makeCertificate(folder: string, address: string): {readonly certificate: string; readonly key: string} {
  const certificate = path.join(folder, 'tls.crt')
  const key = path.join(folder, 'tls.key')
  const names = `subjectAltName=IP:${address},DNS:localhost`
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=suite',
      '-addext',
      names,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    {stdio: 'ignore'},
  )
  return {certificate, key}
}

/** Gives tokens for pulling to `user`, and to nobody else. */
export async function startTokenServer(folder: string, user: string, password: string): Promise<TokenServer> {
  const {certificate, key} = makeCertificate(folder, '127.0.0.1')
  const given: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const scope = url.searchParams.get('scope') ?? ''
    const known = request.headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    const right = url.searchParams.get('service') === service
    if (!known || !right) return void response.writeHead(401).end()
    given.push(`${scope} for ${user}`)
    response.end(JSON.stringify({token: tokenFor(scope, certificate, key), expires_in: 300}))
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const realm = `http://localhost:${port}/token`
  return {
    auth: {token: {realm, service, issuer, rootcertbundle: certificate}},
    given,
    close: () => new Promise(done => server.close(() => done())),
  }
}

function tokenFor(scope: string, certificate: string, key: string): string {
  const [type = '', name = '', actions = ''] = scope.split(':')
  const now = Math.floor(Date.now() / 1000)
  const x5c = [new X509Certificate(readFileSync(certificate)).raw.toString('base64')]
  const claims = {
    iss: issuer,
    sub: '',
    aud: service,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: String(now),
    access: [{type, name, actions: actions.split(',')}],
  }
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const signed = `${part({typ: 'JWT', alg: 'ES256', x5c})}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(signed), {
    key: createPrivateKey(readFileSync(key)),
    dsaEncoding: 'ieee-p1363',
  })
  return `${signed}.${signature.toString('base64url')}`
}

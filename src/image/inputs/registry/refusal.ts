/** Why a registry gave nothing, in words that lead on. */
import {type Failure, SystemError, UserError} from '../../../core/failure.ts'
import type {HttpResponse} from '../../../runtime/http.ts'
import type {Login} from './login.ts'
import type {ImageName} from './name.ts'

/** @param path below the repository: `manifests/v1`, `blobs/sha256:…`; `token` for the token server */
export function refusal(name: ImageName, path: string, response: HttpResponse, login: Login | null): Failure {
  const {status} = response
  if (status === 401 || status === 403) return unauthorised(name, status, path, login)
  if (status === 404) return notFound(name, path, response, login)
  if (status === 429) return rateLimited(name, response, login)
  return new SystemError(
    'registry/answer-refused',
    `${name.registry} answered with status ${status} for ${path} of ${name.repository}.`,
    {
      system: 'registry',
      retryable: status >= 500,
      hint: 'Check that this is the address of a registry, and its state.',
    },
  )
}

function unauthorised({registry, repository}: ImageName, status: number, path: string, login: Login | null): UserError {
  const who = path === 'token' ? `The token server of ${registry}` : registry
  return new UserError(
    'image/registry-unauthorised',
    `${who} does not let us read ${repository} (status ${status}). Tried: ${tried(login)}.`,
    {
      hint:
        `Log in with \`docker login ${registry}\`, with an account that may pull it. ` +
        'Check the name as well: many registries answer the same for what does not exist.',
    },
  )
}

function notFound(name: ImageName, path: string, response: HttpResponse, login: Login | null): UserError {
  const {registry, repository, tag, digest} = name
  const hidden = login === null || login.kind === 'anonymous' ? ' A private one looks the same without a log-in.' : ''
  return new UserError('image/not-found', `${registry} has no ${missing()}. Asked with: ${tried(login)}.`, {
    hint: `Check the name, and that it was pushed.${hidden}`,
  })

  function missing(): string {
    if (response.body.includes('NAME_UNKNOWN')) return `repository ${repository}`
    if (path.startsWith('blobs/')) return `blob ${path.slice('blobs/'.length)} in ${repository}`
    const wanted = path.slice('manifests/'.length)
    if (wanted === tag) return `tag "${tag}" in ${repository}`
    return wanted === digest ? `${wanted} in ${repository}` : `${wanted} in ${repository}, which its index lists`
  }
}

function rateLimited({registry}: ImageName, {headers}: HttpResponse, login: Login | null): SystemError {
  const after = headers.get('retry-after')
  const when =
    after === null ? '' : ` It takes requests again ${/^\d+$/.test(after) ? `in ${after} s` : `at ${after}`}.`
  return new SystemError('registry/rate-limited', `${registry} has had too many requests from here.${when}`, {
    system: 'registry',
    retryable: true,
    hint:
      login === null || login.kind === 'anonymous'
        ? 'Log in: registries allow more to those that they know. Or pull through a mirror.'
        : 'Wait, or pull through a mirror.',
  })
}

function tried(login: Login | null): string {
  if (login === null) return 'no log-in, since none was asked for'
  return login.kind === 'anonymous' ? `nothing (${login.from})` : login.from
}

/** A registry behind a private CA, or one without TLS, is told from one that does not answer. */
export async function explainConnection<T>({registry}: ImageName, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    const code = error instanceof SystemError ? tlsCode(error.cause) : null
    if (code === null) throw error
    const isPlain = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
    throw new SystemError('registry/tls-refused', `${registry} cannot be trusted: ${tlsWords(code, isPlain)}.`, {
      system: 'registry',
      retryable: false,
      hint: isPlain
        ? 'Slipway speaks plain HTTP to this machine’s own addresses alone: give the registry a certificate.'
        : 'For a private CA, name its certificate with NODE_EXTRA_CA_CERTS for Slipway, and SSL_CERT_FILE for the scanner.',
      cause: error,
    })
  }
}

function tlsWords(code: string, isPlain: boolean): string {
  return isPlain ? 'it answers without TLS' : `its certificate is refused (${code})`
}

/** Codes of OpenSSL and of Node's check of names: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function tlsCode(fetchError: unknown): string | null {
  const cause = fetchError instanceof Error ? fetchError.cause : undefined
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return null
  const isTls = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/
  return isTls.test(cause.code) ? cause.code : null
}

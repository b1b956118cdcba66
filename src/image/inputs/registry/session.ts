/**
 * Requests to one repository with the authorization that its registry asks for: none, Basic, or a token from the server
 * that it names (https://distribution.github.io/distribution/spec/auth/token/).
 */

import * as z from 'zod'
import {UserError} from '../../../core/failure.ts'
import {parseJson} from '../../../core/json.ts'
import type {Http, HttpResponse} from '../../../runtime/http.ts'
import {type Challenge, parseChallenge} from './challenge.ts'
import {findLogin, type Login, type LoginPorts} from './login.ts'
import type {ImageName} from './name.ts'
import {explainConnection, refusal} from './refusal.ts'

export interface Session {
  /** @param path below `/v2/<repository>/` */
  get(path: string, accept: string): Promise<HttpResponse>
  /** What was tried, for messages; null before anything was asked for. */
  login(): Login | null
}

const timeoutMs = 30_000
const tokenAnswer = z.object({token: z.string().nullish(), access_token: z.string().nullish()})

/** Nothing is asked of the registry, and no log-in is looked for, before the first `get`. */
export function openSession(name: ImageName, ports: LoginPorts & {readonly http: Http}): Session {
  const base = `${name.plainHttp ? 'http' : 'https'}://${name.host}/v2/${name.repository}/`
  let authorization: string | null = null
  let login: Login | null = null

  const send = (path: string, accept: string) =>
    explainConnection(name, () =>
      ports.http.send({
        url: `${base}${path}`,
        headers: {accept, ...(authorization === null ? {} : {authorization})},
        timeoutMs,
        system: 'registry',
      }),
    )

  return {
    login: () => login,
    get: async (path, accept) => {
      const first = await send(path, accept)
      if (first.status !== 401) return first
      login ??= await findLogin(name.registry, name.repository, ports)
      // Also where there was a token before: those of some registries end after a minute.
      authorization = await authorize(parseChallenge(first.headers.get('www-authenticate')), name, login, ports.http)
      return authorization === null ? first : send(path, accept)
    },
  }
}

/** Null where nothing that we have answers the challenge. */
async function authorize(challenge: Challenge, name: ImageName, login: Login, http: Http): Promise<string | null> {
  if (login.kind === 'bearer-token') return `Bearer ${login.token}`
  switch (challenge.kind) {
    case 'basic':
      return login.kind === 'password' ? basic(login) : null
    case 'bearer':
      return `Bearer ${await fetchToken(challenge, name, login, http)}`
    case 'other':
      return null
  }
}

async function fetchToken(
  {realm, service, scope}: Extract<Challenge, {kind: 'bearer'}>,
  name: ImageName,
  login: Exclude<Login, {kind: 'bearer-token'}>,
  http: Http,
): Promise<string> {
  const url = tokenUrl(realm, name)
  const query = new URLSearchParams({scope: scope ?? `repository:${name.repository}:pull`})
  if (service !== null) query.set('service', service)
  const response = await explainConnection(name, () => {
    const common = {timeoutMs, system: 'registry'} as const
    if (login.kind === 'refresh-token') {
      query.set('grant_type', 'refresh_token')
      query.set('client_id', 'slipway')
      query.set('refresh_token', login.token)
      const headers = {'content-type': 'application/x-www-form-urlencoded'}
      return http.send({...common, method: 'POST', url: url.href, headers, body: query.toString()})
    }
    for (const [key, value] of query) url.searchParams.set(key, value)
    const headers = login.kind === 'password' ? {authorization: basic(login)} : undefined
    return http.send({...common, url: url.href, ...(headers ? {headers} : {})})
  })
  if (response.status !== 200) throw refusal(name, 'token', response, login)
  const parsed = tokenAnswer.safeParse(parseJson(response.body))
  const token = parsed.data?.token || parsed.data?.access_token
  // Signs that end a header would let the answer write other headers.
  if (token && /^[\x21-\x7e]+$/.test(token)) return token
  throw noToken(name, url)
}

/** A log-in is not sent where others on the way can read it, whatever the registry says. */
function tokenUrl(realm: string, {registry, plainHttp}: ImageName): URL {
  const url = URL.parse(realm)
  if (url && (url.protocol === 'https:' || (plainHttp && url.protocol === 'http:'))) return url
  throw new UserError('image/registry-unauthorised', `${registry} asks for a token from "${realm}".`, {
    hint: 'Expected an address that starts with https://: the registry’s token server is set up wrongly.',
  })
}

function basic({user, password}: Extract<Login, {kind: 'password'}>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function noToken({registry}: ImageName, url: URL): UserError {
  return new UserError('image/registry-unauthorised', `${url.host} gave no token for ${registry}.`, {
    hint: 'Its answer is not the JSON that the token specification asks for: check the address of the registry.',
  })
}

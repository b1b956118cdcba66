/**
 * The log-in that `docker login` or `podman login` left on this machine, or that a credential helper gives. Where it was
 * found is told in messages; what it is, never.
 */

import * as z from 'zod'
import {UserError} from '../../../core/failure.ts'
import {parseJson} from '../../../core/json.ts'
import type {Exec} from '../../../runtime/exec.ts'
import type {Files} from '../../../runtime/files.ts'
import {askHelper} from './login-helper.ts'

export type Login =
  | {readonly kind: 'anonymous'; readonly from: string}
  | {readonly kind: 'password'; readonly user: string; readonly password: string; readonly from: string}
  /** Exchanged for a token (Docker calls it identity token, OAuth a refresh token). */
  | {readonly kind: 'refresh-token'; readonly token: string; readonly from: string}
  | {readonly kind: 'bearer-token'; readonly token: string; readonly from: string}

export interface LoginPorts {
  readonly exec: Exec
  readonly files: Pick<Files, 'exists' | 'readText'>
  readonly env: Readonly<Record<string, string | undefined>>
}

const text = z.string().nullish()
const entry = z.object({auth: text, username: text, password: text, identitytoken: text, registrytoken: text})
const entries = z
  .record(z.string(), entry)
  .nullish()
  .transform(given => new Map(Object.entries(given ?? {})))
const helpers = z
  .record(z.string(), z.string())
  .nullish()
  .transform(given => new Map(Object.entries(given ?? {})))
const loginFile = z.object({auths: entries, credHelpers: helpers, credsStore: text})
type LoginFile = z.output<typeof loginFile>

/**
 * As Docker looks: a helper of this registry, the helper of all, then the file itself. Podman's file has the same form.
 * @param registry `docker.io`, `registry.example.com:5000`
 * @param repository podman keeps log-ins for parts of a registry as well
 * @throws UserError `image/login-file-malformed`, `image/login-helper-failed`
 */
export async function findLogin(registry: string, repository: string, ports: LoginPorts): Promise<Login> {
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
  const places = loginFiles(ports.env)
  const read: string[] = []
  for (const file of places) {
    if (!(await ports.files.exists(file))) continue
    read.push(file)
    const found = parseLoginFile(await ports.files.readText(file), file)
    const helper = helperOf(found, registry)
    const login = helper === null ? null : await askHelper(helper, server, ports)
    const known = login ?? fromFile(found, registry, repository, file)
    if (known) return known
  }
  const why = places.length === 0 ? '' : read.length === 0 ? `: ${places[0]} is not there` : ` in ${read.join(' and ')}`
  return {kind: 'anonymous', from: `no log-in for ${registry}${why}`}
}

/** Docker's first; https://docs.podman.io/en/latest/markdown/podman-login.1.html for the others. */
function loginFiles(env: LoginPorts['env']): readonly string[] {
  const docker = env.DOCKER_CONFIG || (env.HOME ? `${env.HOME}/.docker` : '')
  const podman = env.REGISTRY_AUTH_FILE || (env.XDG_RUNTIME_DIR ? `${env.XDG_RUNTIME_DIR}/containers/auth.json` : '')
  return [docker === '' ? '' : `${docker}/config.json`, podman].filter(file => file !== '')
}

function parseLoginFile(content: string, file: string): LoginFile {
  const parsed = loginFile.safeParse(parseJson(content))
  if (parsed.success) return parsed.data
  // What is wrong, and never what stands there: it may be a password.
  const path = parsed.error.issues[0]?.path[0]
  throw malformed(file, path === undefined ? 'it is no JSON object' : `${String(path)} has another form`)
}

function helperOf({credHelpers, credsStore}: LoginFile, registry: string): string | null {
  for (const [key, helper] of credHelpers) if (registryOfKey(key) === registry) return helper
  return credsStore ? credsStore : null
}

function fromFile({auths}: LoginFile, registry: string, repository: string, file: string): Login | null {
  const byKey = new Map([...auths].map(([key, value]) => [keyOf(key), value]))
  for (let place = `${registry}/${repository}`; place !== ''; place = above(place)) {
    const found = byKey.get(place)
    const login = found === undefined ? null : loginOf(found, file)
    if (login) return login
  }
  return null
}

function above(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf('/')))
}

/** `https://registry.example.com/v1/` is `registry.example.com`, and Docker Hub has one name. */
function keyOf(key: string): string {
  const bare = key
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
    .replace(/\/v[12]$/, '')
  const [host = '', ...path] = bare.split('/')
  const isHub = ['index.docker.io', 'registry-1.docker.io', 'docker.io'].includes(host)
  return [isHub ? 'docker.io' : host, ...path].join('/')
}

function registryOfKey(key: string): string {
  return keyOf(key).split('/')[0] ?? ''
}

function loginOf(found: z.output<typeof entry>, file: string): Login | null {
  const from = `the log-in in ${file}`
  if (found.registrytoken) return {kind: 'bearer-token', token: found.registrytoken, from}
  if (found.identitytoken) return {kind: 'refresh-token', token: found.identitytoken, from}
  if (found.username && found.password) {
    return {kind: 'password', user: found.username, password: found.password, from}
  }
  if (!found.auth) return null
  const decoded = Buffer.from(found.auth, 'base64').toString('utf8').replace(/\0+$/, '')
  const colon = decoded.indexOf(':')
  if (colon < 1) throw malformed(file, '`auth` is not the base64 of "user:password"')
  return {kind: 'password', user: decoded.slice(0, colon), password: decoded.slice(colon + 1), from}
}

function malformed(file: string, problem: string): UserError {
  return new UserError('image/login-file-malformed', `${file} holds no log-ins that can be read: ${problem}.`, {
    hint: 'Log in again with `docker login`, or correct the file.',
  })
}

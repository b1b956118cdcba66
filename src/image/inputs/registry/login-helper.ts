/** A program that keeps log-ins for Docker: https://github.com/docker/docker-credential-helpers, "Development". */

import * as z from 'zod'
import {UserError} from '../../../core/failure.ts'
import {parseJson} from '../../../core/json.ts'
import type {Exec} from '../../../runtime/exec.ts'
import type {Login} from './login.ts'

const answer = z.object({Username: z.string(), Secret: z.string()})

/** What helpers of key chains and clouds read; no token of the workflow is among it. */
const passed =
  /^(PATH|HOME|USER|LANG|DISPLAY|TMPDIR|DBUS_SESSION_BUS_ADDRESS|XDG_[A-Z_]+|GNUPGHOME|PASSWORD_STORE_[A-Z_]+|AWS_[A-Z0-9_]+|AZURE_[A-Z0-9_]+|GOOGLE_[A-Z0-9_]+|CLOUDSDK_[A-Z0-9_]+|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy|SSL_CERT_(?:FILE|DIR))$/

/**
 * Null where the helper knows no log-in for the server.
 * @throws UserError `image/login-helper-failed`; what the helper printed to stdout is never told, it may be a password
 */
export async function askHelper(
  name: string,
  server: string,
  {exec, env}: {readonly exec: Exec; readonly env: Readonly<Record<string, string | undefined>>},
): Promise<Login | null> {
  const program = `docker-credential-${name}`
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw failed(program, 'that is not the name of a program')
  const ran = await exec.run([program, 'get'], {
    input: `${server}\n`,
    env: scrub(env),
    timeoutMs: 60_000,
    maxOutputBytes: 1024 * 1024,
  })
  if (ran.notFound) throw failed(program, 'it is not on PATH')
  if (ran.timedOut) throw failed(program, 'it gave no answer within a minute')
  if (ran.exitCode !== 0) {
    if (/credentials not found/i.test(ran.stdout)) return null
    throw failed(program, `it ended with ${ran.exitCode ?? 'a signal'}${firstLine(ran.stderr)}`)
  }
  const parsed = answer.safeParse(parseJson(ran.stdout))
  if (!parsed.success) throw failed(program, 'its answer is not the JSON of a log-in')
  const {Username: user, Secret: secret} = parsed.data
  if (secret === '') return null
  const from = `the log-in of ${program}`
  // The helper's protocol: a secret without a user is an identity token.
  if (user === '<token>') return {kind: 'refresh-token', token: secret, from}
  return {kind: 'password', user, password: secret, from}
}

function scrub(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined && passed.test(name)) kept[name] = value
  return kept
}

function firstLine(stderr: string): string {
  const line = stderr.trim().split('\n')[0]?.slice(0, 200) ?? ''
  return line === '' ? '' : `: ${line}`
}

function failed(program: string, why: string): UserError {
  return new UserError('image/login-helper-failed', `${program} gave no log-in: ${why}.`, {
    hint: 'Docker’s config.json names it under `credHelpers` or `credsStore`: install it, log in again, or remove its name.',
  })
}

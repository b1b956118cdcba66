/** Where the remote is: an address, a folder, or the name that the repository of the working directory has for one. */
import * as path from 'node:path'
import {UserError} from '../core/failure.ts'
import {gitFailure, maskSecrets} from './failures.ts'
import type {GitProgram, GitRun, Setting} from './program.ts'

export interface RemoteOptions {
  /** `https://…`, `ssh://…`, `git@host:path`, a folder such as `./records.git`, or a remote's name such as `origin`. */
  readonly remote: string
  /** A token for http(s), and the user name that belongs to it. */
  readonly login?: {readonly user: string; readonly token: string}
}

/** A remote as git is told about it. */
export interface Remote {
  readonly address: string
  /** The address for people. */
  readonly shown: string
  /** What git needs to know to reach it. */
  readonly access: Pick<GitRun, 'settings' | 'env'>
}

/**
 * Finds the remote's address, and what is needed to reach it.
 * @throws UserError `git/remote-refused` for an address that would be an option or run a program,
 * `git/remote-unknown` for a name that the repository of the working directory does not know.
 */
export async function findRemote(
  git: GitProgram,
  env: Readonly<Record<string, string | undefined>>,
  {remote, login}: RemoteOptions,
): Promise<Remote> {
  const isName = /^[A-Za-z0-9_][\w.-]*$/.test(remote)
  const address = isName ? await addressOf(git, remote) : absolute(remote)
  refuseUnsafe(address)
  // The job's own token stands in the configuration of its checkout, which our copy does not share.
  const settings = [...(isName ? await accessOf(git) : []), ...(login ? [loginOf(address, login)] : [])]
  return {
    address,
    shown: maskSecrets(address),
    access: {settings, env: isSsh(address) ? await sshOf(git, env, settings) : {}},
  }
}

async function addressOf(git: GitProgram, name: string): Promise<string> {
  // The address for pushing, also for reading: otherwise a mirror that lags would be read.
  const found = await git.run(['remote', 'get-url', '--push', '--', name])
  const address = found.stdout.replace(/\r?\n$/, '')
  if (found.exitCode === 0 && address !== '') return absolute(address)
  if (found.notFound || /dubious ownership/.test(found.stderr)) throw gitFailure(found, `look up the remote "${name}"`)
  throw new UserError('git/remote-unknown', `The repository of the working directory has no remote "${name}".`, {
    hint: 'Give an address (https://…, git@host:path), a folder with a slash ("./records.git"), or a name of `git remote`.',
  })
}

/** Addresses pass; a folder is meant from the working directory. */
function absolute(remote: string): string {
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(remote) || remote.includes('::') || isScpLike(remote)
  return isAddress || remote.startsWith('-') ? remote : path.resolve(remote)
}

/** `user@host:path`: a colon before the first slash. One letter before it is a drive of Windows. */
function isScpLike(remote: string): boolean {
  return /^[^/\\:]{2,}:(?!:)/.test(remote)
}

function isSsh(address: string): boolean {
  return /^(git\+)?ssh(\+git)?:\/\//i.test(address) || (isScpLike(address) && !address.includes('://'))
}

function refuseUnsafe(address: string): void {
  const problem = address.startsWith('-')
    ? 'it begins with "-", as an option does'
    : address.includes('::')
      ? 'it names a program to run ("::")'
      : /[\0\n\r]/.test(address)
        ? 'it has more than one line'
        : null
  if (problem === null) return
  throw new UserError('git/remote-refused', `The remote "${maskSecrets(address)}" is refused: ${problem}.`, {
    hint: 'Use an address with https://, ssh:// or file://, the form user@host:path, or a folder.',
  })
}

/** How the repository of the working directory reaches its remotes: headers, helpers and proxies, not its addresses. */
async function accessOf(git: GitProgram): Promise<readonly Setting[]> {
  const pattern = '^(http|credential|ssh|core\\.(sshcommand|askpass|gitproxy))(\\.|$)'
  const found = await git.run(['config', '--local', '--includes', '--null', '--get-regexp', pattern])
  // Code 1 is git's word for "nothing matches".
  if (found.exitCode !== 0 && found.exitCode !== 1) throw gitFailure(found, 'read the repository’s configuration')
  return found.stdout
    .split('\0')
    .filter(entry => entry !== '')
    .map((entry): Setting => {
      const [name = '', ...value] = entry.split('\n')
      return [name, value.join('\n')]
    })
}

/** RFC 7617 (Basic), as a header: it needs neither a helper nor a file, and no list of processes shows it. */
function loginOf(address: string, {user, token}: {readonly user: string; readonly token: string}): Setting {
  if (!/^https?:\/\//i.test(address)) {
    throw new UserError('git/remote-refused', 'A token is for an http(s) address, and the remote is none.', {
      hint: 'Remove `records.token-env`, or give the https:// address of the remote.',
    })
  }
  const origin = new URL(address).origin
  return [`http.${origin}/.extraHeader`, `Authorization: Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`]
}

/** Without a command of the user's own, ssh must not ask for a password on the terminal and wait for ever. */
async function sshOf(
  git: GitProgram,
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting[],
): Promise<Record<string, string>> {
  if (env.GIT_SSH_COMMAND || env.GIT_SSH) return {}
  const configured = await git.run(['config', '--get', 'core.sshCommand'], {settings})
  if (configured.exitCode === 0) return {}
  return {GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=20'}
}

/**
 * The git program, run so that nothing on the machine changes what it does: no hooks, no questions, English answers, a
 * time limit. The user's own configuration is read all the same, because that is where credential helpers, proxies,
 * certificates and ssh commands stand; only what would change our result is set against it.
 */
import type {Exec, ExecResult} from '../runtime/exec.ts'

export interface GitMachine {
  readonly exec: Exec
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface GitRun {
  /** The repository to work on; without it git looks from the working directory, as in a terminal. */
  readonly repository?: string
  readonly input?: string
  readonly timeoutMs?: number
  /** Configuration that may hold secrets: it travels in the environment, where a list of processes does not show it. */
  readonly settings?: readonly Setting[]
  /** More variables for git and what it starts. */
  readonly env?: Readonly<Record<string, string>>
}

/** One line of git's configuration: `http.extraHeader` and its value. */
export type Setting = readonly [name: string, value: string]

export interface GitProgram {
  /** Resolves however git ended: the exit code decides, see `failures.ts`. */
  run(args: readonly string[], options?: GitRun): Promise<ExecResult>
}

/** For what works on this machine's files. */
const localTimeoutMs = 60_000
/** For a question to the remote, or a push of a few small files. */
export const remoteTimeoutMs = 60_000
/** For a first fetch, which may bring much over a slow line. */
export const fetchTimeoutMs = 300_000

/** https://git-scm.com/docs/git-config */
const fixedSettings = [
  // Hooks of a template or of core.hooksPath would run with every fetch and push.
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  // A gc in the background would hold locks when we are long gone, and end with the job.
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'fetch.recurseSubmodules=no',
  'push.recurseSubmodules=no',
  'push.followTags=false',
  'push.gpgSign=false',
  'credential.interactive=never',
  'color.ui=false',
] as const

/** Variables of git that say how to reach a remote. All others of its own would point it to another repository. */
const keptVariables =
  /^GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|HTTP_\w+|PROXY_\w+|EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/

export function openGitProgram({exec, env}: GitMachine): GitProgram {
  // git is given the environment: its credential helpers and ssh are the user's own, and take their secrets from there.
  const inherited = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]): [string, string][] => {
      const isOurs = !name.startsWith('GIT_') || keptVariables.test(name)
      return value === undefined || !isOurs ? [] : [[name, value]]
    }),
  )
  return {
    run(args, {repository, input, timeoutMs = localTimeoutMs, settings = [], env: more = {}} = {}) {
      return exec.run(
        [
          'git',
          ...(repository === undefined ? [] : [`--git-dir=${repository}`]),
          ...fixedSettings.flatMap(setting => ['-c', setting]),
          ...args,
        ],
        {
          env: {
            ...inherited,
            ...settingVariables(settings, Number(inherited.GIT_CONFIG_COUNT ?? 0)),
            LC_ALL: 'C',
            GIT_TERMINAL_PROMPT: '0',
            // Neither `ext::` nor any other helper that a remote's address could name: those run programs.
            GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
            ...more,
          },
          timeoutMs,
          ...(input === undefined ? {} : {input}),
        },
      )
    },
  }
}

/** GIT_CONFIG_COUNT and its pairs, behind those that were there: https://git-scm.com/docs/git-config#ENVIRONMENT */
function settingVariables(settings: readonly Setting[], first: number): Record<string, string> {
  if (settings.length === 0) return {}
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', `${first + settings.length}`],
    ...settings.flatMap(([name, value], index) => [
      [`GIT_CONFIG_KEY_${first + index}`, name],
      [`GIT_CONFIG_VALUE_${first + index}`, value],
    ]),
  ])
}

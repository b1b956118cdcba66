/**
 * The whole environment of a scanner: where to find things and how to reach them. It reads what attackers have written, so
 * no token of the workflow is in it, and no switch that would make it find less.
 */

/** What any program needs that talks to the network, and no more. */
const always: readonly string[] = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'LOCALAPPDATA',
  'SYSTEMROOT',
  // Layers are unpacked there: people point it to a larger disk.
  'TMPDIR',
  'TMP',
  'TEMP',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'DOCKER_CONFIG',
  'DOCKER_HOST',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
]

/**
 * @param passed names that this scanner may see beside those of every program
 * @param set given to the scanner whatever the environment says
 */
export function scrubbedEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  passed: readonly string[],
  set: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {}
  for (const name of [...always, ...passed]) {
    const value = env[name]
    if (value !== undefined) chosen[name] = value
  }
  return {...chosen, ...set}
}

/** Variables of the scanner that somebody has set and that are not passed on, sorted: `TRIVY_SEVERITY`. */
export function notPassed(
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
  passed: readonly string[],
): readonly string[] {
  return Object.keys(env)
    .filter(name => name.startsWith(prefix) && !passed.includes(name))
    .sort()
}

/**
 * The proxy that the environment names, for every request of this process. Node's fetch ignores HTTPS_PROXY unless it is
 * told otherwise: https://nodejs.org/api/http.html#built-in-proxy-support
 */
import {UserError} from '../core/failure.ts'
import type {Log} from './log.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What Node can do about a proxy at runtime; absent before Node 24.14. */
export interface NodeProxy {
  readonly setGlobalProxyFromEnv?: (env: Record<string, string>) => unknown
}

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/**
 * Sends requests through HTTPS_PROXY and HTTP_PROXY (also in lower case) but for the hosts of NO_PROXY. This machine's
 * own addresses never go through it: a router or a service that runs here is not known to a proxy.
 *
 * @throws UserError `runtime/proxy-malformed`; the value is not told, since it may hold a password
 */
export function followProxy(env: Env, log: Log, node: () => NodeProxy = loadHttp): void {
  const named = proxyNames.filter(name => env[name])
  const [first] = named
  if (first === undefined) return
  const malformed = named.find(name => !isProxyUrl(env[name] ?? ''))
  if (malformed !== undefined) {
    throw new UserError(
      'runtime/proxy-malformed',
      `The environment variable ${malformed} is not the address of a proxy.`,
      {
        hint: 'Expected for example http://proxy.internal:3128.',
      },
    )
  }
  const {setGlobalProxyFromEnv} = node()
  if (setGlobalProxyFromEnv) {
    const proxies = Object.fromEntries(named.map(name => [name, env[name] ?? '']))
    setGlobalProxyFromEnv({...proxies, no_proxy: withLoopback(env.no_proxy || env.NO_PROXY || '')})
    return
  }
  if (env.NODE_USE_ENV_PROXY === '1') return
  log.warning(
    `${first} is set, and Node ${process.versions.node} does not follow it: ` +
      'set NODE_USE_ENV_PROXY=1 beside it, or use Node 24.14 or newer.',
  )
}

/** Loaded here and not at start: few runs have a proxy, and each would wait for it. */
function loadHttp(): NodeProxy {
  return process.getBuiltinModule('node:http')
}

function isProxyUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol
  return protocol === 'http:' || protocol === 'https:'
}

/** `*` means everything and is only understood alone. */
function withLoopback(noProxy: string): string {
  if (noProxy.trim() === '*') return '*'
  return [noProxy, 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',')
}

/** One hop, from here to a release: its address, the headers that go on, and the connection. */
import type {IncomingHttpHeaders} from 'node:http'

/**
 * An idle connection is closed before the service closes it (5 s is the usual shortest): a request sent into a closing
 * connection would be an error that the release has not made.
 */
export const idleMs = 2000

/** Names the release that answered. A release cannot set it itself. */
export const releaseHeader = 'x-slipway-release'

/**
 * On each copy of a request, so that a service can leave out what must happen once: charging, mailing, learning. A user
 * cannot set it: who calls his own request a copy would be served for nothing.
 */
export const mirroredHeader = 'slipway-mirrored'

/** What stays behind: headers of one connection (RFC 9110, section 7.6.1), those that Connection names, and our own. */
const leftBehind = new Set([
  releaseHeader,
  mirroredHeader,
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
])

export function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set((headers.connection ?? '').split(',').map(name => name.trim().toLowerCase()))
  // A body must never lose its length on the way: a GET would be sent unframed, and read as two requests.
  named.delete('content-length')
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !leftBehind.has(name) && !named.has(name)) kept[name] = value
  }
  return kept
}

/** Headers of a request on its way to a release: who asked stands in them (de facto standard X-Forwarded-For). */
export function requestHeaders(headers: IncomingHttpHeaders, from: string | undefined) {
  return {
    ...endToEnd(headers),
    'x-forwarded-for': [headers['x-forwarded-for'], from].filter(Boolean).join(', '),
  }
}

/** Where a request goes that asks for `path` of the release at `url`. */
export function addressOf(url: string, path: string | undefined): {host: string; port: string | number; path: string} {
  const {hostname, port, pathname} = new URL(url)
  return {
    host: hostname,
    port: port || 80,
    path: `${pathname === '/' ? '' : pathname.replace(/\/$/, '')}${path ?? '/'}`,
  }
}

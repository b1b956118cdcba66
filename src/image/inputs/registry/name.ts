/** The name of an image, as Docker reads it (github.com/distribution/reference, "grammar"). */
import type {Digest} from '../../../core/digest.ts'
import {isDigest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'

export interface ImageName {
  /** As people write it: `docker.io`, `registry.example.com:5000`. */
  readonly registry: string
  /** Where it answers: `registry-1.docker.io`. */
  readonly host: string
  /** On this machine: spoken to without TLS, which nobody has for `localhost`. */
  readonly plainHttp: boolean
  readonly repository: string
  /** Null where a digest is given: a tag beside a digest says nothing. */
  readonly tag: string | null
  readonly digest: Digest | null
}

/**
 * `python:3.12` is `docker.io/library/python:3.12`; no tag and no digest is the tag `latest`.
 * @throws UserError `image/reference-malformed`
 */
export function parseImageName(text: string): ImageName {
  const [name = '', digest] = text.split('@')
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(0, slash))
  const namesRegistry = /[.:]/.test(first) || first === 'localhost'
  const registry = namesRegistry ? registryOf(first) : 'docker.io'
  const rest = namesRegistry ? name.slice(slash + 1) : name
  const colon = rest.indexOf(':')
  const path = colon < 0 ? rest : rest.slice(0, colon)
  const tag = colon < 0 ? 'latest' : rest.slice(colon + 1)
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) throw malformed(text, `"${tag}" is no tag`)
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  if (!isRepository(repository)) throw malformed(text, `"${path}" is no repository: lower case, digits, and "/._-"`)
  if (digest !== undefined && !isDigest(digest)) throw malformed(text, 'what follows "@" is not a sha256 digest')
  return {
    registry,
    host: registry === 'docker.io' ? 'registry-1.docker.io' : registry,
    plainHttp: isLoopback(registry),
    repository,
    tag: digest === undefined ? tag : null,
    digest: digest ?? null,
  }
}

/** By which every scanner finds the same bytes. */
export function nameByDigest({registry, repository}: ImageName, digest: Digest): string {
  return `${registry}/${repository}@${digest}`
}

function registryOf(text: string): string {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/.test(text)) {
    throw malformed(text, 'it is not the host of a registry, with its port')
  }
  const lower = text.toLowerCase()
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(lower) ? 'docker.io' : lower
}

function isRepository(text: string): boolean {
  const parts = text.split('/')
  return text.length <= 255 && parts.every(part => /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/.test(part))
}

function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '')
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function malformed(text: string, why: string): UserError {
  return new UserError('image/reference-malformed', `"${text}" is not the name of an image: ${why}.`, {
    hint: 'Expected for example "registry.example.com/credit@sha256:…", or a path that starts with "./" or "/".',
  })
}

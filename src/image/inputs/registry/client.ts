/**
 * Reads manifests and configs of one repository (OCI distribution spec 1.1, "Pull"). Whatever a registry answers has been
 * hashed before it is believed, so a registry, a mirror or a proxy can withhold an image, and never exchange it.
 */
import {type Digest, digestOfText} from '../../../core/digest.ts'
import {SystemError, UserError} from '../../../core/failure.ts'
import type {Http, HttpResponse} from '../../../runtime/http.ts'
import type {Content} from '../content.ts'
import {maxConfigBytes, maxManifestBytes, mediaTypes, refuseSchema1} from '../manifest.ts'
import type {LoginPorts} from './login.ts'
import type {ImageName} from './name.ts'
import {refusal} from './refusal.ts'
import {openSession, type Session} from './session.ts'

export type RegistryPorts = LoginPorts & {readonly http: Http}

export interface Repository extends Content {
  /** What the tag means at this moment. Asked once: afterwards only the digest is used. */
  resolveTag(tag: string): Promise<{readonly digest: Digest; readonly mediaType: string; readonly size: number}>
}

interface Answer {
  readonly text: string
  readonly mediaType: string
  readonly digest: Digest
}

/** @throws SystemError `registry/…` and UserError `image/…`; see `refusal.ts` */
export function openRepository(name: ImageName, ports: RegistryPorts): Repository {
  const session = openSession(name, ports)
  const place = `${name.registry}/${name.repository}`
  const kept = new Map<Digest, Answer>()

  async function manifest(reference: string): Promise<Answer> {
    const answered = await read(session, name, `manifests/${reference}`, manifestAccept, maxManifestBytes)
    kept.set(answered.digest, answered)
    return answered
  }

  return {
    place,
    resolveTag: async tag => {
      const {digest, mediaType, text} = await manifest(tag)
      return {digest, mediaType, size: Buffer.byteLength(text)}
    },
    manifest: async ({digest}) => kept.get(digest) ?? expectDigest(await manifest(digest), digest, place),
    config: async ({digest}) => {
      const answered = await read(session, name, `blobs/${digest}`, '*/*', maxConfigBytes)
      return expectDigest(answered, digest, place).text
    },
    checkLayer: () => Promise.resolve(),
  }
}

const manifestAccept = [...mediaTypes.index, ...mediaTypes.manifest].join(', ')

async function read(
  session: Session,
  name: ImageName,
  path: string,
  accept: string,
  maxBytes: number,
): Promise<Answer> {
  const response = await session.get(path, accept)
  if (response.status !== 200) throw refusal(name, path, response, session.login())
  const size = Buffer.byteLength(response.body)
  if (size > maxBytes) throw tooLarge(name, path, size, maxBytes)
  const mediaType = mediaTypeOf(response)
  refuseSchema1(mediaType, `${name.registry}/${name.repository}: ${path}`)
  const digest = digestOfText(response.body)
  checkHeader(response, digest, `${name.registry}/${name.repository}`)
  return {text: response.body, mediaType, digest}
}

/** Without parameters: `application/json; charset=utf-8`. */
function mediaTypeOf({headers}: HttpResponse): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
}

/** Digests of other algorithms are not compared: ours is the one that everything afterwards is asked by. */
function checkHeader({headers}: HttpResponse, digest: Digest, place: string): void {
  const told = headers.get('docker-content-digest')
  if (told === null || !told.startsWith('sha256:') || told === digest) return
  throw otherBytes(place, told, digest)
}

function expectDigest(answer: Answer, expected: Digest, place: string): Answer {
  if (answer.digest === expected) return answer
  throw otherBytes(place, expected, answer.digest)
}

function otherBytes(place: string, expected: string, seen: Digest): SystemError {
  return new SystemError(
    'registry/digest-wrong',
    `${place} answered for ${expected} with bytes whose digest is ${seen}.`,
    {
      system: 'registry',
      retryable: true,
      hint: 'A proxy or mirror between here and the registry changes its answers, or what it keeps is damaged.',
    },
  )
}

function tooLarge({registry, repository}: ImageName, path: string, size: number, maxBytes: number): UserError {
  return new UserError(
    'image/manifest-too-large',
    `${registry}/${repository} answered for ${path} with ${size} bytes. Expected at most ${maxBytes}.`,
    {hint: 'Registries take no larger ones: this is not what describes an image.'},
  )
}

/** An SBOM instead of an image: the packages are known already, and gigabytes of layers need not be unpacked again. */
import type {Digest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import type {Files} from '../../../runtime/files.ts'
import type {Folders} from '../../../runtime/folders.ts'
import type {Log} from '../../../runtime/log.ts'
import type {ResolvedImage} from '../../scanner.ts'
import {readSmall} from '../blob.ts'
import {readCycloneDx} from './cyclonedx.ts'
import {readSpdx} from './spdx.ts'
import {malformed, openStatement} from './statement.ts'
import type {SbomSubject} from './subject.ts'
import {readSyft} from './syft.ts'
import {translate} from './translate.ts'

export interface SbomPorts {
  readonly files: Pick<Files, 'open'>
  readonly folders: Folders
  readonly log: Log
}

/** SBOMs of the largest images, with every file listed, have some 100 MB. */
const maxBytes = 256 * 1024 * 1024

/**
 * @throws UserError `image/sbom-malformed`, `image/sbom-format-unknown`, `image/sbom-contradicts`
 */
export async function resolveSbom<T>(
  path: string,
  {files, folders, log}: SbomPorts,
  use: (image: ResolvedImage) => Promise<T>,
): Promise<T> {
  const json = parse(await files.open(path, bytes => readSmall(bytes, path, maxBytes)), path)
  const statement = openStatement(json, path)
  const sbom = statement === null ? json : statement.predicate
  const subject = readCycloneDx(sbom) ?? readSpdx(sbom) ?? readSyft(sbom)
  if (!subject) throw unknownFormat(path)
  const digest = agree(statement?.digests ?? [], subject, path, log)
  const doubts = digest === null || subject.ofManifest || statement !== null ? [] : [indexDoubt(path, digest)]
  const resolved = (file: string): ResolvedImage => ({
    label: path,
    digest,
    isIndex: false,
    images: [
      {
        target: {
          kind: 'sbom',
          path: file,
          label: path,
          digest,
          configDigest: subject.configDigest,
          platform: subject.platform,
        },
        facts: {user: null, base: null, sizeBytes: null},
      },
    ],
    passedOver: [],
    doubts,
  })
  const translated = translate(sbom)
  if (statement === null && translated === undefined) return use(resolved(path))
  return folders.temporary(async folder => {
    const file = `${folder}/sbom.json`
    await folders.write(file, oneChunk(new TextEncoder().encode(JSON.stringify(translated ?? sbom))))
    return use(resolved(file))
  })
}

function parse(content: Uint8Array, path: string): unknown {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(content))
    return json
  } catch (error) {
    const start = new TextDecoder().decode(content.subarray(0, 64)).trimStart()
    if (start.startsWith('<') || start.startsWith('SPDXVersion')) throw unknownFormat(path)
    throw malformed(path, 'it is no JSON', error)
  }
}

/** Whoever attests knows better what it is about than what is attested, and may not say the opposite. */
function agree(attested: readonly Digest[], {digests}: SbomSubject, path: string, log: Log): Digest | null {
  const both = attested.filter(each => digests.includes(each))
  const named = attested.length === 0 ? digests : digests.length === 0 ? attested : both
  if (named.length === 0 && attested.length > 0) {
    throw new UserError(
      'image/sbom-contradicts',
      `${path} is attested for ${attested.join(', ')}, and is itself about ${digests.join(', ')}.`,
      {hint: 'Attest the SBOM of this very image.'},
    )
  }
  const [only = null, ...others] = named
  if (others.length === 0) return only
  log.warning(`${path} names ${named.length} digests, so it does not tell which image it is about.`)
  return null
}

/** As Trivy writes it for an image that it was given by a tag: `pkg:oci/credit@<digest of the index>?arch=amd64`. */
function indexDoubt(path: string, digest: Digest): string {
  return `${path} names ${digest}. Should that be an index, the SBOM covers one platform of it alone.`
}

async function* oneChunk(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content
}

function unknownFormat(path: string): UserError {
  return new UserError('image/sbom-format-unknown', `${path} is neither CycloneDX, SPDX 2 nor Syft’s own, in JSON.`, {
    hint: 'Convert it: `syft convert <file> -o cyclonedx-json`.',
  })
}

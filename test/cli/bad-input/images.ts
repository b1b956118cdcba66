/** Every way in which an image can be named wrongly, or be none. */
import {mkdirSync, rmSync} from 'node:fs'
import {gzipSync} from 'node:zlib'
import {SystemError} from '../../../src/core/failure.ts'
import {dockerArchive, dockerArchive25} from '../../fakes/oci-archive.ts'
import {buildArtifact, buildImage, buildIndexOf, digestOf, layoutFiles, tarOfMembers} from '../../fakes/oci-image.ts'
import type {World} from '../world.ts'
import {type Case, error, type Given} from './case.ts'
import {image, scanned, writeImage} from './scanned.ts'

const none = `sha256:${'a'.repeat(64)}`

/** A scan of what is written to the path, in which the scanner would answer well. */
function of(name: string, make: (world: World) => void, ...argv: readonly string[]): Given {
  return async world => {
    const [, , ...options] = await scanned(() => {})(world)
    make(world)
    return ['scan', name.startsWith('.') ? world.file(name.slice(2)) : name, ...options, ...argv]
  }
}

function file(name: string, content: string | Uint8Array): Given {
  return of(`./${name}`, world => world.write(name, content))
}

function layout(change: (files: Map<string, Uint8Array>) => void): Given {
  return of('./layout', world => {
    rmSync(world.file('layout'), {recursive: true})
    writeImage(world, change)
  })
}

/** A registry that answers every request alike. */
function registry(name: string, status: number, body = '', headers: Record<string, string> = {}): Given {
  return of(`registry.test/${name}`, world => {
    world.registry = () => ({status, body, headers})
  })
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const indexType = 'application/vnd.oci.image.index.v1+json'
const blob = (digest: string) => `blobs/sha256/${digest.slice('sha256:'.length)}`
const [layer = ''] = [...image.blobs.keys()]

/** `index.json` that lists the bytes under their own digest. */
function listing(text: string, mediaType = manifestType) {
  const bytes = Buffer.from(text)
  const digest = digestOf(bytes)
  const index = JSON.stringify({schemaVersion: 2, manifests: [{mediaType, digest, size: bytes.length}]})
  return (files: Map<string, Uint8Array>) => {
    files.set('index.json', Buffer.from(index))
    files.set(blob(digest), bytes)
  }
}

const manifest: Record<string, unknown> = JSON.parse(image.manifest.toString())
const changed = (change: Readonly<Record<string, unknown>>) => listing(JSON.stringify({...manifest, ...change}))

const named: readonly Case[] = [
  error('image/not-named', 'a scanner and no image', () => ['scan', '--scanner', 'trivy'], 'nothing to scan'),
  error(
    'image/reference-malformed',
    'an image in capitals',
    of('Credit:V1', () => {}),
    'does not start with a name',
  ),
  error(
    'image/reference-malformed',
    'a digest cut off',
    of('credit@sha256:12', () => {}),
    'not a sha256 digest',
  ),
  error(
    'image/reference-malformed',
    'a tag with a space',
    of('registry.test/credit:v 1', () => {}),
    'not the name',
  ),
  error(
    'image/reference-malformed',
    'a digest of another algorithm',
    of(`credit@sha512:${'a'.repeat(128)}`, () => {}),
    'by another digest than sha256',
  ),
  error(
    'image/not-found',
    'a path at which nothing lies',
    of('./nope', () => {}),
    'There is no image at',
  ),
  error('image/not-found', 'a tag that the registry does not have', registry('credit:v9', 404), 'no tag "v9"'),
  // The working directory of the tests is the repository.
  error(
    'image/path-or-reference',
    'a name that also lies here',
    of('package.json', () => {}),
    'also lies here',
  ),
  error(
    'cli/usage',
    'two images',
    w => ['scan', 'credit:v1', '--image', 'credit:v2', '--report', w.file('releases/v2/image.json')],
    'Two images are named',
  ),
  error(
    'cli/usage',
    'a report and a scanner',
    w => ['scan', '--scanner', 'trivy', '--report', w.file('releases/v2/image.json')],
    'exclude each other',
  ),
  error(
    'cli/scanner',
    'a scanner that is none',
    () => ['scan', 'credit:v1', '--scanner', 'snyk'],
    '"snyk" is no scanner',
  ),
]

const inRegistries: readonly Case[] = [
  error('image/registry-unauthorised', 'no log-in', registry('credit:v1', 403), 'does not let us read credit'),
  error('registry/rate-limited', 'too many requests', registry('credit:v1', 429, '', {'retry-after': '60'}), 'in 60 s'),
  error('registry/answer-refused', 'a registry in trouble', registry('credit:v1', 500), 'status 500'),
  error(
    'registry/digest-wrong',
    'other bytes than the digest says',
    registry(`credit@${none}`, 200, image.manifest.toString(), {'content-type': manifestType}),
    `answered for ${none}`,
  ),
  error(
    'image/manifest-schema-1',
    'a manifest of the year 2015',
    registry('credit:v1', 200, '{}', {'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws'}),
    'schema 1',
  ),
  error(
    'image/manifest-malformed',
    'a page of HTML',
    registry('credit:v1', 200, '<html>', {'content-type': 'text/html'}),
    'no JSON',
  ),
  error(
    'image/manifest-too-large',
    'a manifest of 5 MB',
    registry('credit:v1', 200, ' '.repeat(5 * 1024 * 1024), {'content-type': manifestType}),
    'Expected at most',
  ),
  error(
    'registry/unreachable',
    'an address at which nobody listens',
    of('127.0.0.1:1/credit:v1', () => {}),
    'cannot be',
  ),
  error(
    'registry/tls-refused',
    'a certificate that nobody knows',
    of('registry.test/credit:v1', world => {
      world.registry = () => {
        const cause = Object.assign(new Error('self-signed certificate'), {code: 'DEPTH_ZERO_SELF_SIGNED_CERT'})
        throw new SystemError('registry/unreachable', 'It cannot be reached.', {
          system: 'registry',
          retryable: true,
          cause: new TypeError('fetch failed', {cause}),
        })
      }
    }),
    'its certificate is refused',
  ),
  error(
    'image/login-file-malformed',
    'log-ins that cannot be read',
    of('registry.test/credit:v1', world => {
      world.registry = () => ({status: 401, body: '', headers: {'www-authenticate': 'Basic realm="x"'}})
      world.write('docker/config.json', '{"auths": [')
      world.env.DOCKER_CONFIG = world.file('docker')
    }),
    'holds no log-ins',
  ),
  error(
    'image/login-helper-failed',
    'a credential helper that is not there',
    of('registry.test/credit:v1', world => {
      world.registry = () => ({status: 401, body: '', headers: {'www-authenticate': 'Basic realm="x"'}})
      world.write('docker/config.json', '{"credHelpers": {"registry.test": "nope"}}')
      world.env.DOCKER_CONFIG = world.file('docker')
    }),
    'docker-credential-nope gave no log-in',
  ),
]

const inFolders: readonly Case[] = [
  error(
    'image/layout-malformed',
    'a folder that is no layout',
    of('./empty', world => mkdirSync(world.file('empty'))),
    'empty',
  ),
  error(
    'image/layout-corrupt',
    'a layer of other bytes',
    layout(f => f.set(blob(layer), Buffer.alloc(2048))),
    'digest',
  ),
  error('image/layout-incomplete', 'a layer that is missing', layout(dropLayer), 'linux/amd64'),
  error('image/manifest-malformed', 'a manifest that is none', layout(listing('{"schemaVersion": 2}')), 'not describe'),
  error(
    'image/manifest-ambiguous',
    'a manifest that is an index as well',
    layout(changed({manifests: []})),
    'the fields of an index and those of an image',
  ),
  error('image/manifest-schema-1', 'a manifest of schema 1', layout(changed({schemaVersion: 1})), 'schema 1'),
  error(
    'image/layer-foreign',
    'a layer that lies elsewhere',
    layout(
      changed({
        layers: [{mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar', digest: none, size: 10}],
      }),
    ),
    none,
  ),
  error(
    'image/not-an-image',
    'a signature',
    of('./layout', world => {
      const of = buildArtifact('application/vnd.dev.cosign.simplesigning.v1+json', '{}')
      for (const [name, bytes] of layoutFiles([{of}])) world.write(`layout/${name}`, bytes)
    }),
    'is no image',
  ),
  error('image/index-empty', 'an index of nothing', layout(listing(emptyIndex(), indexType)), 'no image in it'),
  error(
    'image/index-too-large',
    'an index of 300 images',
    of('./layout', world => {
      const entries = Array.from({length: 300}, (_, at) => ({of: buildImage([], {at: `${at}`})}))
      for (const [name, bytes] of layoutFiles([{of: buildIndexOf(entries)}])) world.write(`layout/${name}`, bytes)
    }),
    'more than 256 manifests',
  ),
  error(
    'image/disk-too-small',
    'a disk without room',
    of('./layout.tar.gz', world => {
      world.write('layout.tar.gz', gzipSync(dockerArchive([image])))
      world.freeBytes = 100
    }),
    'left',
  ),
]

const inFiles: readonly Case[] = [
  error('image/archive-malformed', 'an archive of files', file('image.tar', tarOfMembers([{name: 'a'}])), 'neither'),
  error('image/archive-malformed', 'a file of something else', file('image.tar', Buffer.alloc(4096, 1)), 'image.tar'),
  error(
    'image/archive-malformed',
    'gzip that is cut off',
    file('image.tar.gz', gzipSync(dockerArchive([image])).subarray(0, 300)),
    'cannot be unpacked',
  ),
  error(
    'image/archive-bomb',
    'gzip that grows beyond measure',
    file('image.tar.gz', gzipSync(Buffer.alloc(72 * 1024 * 1024))),
    '-fold',
  ),
  error(
    'image/archive-compressed',
    'an archive in zstd',
    file('image.tar.zst', Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0])),
    'compressed with zstd',
  ),
  error(
    'image/archive-corrupt',
    'a layer of other bytes in an archive',
    file(
      'image.tar',
      dockerArchive([image], name => (name.endsWith('layer.tar') ? {content: 'other'} : {})),
    ),
    'not the one that the image names it by',
  ),
  error(
    'image/archive-several-images',
    'an archive of two images',
    file('image.tar', dockerArchive([image, buildImage([{a: 'b'}])])),
    'holds 2 images',
  ),
  error(
    'image/archive-contradicts',
    'an archive that is one image for Docker and another for the rest',
    file('image.tar', dockerArchive25([{of: image}], [buildImage([{a: 'b'}])])),
    'names another image than its index.json',
  ),
  error('image/sbom-format-unknown', 'an SBOM in XML', file('sbom.xml', '<bom/>'), 'neither CycloneDX'),
  error('image/sbom-format-unknown', 'JSON of something else', file('sbom.json', '{"name": "credit"}'), 'neither'),
  error('image/sbom-malformed', 'an SBOM that is cut off', file('sbom.json', '{"bomFormat": "CycloneDX", '), 'no JSON'),
  error(
    'image/sbom-contradicts',
    'an SBOM that is attested for another image',
    file('sbom.json', JSON.stringify(attestedForAnother())),
    'is attested for',
  ),
]

export const wrongImages: readonly Case[] = [...named, ...inRegistries, ...inFolders, ...inFiles]

function dropLayer(files: Map<string, Uint8Array>): void {
  files.delete(blob(layer))
}

function emptyIndex(): string {
  return JSON.stringify({schemaVersion: 2, mediaType: indexType, manifests: []})
}

/** in-toto Statement v1: https://in-toto.io/Statement/v1 */
function attestedForAnother() {
  const purl = `pkg:oci/credit@${encodeURIComponent(`sha256:${'b'.repeat(64)}`)}`
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{name: 'credit', digest: {sha256: 'a'.repeat(64)}}],
    predicateType: 'https://cyclonedx.org/bom',
    predicate: {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {component: {type: 'container', name: 'credit', purl}},
      components: [],
    },
  }
}

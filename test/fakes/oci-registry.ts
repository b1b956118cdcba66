/**
 * A registry on loopback that serves ready images, so that a scanner can be asked by `name@sha256:…`. Pull only
 * (OCI distribution spec 1.1, "Pull"): manifests by tag or digest, and blobs.
 */
import {createServer} from 'node:http'
import type {Digest} from '../../src/core/digest.ts'
import type {OciImage} from './oci-image.ts'

/** An image, or an index of platforms with all their images. */
export type Served = Pick<OciImage, 'digest' | 'blobs'>

export interface Registry {
  /** `localhost:5000` */
  readonly host: string
  close(): Promise<void>
}

/** Serves each image under `<host>/<name>` by its digest and by the tag `latest`. Port 0 takes any free one. */
export async function serveImages(images: Readonly<Record<string, Served>>, port = 0): Promise<Registry> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: Buffer | string, digest?: Digest) => {
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        ...(digest === undefined ? {} : {'docker-content-digest': digest}),
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const url = request.url ?? ''
    if (url === '/v2/') return answer(200, 'application/json', '{}')
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url)
    const image = images[match?.[1] ?? '']
    const wanted = match?.[3] === 'latest' ? image?.digest : match?.[3]
    const found = [...(image?.blobs ?? [])].find(([digest]) => digest === wanted)
    if (!image || !found) return answer(404, 'application/json', '{"errors":[{"code":"NOT_FOUND"}]}')
    const [digest, bytes] = found
    answer(200, match?.[2] === 'manifests' ? mediaTypeOf(bytes) : 'application/octet-stream', bytes, digest)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The registry has no port.')
  return {
    host: `localhost:${address.port}`,
    close: () => new Promise((resolve, reject) => server.close(error => (error ? reject(error) : resolve()))),
  }
}

/** A manifest or an index says itself what it is. */
function mediaTypeOf(manifest: Buffer): string {
  const {mediaType}: {mediaType: string} = JSON.parse(manifest.toString())
  return mediaType
}

/** A push in plain code (OCI distribution spec 1.1, "Push"): blobs in one piece, then the manifests that name them. */
import type {Listed} from '../../fakes/oci-image.ts'

/** Everything of `image`, its indexes last, under `tag`. */
export async function push(host: string, repository: string, tag: string, image: Listed): Promise<void> {
  const base = `http://${host}/v2/${repository}`
  const manifests: [reference: string, bytes: Buffer][] = []
  for (const [digest, bytes] of image.blobs) {
    if (mediaTypeOf(bytes) === null) await upload(base, digest, bytes)
    else manifests.push([digest, bytes])
  }
  // A registry takes an index only when it has what the index lists.
  manifests.sort(([, a], [, b]) => Number(isIndex(a)) - Number(isIndex(b)))
  for (const [reference, bytes] of [...manifests, [tag, image.manifest] as const]) {
    await expectStatus(`${base}/manifests/${reference}`, 201, {
      method: 'PUT',
      headers: {'content-type': mediaTypeOf(bytes) ?? ''},
      body: new Uint8Array(bytes),
    })
  }
}

async function upload(base: string, digest: string, bytes: Buffer): Promise<void> {
  const started = await expectStatus(`${base}/blobs/uploads/`, 202, {method: 'POST'})
  const place = new URL(started.headers.get('location') ?? '', base)
  place.searchParams.set('digest', digest)
  const headers = {'content-type': 'application/octet-stream'}
  await expectStatus(place.href, 201, {method: 'PUT', headers, body: new Uint8Array(bytes)})
}

async function expectStatus(url: string, status: number, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const body = await response.text()
  if (response.status !== status) throw new Error(`${init.method} ${url} answered with ${response.status}: ${body}`)
  return response
}

/** Null for what is no manifest: a config, a layer. */
function mediaTypeOf(bytes: Buffer): string | null {
  if (bytes[0] !== 0x7b) return null
  const json: {mediaType?: string} = JSON.parse(bytes.toString())
  return json.mediaType ?? null
}

function isIndex(bytes: Buffer): boolean {
  return mediaTypeOf(bytes)?.includes('index') ?? false
}

/**
 * Records the Trivy reports of the example's releases: `node scripts/record-image-reports.ts`. Builds an image for each
 * release in plain code, serves them from a registry on this machine, has a real Trivy scan each by its digest, offline,
 * against the database of test/fakes/trivy-db.ts, and writes `image.json` and `image-digest.txt` beside the models.
 * Needs Linux on x64 and, the first time, npm. See test/fixtures/image/ORIGIN.md.
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {chooseVariables, scanArguments} from '../src/image/scanners/trivy.ts'
import {systemExec} from '../src/runtime/exec.ts'
import {serveImages} from '../test/fakes/oci-registry.ts'
import {installTrivy} from '../test/fakes/real-trivy.ts'
import {imageOfRelease, releases} from '../test/fakes/release-images.ts'
import {writeTrivyDatabase} from '../test/fakes/trivy-db.ts'

const images = Object.fromEntries(releases.map(release => [`credit/${release}`, imageOfRelease(release)]))
const registry = await serveImages(images, 5000)
const cache = await mkdtemp(path.join(tmpdir(), 'slipway-record-'))
try {
  const env = {
    ...chooseVariables({}),
    PATH: await installTrivy(),
    HOME: cache,
    TRIVY_CACHE_DIR: cache,
    TRIVY_SKIP_DB_UPDATE: 'true',
    TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
    TRIVY_OFFLINE_SCAN: 'true',
    TRIVY_IMAGE_SRC: 'remote',
  }
  await writeTrivyDatabase(cache)
  for (const release of releases) {
    const image = imageOfRelease(release)
    const reference = {kind: 'registry', name: `${registry.host}/credit/${release}@${image.digest}`} as const
    const call = scanArguments({...reference, digest: image.digest}, 60_000)
    const ran = await systemExec.run(['trivy', ...call], {env})
    if (ran.exitCode !== 0) throw new Error(`trivy ended with ${ran.exitCode}: ${ran.stderr}`)
    const folder = path.join(import.meta.dirname, '../examples/credit/releases', release)
    await writeFile(path.join(folder, 'image.json'), `${JSON.stringify(JSON.parse(ran.stdout), null, 2)}\n`)
    await writeFile(path.join(folder, 'image-digest.txt'), `${image.digest}\n`)
    console.log(`${release} ${image.digest}`)
  }
} finally {
  await registry.close()
  await rm(cache, {recursive: true})
}

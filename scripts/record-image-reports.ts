/**
 * Records the Trivy reports of the example's releases: `node scripts/record-image-reports.ts`. Builds an image for each
 * release in plain code, serves them from a registry on this machine, has a real Trivy scan each by its digest, offline,
 * against the database of test/fakes/trivy-db.ts, and writes `image.json` and `image-digest.txt` beside the models; then
 * the two reports of test/fixtures/image.
 * Needs Linux on x64 and, the first time, npm. See test/fixtures/image/ORIGIN.md.
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import type {ImageReference} from '../src/image/scanner.ts'
import {chooseVariables, scanArguments} from '../src/image/scanners/trivy.ts'
import {systemExec} from '../src/runtime/exec.ts'
import {writeLayout} from '../test/fakes/oci-image.ts'
import {serveImages} from '../test/fakes/oci-registry.ts'
import {installTrivy} from '../test/fakes/real-trivy.ts'
import {imageOfRelease, mixedImage, releases} from '../test/fakes/release-images.ts'
import {writeTrivyDatabase} from '../test/fakes/trivy-db.ts'

const examples = path.join(import.meta.dirname, '../examples/credit/releases')
const fixtures = path.join(import.meta.dirname, '../test/fixtures/image')

const images = Object.fromEntries(releases.map(release => [`credit/${release}`, imageOfRelease(release)]))
const registry = await serveImages({...images, mixed: mixedImage()}, 5000)
const work = await mkdtemp(path.join(tmpdir(), 'slipway-record-'))
const env = {
  ...chooseVariables({}),
  PATH: await installTrivy(),
  HOME: work,
  TRIVY_CACHE_DIR: work,
  TRIVY_SKIP_DB_UPDATE: 'true',
  TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
  TRIVY_OFFLINE_SCAN: 'true',
  TRIVY_IMAGE_SRC: 'remote',
}
try {
  await writeTrivyDatabase(work)
  for (const release of releases) {
    const {digest} = imageOfRelease(release)
    const name = `${registry.host}/credit/${release}@${digest}`
    await record({kind: 'registry', name, digest}, path.join(examples, release, 'image.json'))
    await writeFile(path.join(examples, release, 'image-digest.txt'), `${digest}\n`)
    console.log(`${release} ${digest}`)
  }
  const {digest} = mixedImage()
  const name = `${registry.host}/mixed@${digest}`
  await record({kind: 'registry', name, digest}, path.join(fixtures, 'trivy-registry.json'))
  await writeLayout(path.join(work, 'mixed'), mixedImage())
  await record({kind: 'path', path: './mixed'}, path.join(fixtures, 'trivy-layout.json'))
} finally {
  await registry.close()
  await rm(work, {recursive: true})
}

async function record(reference: ImageReference, file: string): Promise<void> {
  const ran = await systemExec.run(['trivy', ...scanArguments(reference, 60_000)], {env, cwd: work})
  if (ran.exitCode !== 0) throw new Error(`trivy ended with ${ran.exitCode}: ${ran.stderr}`)
  await writeFile(file, `${JSON.stringify(JSON.parse(ran.stdout), null, 2)}\n`)
}

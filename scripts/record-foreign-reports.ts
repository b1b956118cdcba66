/**
 * Records the reports of other tools: `node scripts/record-foreign-reports.ts`. A real Trivy, Grype and Syft look at the
 * image of test/fakes/release-images.ts, offline, by the databases of test/fakes; Trivy also at `sources/`. Needs Linux on
 * x64, Go, and the first time npm. What Python and npm tools wrote is told in ORIGIN.md.
 */
import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {systemExec} from '../src/runtime/exec.ts'
import {writeGrypeDatabase} from '../test/fakes/grype-db.ts'
import {writeLayout} from '../test/fakes/oci-image.ts'
import {serveImages} from '../test/fakes/oci-registry.ts'
import {installAnchore} from '../test/fakes/real-grype.ts'
import {installTrivy} from '../test/fakes/real-trivy.ts'
import {mixedImage} from '../test/fakes/release-images.ts'
import {writeTrivyDatabase} from '../test/fakes/trivy-db.ts'

const here = path.join(import.meta.dirname, '../test/fixtures/reports')
const work = await mkdtemp(path.join(tmpdir(), 'slipway-record-'))
const image = mixedImage()
const registry = await serveImages({mixed: image}, 5000)
const name = `${registry.host}/mixed@${image.digest}`
const tools = [await installTrivy(), await installAnchore('grype'), await installAnchore('syft')]
const env = {
  PATH: [...tools, process.env.PATH ?? ''].join(':'),
  HOME: work,
  TRIVY_CACHE_DIR: path.join(work, 'trivy'),
  TRIVY_SKIP_DB_UPDATE: 'true',
  TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
  TRIVY_OFFLINE_SCAN: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
  TRIVY_IMAGE_SRC: 'remote',
  GRYPE_DB_CACHE_DIR: path.join(work, 'grype'),
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
}

try {
  await writeTrivyDatabase(env.TRIVY_CACHE_DIR)
  await writeGrypeDatabase(path.join(work, 'grype.db'))
  await writeLayout(path.join(work, 'mixed'), image)
  await cp(path.join(here, 'sources'), path.join(work, 'sources'), {recursive: true})

  await run(['grype', 'db', 'import', 'grype.db'])
  for (const [file, ...call] of [
    ['trivy-image.sarif', 'trivy', 'image', '--scanners=vuln', '--format=sarif', name],
    ['trivy-licences.sarif', 'trivy', 'image', '--scanners=license', '--format=sarif', '--severity=HIGH', name],
    ['trivy-vulnerabilities.cdx.json', 'trivy', 'image', '--scanners=vuln', '--format=cyclonedx', name],
    ['trivy-sbom.cdx.json', 'trivy', 'image', '--format=cyclonedx', name],
    ['trivy.spdx.json', 'trivy', 'image', '--format=spdx-json', name],
    [
      'trivy-sources.sarif',
      'trivy',
      'fs',
      '--scanners=misconfig,secret',
      '--severity=HIGH,CRITICAL',
      '--format=sarif',
      'sources',
    ],
    ['grype.sarif', 'grype', 'oci-dir:mixed', '-o', 'sarif'],
    ['grype.cdx.json', 'grype', 'oci-dir:mixed', '-o', 'cyclonedx-json'],
    ['syft.json', 'syft', 'oci-dir:mixed', '-o', 'syft-json'],
    ['syft.cdx.json', 'syft', 'oci-dir:mixed', '-o', 'cyclonedx-json'],
    ['syft.spdx.json', 'syft', 'oci-dir:mixed', '-o', 'spdx-json'],
  ] as const) {
    const said = await run(call)
    const report = JSON.parse(said.replaceAll(work, '/home/user'))
    // Syft repeats its whole configuration, which is of the machine and not of the image.
    if (report.descriptor?.configuration) report.descriptor.configuration = {}
    await writeFile(path.join(here, file), `${JSON.stringify(report)}\n`)
  }
} finally {
  await registry.close()
  await rm(work, {recursive: true, force: true})
}

async function run(call: readonly [string, ...string[]]): Promise<string> {
  const ran = await systemExec.run(call, {env, cwd: work})
  if (ran.exitCode !== 0) throw new Error(`${call.join(' ')} ended with ${ran.exitCode}: ${ran.stderr}`)
  return ran.stdout
}

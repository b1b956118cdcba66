/**
 * Records reports of a real Grype: `node scripts/record-grype-reports.ts`. Builds the images in plain code, and has
 * them scanned offline against the database of test/fakes/grype-db.ts. Needs Go, the first time. See test/fixtures/image/grype/ORIGIN.md.
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {systemExec} from '../src/runtime/exec.ts'
import {writeGrypeDatabase} from '../test/fakes/grype-db.ts'
import {alpine, debian, javaArchive, pythonPackages} from '../test/fakes/image-contents.ts'
import {buildImage, type OciImage, writeLayout} from '../test/fakes/oci-image.ts'
import {installAnchore} from '../test/fakes/real-grype.ts'

const fixtures = path.join(import.meta.dirname, '../test/fixtures/image/grype')

const images: Readonly<Record<string, OciImage>> = {
  alpine: buildImage([
    alpine('3.18.2', [{name: 'ssl_client', version: '1.36.1-r0', origin: 'busybox', license: 'GPL-2.0-only'}]),
    pythonPackages({h11: '0.14.0'}),
  ]),
  debian: buildImage([
    debian('12.5', [
      {name: 'zlib1g', version: '1:1.2.13.dfsg-1', source: 'zlib'},
      {name: 'libssl3', version: '3.0.13-1~deb12u1', source: 'openssl'},
    ]),
  ]),
  java: buildImage([javaArchive('app/lib/log4j-core-2.14.1.jar', 'org.apache.logging.log4j', 'log4j-core', '2.14.1')]),
  empty: buildImage([{'app/model.bin': 'weights'}]),
}

const work = await mkdtemp(path.join(tmpdir(), 'slipway-record-'))
const env = {
  PATH: await installAnchore('grype'),
  HOME: work,
  GRYPE_DB_CACHE_DIR: path.join(work, 'cache'),
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_INCLUDE_MATCHER_SUPPRESSIONS: 'true',
  GRYPE_LOG_LEVEL: 'warn',
}
try {
  await writeGrypeDatabase(path.join(work, 'vulnerability.db'))
  await grype('db', 'import', 'vulnerability.db')
  await writeFile(
    path.join(work, 'rules.yaml'),
    'ignore:\n  - {vulnerability: GHSA-vqfr-h8mv-ghfj, reason: behind a proxy}\n',
  )
  for (const [name, image] of Object.entries(images)) {
    await writeLayout(path.join(work, name), image)
    const config = name === 'alpine' ? ['--config', 'rules.yaml'] : []
    await grype(`oci-dir:${name}`, ...config, '-o', `json=${name}.json`, '-o', `cyclonedx-json=${name}.cdx.json`)
    for (const file of [`${name}.json`, `${name}.cdx.json`]) await keep(file)
  }
} finally {
  await rm(work, {recursive: true})
}

async function grype(...args: readonly string[]): Promise<void> {
  const ran = await systemExec.run(['grype', ...args], {env, cwd: work})
  if (ran.exitCode !== 0) throw new Error(`grype ${args.join(' ')} ended with ${ran.exitCode}: ${ran.stderr}`)
}

/** As Grype wrote it, on fewer lines, and without the folder that it was written in. */
async function keep(file: string): Promise<void> {
  const text = (await readFile(path.join(work, file), 'utf8')).replaceAll(work, '/scan')
  await writeFile(path.join(fixtures, file), `${JSON.stringify(JSON.parse(text), null, 1)}\n`)
}

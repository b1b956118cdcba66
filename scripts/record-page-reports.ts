/**
 * Records the reports that docs/image-scanning.md judges: `node scripts/record-page-reports.ts`. Two releases of a small
 * service, scanned by digest in a registry on this machine, by a real Trivy and a real Grype, offline. See
 * test/fixtures/docs/image/ORIGIN.md. Needs Linux on x64, Go and, the first time, npm.
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {openGrype} from '../src/image/scanners/grype.ts'
import {openTrivy} from '../src/image/scanners/trivy.ts'
import {systemExec} from '../src/runtime/exec.ts'
import {grypeContent, writeGrypeDatabase} from '../test/fakes/grype-db.ts'
import {alpine, pythonPackages} from '../test/fakes/image-contents.ts'
import {buildImage, type OciImage} from '../test/fakes/oci-image.ts'
import {serveImages} from '../test/fakes/oci-registry.ts'
import {installAnchore} from '../test/fakes/real-grype.ts'
import {installTrivy} from '../test/fakes/real-trivy.ts'
import {scannerPorts} from '../test/fakes/scanner-ports.ts'
import {writeTrivyDatabase} from '../test/fakes/trivy-db.ts'

const fixtures = path.join(import.meta.dirname, '../test/fixtures/docs/image')

/** When the page is read: its sessions are run on the first of December. */
const recorded = '2026-11-30T18:00:00Z'

const base = alpine('3.23.3', [
  {name: 'musl', version: '1.2.5-r22', license: 'MIT'},
  {name: 'busybox', version: '1.37.0-r30', license: 'GPL-2.0-only'},
  {name: 'zlib', version: '1.3.1-r2', license: 'Zlib'},
])
const images: Readonly<Record<'v12' | 'v13', OciImage>> = {
  v12: buildImage([base, pythonPackages({requests: '2.32.3'})], {'org.opencontainers.image.version': 'v12'}),
  v13: buildImage([base, pythonPackages({requests: '2.32.3', h11: '0.14.0', uvicorn: '0.35.0'})], {
    'org.opencontainers.image.version': 'v13',
  }),
}

/** As where one of two databases is some days behind: without the advisory for requests. */
const behind = {...grypeContent, records: grypeContent.records.filter(({id}) => id !== 'GHSA-9hjg-9r4m-mvj7')}

const work = await mkdtemp(path.join(tmpdir(), 'slipway-record-'))
const registry = await serveImages(images, 5000)
const env = {PATH: [await installTrivy(), await installAnchore('grype')].join(path.delimiter), HOME: work}
try {
  await writeTrivyDatabase(path.join(work, 'trivy'))
  await writeGrypeDatabase(path.join(work, 'grype'), {...behind, built: recorded})
  await record('v12', 'trivy')
  await record('v13', 'trivy')
  await record('v13', 'grype')
} finally {
  await registry.close()
  await rm(work, {recursive: true})
}

/** What the scanner answers when Slipway asks it, under the name of a registry that everybody may have. */
async function record(release: keyof typeof images, name: 'trivy' | 'grype'): Promise<void> {
  let answer = ''
  const ports = scannerPorts({
    env,
    exec: {
      run: async (argv, options) => {
        const ran = await systemExec.run(argv, options)
        // Grype writes into a file that it is told.
        const file = argv.find(each => each.startsWith('--output=json='))?.slice('--output=json='.length)
        answer = file === undefined ? ran.stdout : await readFile(file, 'utf8')
        return ran
      },
    },
  })
  const {digest, configDigest} = images[release]
  const options = {
    tools: {from: 'path', folder: path.join(work, 'tools')},
    database: path.join(work, name),
    timeoutMs: 60_000,
  } as const
  const target = {
    kind: 'registry',
    label: release,
    name: `${registry.host}/${release}@${digest}`,
    plainHttp: true,
    digest,
    configDigest,
    platform: 'linux/amd64',
  } as const
  await (name === 'trivy' ? openTrivy : openGrype)(options, ports).scan(target, ['vulnerability'])
  const text = answer
    .replaceAll(`${registry.host}/${release}`, 'registry.example.com/credit')
    .replaceAll(new RegExp(`${tmpdir()}/slipway-\\w+(-\\w+)?`, 'g'), '/scan')
    .replaceAll(/"(CreatedAt|timestamp)": ?"[^"]*"/g, `"$1": "${recorded}"`)
  await writeFile(path.join(fixtures, `${name}-${release}.json`), `${JSON.stringify(JSON.parse(text), null, 1)}\n`)
}

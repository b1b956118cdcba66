/**
 * Records the Trivy reports of the example's releases: `node scripts/record-image-reports.ts`. Builds an image for each
 * release in plain code, serves them from a registry on this machine, has a real Trivy scan each by its digest, offline,
 * against the database of test/fakes/trivy-db.ts, and writes `image.json` and `image-digest.txt` beside the models; then
 * the reports of test/fixtures/image. With names (`mixed`, `flawed`, `v3`) only those.
 * Needs Linux on x64 and, the first time, npm. See test/fixtures/image/ORIGIN.md.
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import type {FlawKind} from '../src/image/scan.ts'
import {openTrivy} from '../src/image/scanners/trivy.ts'
import {systemExec} from '../src/runtime/exec.ts'
import {type OciImage, writeLayout} from '../test/fakes/oci-image.ts'
import {serveImages} from '../test/fakes/oci-registry.ts'
import {installTrivy} from '../test/fakes/real-trivy.ts'
import {flawedImage, imageOfRelease, mixedImage, releases} from '../test/fakes/release-images.ts'
import {scannerPorts} from '../test/fakes/scanner-ports.ts'
import {writeTrivyDatabase} from '../test/fakes/trivy-db.ts'

const examples = path.join(import.meta.dirname, '../examples/credit/releases')
const fixtures = path.join(import.meta.dirname, '../test/fixtures/image')

const names = process.argv.slice(2)
const isWanted = (name: string) => names.length === 0 || names.includes(name)

/** Of each kind one, so that a report shows how Trivy says so. */
const ignoreFile = `vulnerabilities:
  - {id: CVE-2022-48174, statement: no shell is reachable}
secrets:
  - {id: github-pat, statement: it is revoked}
misconfigurations:
  - {id: AVD-DS-0002}
licenses:
  - {id: GPL-2.0-only}
`

const images = Object.fromEntries(releases.map(release => [`credit/${release}`, imageOfRelease(release)]))
const registry = await serveImages({...images, mixed: mixedImage(), flawed: flawedImage()}, 5000)
const work = await mkdtemp(path.join(tmpdir(), 'slipway-record-'))
const env = {PATH: await installTrivy(), HOME: work}
try {
  const cache = path.join(work, 'cache')
  await writeTrivyDatabase(cache)
  for (const release of releases.filter(isWanted)) {
    const image = imageOfRelease(release)
    await record(await scanOf(`credit/${release}`, image), path.join(examples, release, 'image.json'))
    await writeFile(path.join(examples, release, 'image-digest.txt'), `${image.digest}\n`)
    console.log(`${release} ${image.digest}`)
  }
  if (isWanted('mixed')) {
    await record(await scanOf('mixed', mixedImage()), path.join(fixtures, 'trivy-registry.json'))
    await writeLayout(path.join(work, 'mixed'), mixedImage())
    await record(await plainTrivy('image', '--input', './mixed'), path.join(fixtures, 'trivy-layout.json'))
  }
  if (isWanted('flawed')) {
    const kinds: readonly FlawKind[] = ['vulnerability', 'secret', 'misconfiguration', 'licence']
    await record(await scanOf('flawed', flawedImage(), kinds), path.join(fixtures, 'trivy-flawed.json'))
    await writeFile(path.join(work, 'ignore.yaml'), ignoreFile)
    await writeLayout(path.join(work, 'flawed'), flawedImage())
    const everything = ['--scanners=vuln,secret,misconfig,license', '--skip-check-update', '--input', './flawed']
    const ignoring = await plainTrivy('image', '--ignorefile=ignore.yaml', '--show-suppressed', ...everything)
    await record(ignoring, path.join(fixtures, 'trivy-suppressed.json'))
    await systemExec.run(['trivy', 'image', '--format=cyclonedx', '--output=bom.json', '--input', './flawed'], {
      env: {...env, TRIVY_CACHE_DIR: cache},
      cwd: work,
    })
    await record(
      await plainTrivy('sbom', '--scanners=vuln,license', 'bom.json'),
      path.join(fixtures, 'trivy-sbom.json'),
    )
    await writeFile(path.join(work, 'Dockerfile'), 'FROM alpine\nRUN apk add curl\n')
    await record(await plainTrivy('config', '--skip-check-update', '.'), path.join(fixtures, 'trivy-config.json'))
  }
} finally {
  await registry.close()
  await rm(work, {recursive: true})
}

/** What Trivy answers when Slipway asks it. */
async function scanOf(name: string, image: OciImage, kinds: readonly FlawKind[] = ['vulnerability']): Promise<string> {
  let answer = ''
  const ports = scannerPorts({
    env,
    exec: {
      run: async (argv, options) => {
        const ran = await systemExec.run(argv, options)
        answer = ran.stdout
        return ran
      },
    },
  })
  const {digest, configDigest} = image
  const options = {
    tools: {from: 'path', folder: path.join(work, 'tools')},
    database: path.join(work, 'cache'),
    timeoutMs: 60_000,
  } as const
  await openTrivy(options, ports).scan(
    {
      kind: 'registry',
      label: name,
      name: `${registry.host}/${name}@${digest}`,
      plainHttp: true,
      digest,
      configDigest,
      platform: 'linux/amd64',
    },
    kinds,
  )
  return answer
}

/** What it answers when somebody else asks. */
async function plainTrivy(command: 'image' | 'sbom' | 'config', ...args: readonly string[]): Promise<string> {
  const offline = command === 'config' ? [] : ['--skip-db-update', '--offline-scan', '--list-all-pkgs']
  const ran = await systemExec.run(['trivy', command, '--format=json', '--quiet', ...offline, ...args], {
    env: {...env, TRIVY_CACHE_DIR: path.join(work, 'cache')},
    cwd: work,
  })
  if (ran.exitCode !== 0) throw new Error(`trivy ended with ${ran.exitCode}: ${ran.stderr}`)
  return ran.stdout
}

async function record(report: string, file: string): Promise<void> {
  await writeFile(file, `${JSON.stringify(JSON.parse(report), null, 2)}\n`)
}

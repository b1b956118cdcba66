/**
 * A real Grype and a real Syft for the suites under test/e2e, built from source by `go install` at versions that belong
 * together: the first run takes some minutes, later runs find them in a folder for temporary files. They say no version
 * of their own ("[not provided]"), which releases do. Needs Go.
 */
import {execFile} from 'node:child_process'
import {access} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {promisify} from 'node:util'

/** The newest whose dependencies could all be downloaded when this was written, and the Syft that this Grype is built with. */
const modules = {
  grype: 'github.com/anchore/grype/cmd/grype@v0.120.1',
  syft: 'github.com/anchore/syft/cmd/syft@v1.54.1',
} as const

/** Installs the program where it is missing and returns the folder that belongs on PATH. */
export async function installAnchore(name: keyof typeof modules): Promise<string> {
  const module = modules[name]
  const folder = path.join(tmpdir(), `slipway-real-${name}-${module.slice(module.indexOf('@') + 2)}`)
  if (await exists(path.join(folder, name))) return folder
  try {
    await promisify(execFile)('go', ['install', module], {env: {...process.env, GOBIN: folder}, maxBuffer: 64 << 20})
  } catch (error) {
    throw new Error(`This suite needs ${module}, and \`go install\` could not build it. Install Go 1.26 or newer.`, {
      cause: error,
    })
  }
  return folder
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

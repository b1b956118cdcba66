/** `dist/` as these scenarios need it: there, and built from the `src/` that lies beside it. */
import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, statSync} from 'node:fs'
import * as path from 'node:path'
import type {ActionName} from '../../src/actions/names.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Path of an action's bundle. @throws when `dist/` is missing or older than `src/`: then nothing here would be true. */
export function bundleOf(action: ActionName | 'cli'): string {
  const file = path.join(root, 'dist', `${action}.js`)
  const problem = existsSync(file) ? staleness() : 'dist/ is missing'
  if (problem !== null) throw new Error(`${problem}: run "npm run build", then these scenarios again.`)
  return file
}

/** Files of a checkout all have the checkout's time, so what is committed is believed: `npm run build -- --check` compares it. */
function staleness(): string | null {
  const newest = Math.max(...filesIn('src').map(modified))
  const built = modified(path.join(root, 'dist/core/index.js'))
  if (newest <= built || isCommitted()) return null
  return `dist/ is older than src/ by ${Math.ceil((newest - built) / 1000)} s`
}

function isCommitted(): boolean {
  try {
    return execFileSync('git', ['status', '--porcelain', '--', 'src', 'dist'], {cwd: root, encoding: 'utf8'}) === ''
  } catch {
    // No repository, or no git: then only the times can tell.
    return false
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
}

function modified(file: string): number {
  return statSync(file).mtimeMs
}

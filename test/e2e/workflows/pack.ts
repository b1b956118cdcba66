/**
 * A copy of the pack as act 0.2.89 can read it. The consumer's files stay as they are; in the copy of ours, act does not
 * know three things that GitHub does, and each change is told.
 */
import {cp, mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {bundleOf} from '../../scenarios/bundle.ts'

const root = path.resolve(import.meta.dirname, '../../..')

export interface Pack {
  readonly folder: string
  /** `model-production.yml: 4 x uses $/ -> slipway/slipway/…@v1`, one line each. */
  readonly changes: readonly string[]
  /** Third-party actions whose steps are skipped, and which act fetches all the same: `owner/name@sha`. */
  readonly fetched: readonly string[]
}

interface Change {
  readonly what: string
  readonly from: RegExp
  readonly to: string
}

const changes: readonly Change[] = [
  {what: 'uses: $/ -> slipway/slipway/…@v1', from: /uses: \$\/(\S+)/g, to: 'uses: slipway/slipway/$1@v1'},
  {what: 'environment.deployment removed', from: /^ +deployment: false\n/gm, to: ''},
  {what: 'concurrency.queue removed', from: /^ +queue: max\n/gm, to: ''},
]

/** @throws when dist/ is missing or older than src/ */
export async function copyPack(folder: string): Promise<Pack> {
  bundleOf('cli')
  for (const part of ['actions', 'dist', '.github/workflows']) {
    await cp(path.join(root, part), path.join(folder, part), {recursive: true})
  }
  const workflows = path.join(folder, '.github/workflows')
  const told: string[] = []
  const fetched = new Set<string>()
  for (const name of (await readdir(workflows)).filter(each => each.startsWith('model-'))) {
    const file = path.join(workflows, name)
    let text = await readFile(file, 'utf8')
    for (const {what, from, to} of changes) {
      const count = [...text.matchAll(from)].length
      if (count > 0) told.push(`${name}: ${count} x ${what}`)
      text = text.replaceAll(from, to)
    }
    for (const [, action = ''] of text.matchAll(/uses: (actions\/download-artifact@[0-9a-f]{40})/g)) fetched.add(action)
    await writeFile(file, text)
  }
  return {folder, changes: told, fetched: [...fetched]}
}

/** An action that must never run: it stands in for one that act fetches although its step is skipped. */
export async function writeForbiddenAction(folder: string): Promise<string> {
  await mkdir(folder, {recursive: true})
  const steps = '  steps:\n    - run: echo "this step should have been skipped" && exit 1\n      shell: bash\n'
  await writeFile(path.join(folder, 'action.yml'), `name: forbidden\nruns:\n  using: composite\n${steps}`)
  return folder
}

/**
 * A consumer's repository: made by `slipway init`, edited where its files say EDIT, with the example's real models. What
 * calls the pack (`uses: slipway/slipway/…@v1`) stays as `init` wrote it.
 */
import {execFileSync} from 'node:child_process'
import {cp, mkdir, readFile, writeFile} from 'node:fs/promises'
import * as path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../..')
const example = path.join(root, 'examples/credit')

export interface Consumer {
  readonly folder: string
  /** Commits everything that changed to the branch that is checked out, and pushes it; answers the commit. */
  commit(message: string): string
  checkout(branch: string, how?: 'new'): void
  /** Merges a branch into the one that is checked out, and pushes. */
  merge(branch: string): void
  head(branch: string): string
  /** Puts a release's model, predictions and image report where slipway.yml says; `against` is the release in production. */
  bringIn(release: string, against: string | null): Promise<void>
}

/** @param gitDir the bare repository that GitHub has; @param router address of the control API */
export async function makeConsumer(folder: string, gitDir: string, router: string): Promise<Consumer> {
  execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), 'init', '--folder', folder, '--service', 'credit'])
  await edit(path.join(folder, 'slipway.yml'), configEdits(router))
  await edit(path.join(folder, '.github/workflows/slipway-pull-request.yml'), pullRequestEdits)
  const git = (...args: string[]) => execFileSync('git', args, {cwd: folder, encoding: 'utf8'}).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'user.name', 'mona')
  git('config', 'user.email', 'mona@example.com')
  git('remote', 'add', 'origin', 'https://github.com/acme/credit.git')
  const push = () => git('push', '--quiet', gitDir, 'HEAD')
  return {
    folder,
    commit(message) {
      git('add', '--all')
      git('commit', '--quiet', '--message', message)
      push()
      return git('rev-parse', 'HEAD')
    },
    checkout: (branch, how) => void git('checkout', '--quiet', ...(how === 'new' ? ['-b'] : []), branch),
    merge(branch) {
      git('merge', '--quiet', '--no-edit', branch)
      push()
    },
    head: branch => git('rev-parse', branch),
    async bringIn(release, against) {
      const from = path.join(example, 'releases', release)
      await mkdir(path.join(folder, 'eval'), {recursive: true})
      await cp(path.join(from, 'model'), path.join(folder, 'model'), {recursive: true})
      await cp(path.join(from, 'eval.csv'), path.join(folder, 'eval/candidate.csv'))
      await cp(path.join(from, 'image.json'), path.join(folder, 'image.json'))
      const baseline = path.join(folder, 'slipway.yml')
      await edit(baseline, [[/baseline: \S+/, `baseline: ${against === null ? 'none' : 'eval/production.csv'}`]])
      if (against === null) return
      await cp(path.join(example, 'releases', against, 'eval.csv'), path.join(folder, 'eval/production.csv'))
    },
  }
}

export async function imageDigestOf(release: string): Promise<string> {
  return (await readFile(path.join(example, 'releases', release, 'image-digest.txt'), 'utf8')).trim()
}

type Edit = readonly [from: string | RegExp, to: string]

/** What a team fills in: its own limits, its own traffic, a rollout of seconds, and who must approve. */
function configEdits(router: string): readonly Edit[] {
  const environment = `    target:
      kind: local
      router: ${router}
      start: [node, service/serve.ts, --model, "releases/{version}/model", --version, "{version}", --port, "{port}"]
    telemetry:
      kind: scrape
      url: ["${router}/releases/{version}/metrics"]
    traffic: 300/s
    approvals:
      - team: ml-leads
    rollout:
      stages:
        - {weight: 25%, for: 4s}
        - {weight: 50%, for: 4s}
      tick: 1s
      when-evidence-is-short: extend
`
  return [
    ['positive: "1"', 'positive: bad'],
    ['at-least: 0.85', 'at-least: 0.70'],
    ['may-lose: 0.01', 'may-lose: 0.02'],
    ['scanner: trivy ', 'scanner: report\n  report: image.json\n  database-max-age: 3650d '],
    [/ {4}target:[\s\S]*? {4}rollout:\n[\s\S]*?(?= {6}false-abort-rate)/, environment],
    ['at-most: 0.1%', 'at-most: 1%'],
    ['p95: 120ms', 'p95: 1s'],
  ]
}

const pullRequestEdits: readonly Edit[] = [
  [
    / {4}# with:\n {4}# {3}artifact: evaluation\n {4}# {3}image-report: trivy.json\n/,
    '    with:\n      image-report: image.json\n',
  ],
]

async function edit(file: string, edits: readonly Edit[]): Promise<void> {
  let text = await readFile(file, 'utf8')
  for (const [from, to] of edits) {
    const after = text.replace(from, to)
    if (after === text && !text.includes(to))
      throw new Error(`${file} has no ${from}: the template of init has changed.`)
    text = after
  }
  await writeFile(file, text)
}

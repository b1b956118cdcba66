/**
 * Files that the policy judges by and does not hold itself: the report that `new` compares with, lists of what is exploited, a
 * database. Most are made by the job; who commits them instead could let a pull request write them for itself.
 */
import {posix} from 'node:path'
import type {ImageConfig} from '../config/image-schema.ts'
import type {Finding} from '../core/finding.ts'
import {type GitObjects, openGitObjects} from '../github/git-objects.ts'
import type {Bytes, Files} from '../runtime/files.ts'
import type {Policy} from './policy.ts'
import type {Session} from './session.ts'

type Reader = Pick<Files, 'open' | 'isFolder'>

export interface PolicyInputs {
  /** As the disk has them; a text that the pull request changes as the base branch has it. */
  readonly files: Reader
  /** What the pull request changes in them. */
  readonly findings: readonly Finding[]
}

/**
 * Only what stands in git at the base or at the head of the pull request is looked at: what the job itself has made or
 * downloaded is in neither. Reports of this image are what is judged, and come from where the image comes from.
 */
export async function policyInputs(
  {runtime: {files, env}, github}: Session,
  {baseSha}: Pick<Policy, 'baseSha'>,
  image: ImageConfig,
): Promise<PolicyInputs> {
  const pullRequest = github?.context.pullRequest
  const named = namedBy(image)
  if (!github || !pullRequest || baseSha === null || named.length === 0) return {files, findings: []}
  const objects = openGitObjects(github.client)
  const {headSha, baseRef} = pullRequest
  const texts = new Map<string, Uint8Array>()
  const findings: Finding[] = []
  for (const {key, path} of named) {
    const place = inRepository(path, env.GITHUB_WORKSPACE)
    if (place === null || !(await isChanged(objects, place, baseSha, headSha))) continue
    // What is packed is no text, and a database is a folder: those are not fetched from the base branch.
    const text = key === 'image.database' || path.endsWith('.gz') ? null : await objects.readText(baseSha, place)
    if (text !== null) texts.set(path, new TextEncoder().encode(text))
    findings.push(changedInput(key, path, baseRef, text !== null))
  }
  return {files: texts.size === 0 ? files : overlaid(files, texts), findings}
}

interface Named {
  readonly key: string
  readonly path: string
}

function namedBy({baseline, database, ...image}: ImageConfig): readonly Named[] {
  const lists = (['known-exploited', 'epss'] as const).map(key => ({key: `image.${key}`, path: image[key]}))
  const databases = typeof database === 'string' ? [database] : [database?.trivy, database?.grype]
  const report = ['production', 'base-image', 'none'].includes(baseline) ? undefined : baseline
  return [
    {key: 'image.baseline', path: report},
    ...lists,
    ...databases.map(path => ({key: 'image.database', path})),
  ].flatMap(({key, path}) => (path === undefined ? [] : [{key, path}]))
}

/** Null for what lies elsewhere on the machine, where no pull request writes. */
function inRepository(path: string, workspace: string | undefined): string | null {
  const root = workspace === undefined ? undefined : `${workspace.replace(/\/+$/, '')}/`
  const relative = root !== undefined && path.startsWith(root) ? path.slice(root.length) : path
  const plain = posix.normalize(relative).replace(/\/+$/, '')
  return plain.startsWith('/') || plain.startsWith('..') || plain === '.' ? null : plain
}

/** Step by step from the root: a folder above it that becomes a link would lead elsewhere. */
async function isChanged(objects: GitObjects, path: string, base: string, head: string): Promise<boolean> {
  const steps = path.split('/')
  for (const [at, name] of steps.entries()) {
    const above = steps.slice(0, at).join('/')
    const [one, other] = await Promise.all([base, head].map(commit => entryIn(objects, commit, above, name)))
    if (one?.sha === other?.sha) return false
    if (one?.kind !== 'folder' || other?.kind !== 'folder') {
      const isOnTheWay = at < steps.length - 1
      // A folder that only one of them has may hold other files than this.
      const there = one?.kind === 'folder' ? base : other?.kind === 'folder' ? head : null
      if (!isOnTheWay || there === null || (one !== undefined && other !== undefined)) return true
      return (await entryIn(objects, there, steps.slice(0, -1).join('/'), steps.at(-1) ?? '')) !== undefined
    }
  }
  return true
}

async function entryIn(objects: GitObjects, commit: string, folder: string, name: string) {
  return (await objects.list(commit, folder)).find(entry => entry.name === name)
}

function overlaid(files: Reader, texts: ReadonlyMap<string, Uint8Array>): Reader {
  return {
    isFolder: async path => !texts.has(path) && files.isFolder(path),
    open: async (path, use) => {
      const bytes = texts.get(path)
      return bytes === undefined ? files.open(path, use) : use(bytesOf(bytes))
    },
  }
}

function bytesOf(bytes: Uint8Array): Bytes {
  return {size: bytes.length, slice: async (start, end) => bytes.slice(start, end)}
}

function changedInput(key: string, path: string, branch: string, isReplaced: boolean): Finding {
  return {
    id: 'policy/changed',
    verdict: isReplaced ? 'warn' : 'inconclusive',
    reason: isReplaced ? 'policy/part-changed' : 'policy/input-changed',
    subject: path,
    what: isReplaced
      ? `This pull request changes ${path}; it is judged by the one of ${branch}.`
      : `This pull request brings its own ${path}, by which \`${key}\` of ${branch} lets it be judged.`,
    why: 'It decides what is found and what is new, so a pull request does not write its own.',
    remedy: isReplaced
      ? 'Read the change as part of the review; it counts from the merge on.'
      : `Let the job make or download it, outside the repository; or merge it to ${branch} first, by somebody who may.`,
  }
}

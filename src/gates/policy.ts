import {comparePolicies, policyFindings} from '../config/compare.ts'
import {loadConfig, parseConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {isFailure, UserError} from '../core/failure.ts'
import type {Finding} from '../core/finding.ts'
import {readFileAt} from '../github/contents.ts'
import type {Files} from '../runtime/files.ts'
import type {Session} from './session.ts'

/** The policy that judges, and what there is to say about it. */
export interface Policy {
  readonly config: Config
  readonly findings: readonly Finding[]
  /** Commit of the base branch that it is from; null where it is the working directory’s. */
  readonly baseSha: string | null
  /** A file that belongs to the policy, such as the waivers: from where the policy comes from. */
  readPart(path: string): Promise<PolicyPart>
}

export interface PolicyPart {
  readonly text: string
  /** What the pull request changes in it. */
  readonly findings: readonly Finding[]
}

/**
 * In a pull request, the policy of the base branch: a pull request cannot loosen the rules that judge it. What it changes
 * is a finding. Only where the files to judge lie is taken from the pull request itself.
 * Elsewhere, the policy of the working directory.
 *
 * @throws ConfigError `config/invalid`, UserError `config/not-found`
 */
export async function loadPolicy(session: Session, file: string): Promise<Policy> {
  const {files} = session.runtime
  const own = await loadConfig(files, file)
  const ownPart = async (path: string) => ({text: await files.readText(path), findings: []})
  const pullRequest = session.github?.context.pullRequest
  if (!session.github || !pullRequest) return {config: own, findings: [], baseSha: null, readPart: ownPart}
  const {client} = session.github
  const {baseSha, baseRef} = pullRequest
  const text = await readFileAt(client, repositoryPath(file), baseSha)
  if (text === null) return {config: own, findings: [firstPolicy(file, baseRef)], baseSha: null, readPart: ownPart}
  const base = parseBase(text, `${file} of ${baseRef}`)
  if (typeof base === 'string') {
    return {config: own, findings: [brokenPolicy(file, baseRef, base)], baseSha: null, readPart: ownPart}
  }
  return {
    config: withPathsOf(own, base),
    findings: policyFindings(comparePolicies(base, own)),
    baseSha,
    readPart: async path => basePart(path, baseRef, await readFileAt(client, repositoryPath(path), baseSha), files),
  }
}

async function basePart(path: string, branch: string, text: string | null, files: Files): Promise<PolicyPart> {
  if (text === null) {
    throw new UserError(
      'policy/part-missing',
      `The policy of ${branch} names "${path}", and ${branch} has no such file.`,
      {
        hint: `Merge the file to ${branch} first: a pull request is judged by what the base branch has.`,
      },
    )
  }
  const own = (await files.exists(path)) ? await files.readText(path) : null
  return {text, findings: own === text ? [] : [changedPart(path, branch)]}
}

function parseBase(text: string, name: string): Config | string {
  try {
    return parseConfig(text, name)
  } catch (error) {
    if (!isFailure(error)) throw error
    return error.message
  }
}

function withPathsOf(own: Config, base: Config): Config {
  const predictions = base.validation.predictions
  const ownPredictions = own.validation.predictions
  const {metrics} = base.validation
  const ownMetrics = own.validation.metrics
  const report = own.image?.report
  return {
    ...base,
    model: {...base.model, files: own.model.files},
    validation: {
      ...base.validation,
      ...(predictions && ownPredictions ? {predictions: {...predictions, candidate: ownPredictions.candidate}} : {}),
      ...(metrics && ownMetrics ? {metrics: {...metrics, candidate: ownMetrics.candidate}} : {}),
    },
    ...(base.image ? {image: {...base.image, ...(report === undefined ? {} : {report})}} : {}),
  }
}

function repositoryPath(file: string): string {
  return file.replace(/^\.\//, '')
}

function firstPolicy(file: string, branch: string): Finding {
  return {
    id: 'policy/changed',
    verdict: 'warn',
    reason: 'policy/first',
    subject: file,
    what: `${branch} has no ${file} yet, so this pull request is judged by its own.`,
    why: 'A policy that a pull request brings along cannot protect from that pull request.',
    remedy: 'Read the policy as part of the review; from the next pull request on it is the base branch’s.',
  }
}

function brokenPolicy(file: string, branch: string, message: string): Finding {
  return {
    id: 'policy/changed',
    verdict: 'warn',
    reason: 'policy/base-invalid',
    subject: file,
    what: `${file} of ${branch} cannot be read, so this pull request is judged by its own. ${message}`,
    why: 'A policy that a pull request brings along cannot protect from that pull request.',
    remedy: 'Merge only what repairs the policy, and read it closely.',
  }
}

function changedPart(path: string, branch: string): Finding {
  return {
    id: 'policy/changed',
    verdict: 'warn',
    reason: 'policy/part-changed',
    subject: path,
    what: `This pull request changes ${path}; it is judged by the one of ${branch}.`,
    why: 'Waivers decide what passes, so a pull request does not write its own.',
    remedy: 'Read the change as part of the review; it counts from the merge on.',
  }
}

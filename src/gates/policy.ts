import {comparePolicies, policyFindings} from '../config/compare.ts'
import {loadConfig, parseConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {messageOf} from '../core/failure.ts'
import type {Finding} from '../core/finding.ts'
import {readFileAt} from '../github/contents.ts'
import type {Session} from './session.ts'

/** The policy that judges, and what there is to say about it. */
export interface Policy {
  readonly config: Config
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
  const own = await loadConfig(session.runtime.files, file)
  const pullRequest = session.github?.context.pullRequest
  if (!session.github || !pullRequest) return {config: own, findings: []}
  const text = await readFileAt(session.github.client, repositoryPath(file), pullRequest.baseSha)
  if (text === null) return {config: own, findings: [firstPolicy(file, pullRequest.baseRef)]}
  const base = parseBase(text, `${file} of ${pullRequest.baseRef}`)
  if (typeof base === 'string') return {config: own, findings: [brokenPolicy(file, pullRequest.baseRef, base)]}
  return {config: withPathsOf(own, base), findings: policyFindings(comparePolicies(base, own))}
}

function parseBase(text: string, name: string): Config | string {
  try {
    return parseConfig(text, name)
  } catch (error) {
    return messageOf(error)
  }
}

function withPathsOf(own: Config, base: Config): Config {
  const predictions = base.validation.predictions
  const ownPredictions = own.validation.predictions
  const report = own.image?.report
  return {
    ...base,
    model: {...base.model, files: own.model.files},
    validation: {
      ...base.validation,
      ...(predictions && ownPredictions ? {predictions: {...predictions, candidate: ownPredictions.candidate}} : {}),
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

import * as path from 'node:path'
import type {Config, RecordsConfig} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {EvidenceStore} from '../evidence/store.ts'
import {openDirectoryEvidence} from '../evidence/stores/directory.ts'
import {evidenceBranch, openGitBranchEvidence} from '../evidence/stores/git-branch.ts'
import type {GitBranch} from '../git/branch.ts'
import {openRemoteRepository} from '../git/pushed-branch.ts'
import {openGitBranch} from '../github/git-branch.ts'
import type {Ledger} from '../rollout/ledger.ts'
import {openDirectoryLedger} from '../rollout/ledgers/directory.ts'
import {ledgerBranch, openGitBranchLedger} from '../rollout/ledgers/git-branch.ts'
import type {Session} from './session.ts'

/** Where the ledgers and the evidence of one service are kept. */
export interface Records {
  readonly evidence: EvidenceStore
  ledger(environment: string): Ledger
}

/** Branches of the repository in a workflow, a folder elsewhere, unless the config or the caller says otherwise. */
export function openRecords(session: Session, config: Pick<Config, 'service' | 'records'>): Records {
  const {service} = config
  const kept = recordsOf(session, config)
  switch (kept.kind) {
    case 'directory': {
      const {files} = session.runtime
      return {
        evidence: openDirectoryEvidence(files, {folder: kept.path, service}),
        ledger: environment => openDirectoryLedger(path.join(kept.path, service, environment), files),
      }
    }
    case 'git-branch': {
      const {github} = session
      if (!github) {
        throw new UserError('records/no-repository', '`records` is git-branch, and this is not a step of a workflow.', {
          hint: 'Name a folder with --records, or set `records` to the kind directory, or to git-push with a remote.',
        })
      }
      const {clock} = session.runtime
      return branchRecords(session, service, name => openGitBranch(github.client, name, clock))
    }
    case 'git-push': {
      const {remote, folder} = kept
      const login = loginOf(session, kept)
      const repository = openRemoteRepository(session.runtime, {remote, folder, ...(login ? {login} : {})})
      return branchRecords(session, service, name => repository.branch(name))
    }
    default:
      return assertNever(kept)
  }
}

function branchRecords(session: Session, service: string, open: (name: string) => GitBranch): Records {
  return {
    evidence: openGitBranchEvidence(open(evidenceBranch(service)), session.runtime.clock, {service}),
    ledger: environment => openGitBranchLedger(open(ledgerBranch(service, environment))),
  }
}

type GitPushConfig = Extract<RecordsConfig, {kind: 'git-push'}>

function loginOf({runtime}: Session, {user, 'token-env': name}: GitPushConfig): {user: string; token: string} | null {
  if (name === undefined) return null
  const token = runtime.env[name]?.trim()
  if (token) return {user, token}
  throw new UserError('records/token-missing', `The environment variable ${name} of \`records.token-env\` is empty.`, {
    hint: `Set ${name} to a token that may read and push branches of the remote.`,
  })
}

function recordsOf(session: Session, config: Pick<Config, 'records'>): RecordsConfig {
  if (session.recordsFolder !== undefined) return {kind: 'directory', path: session.recordsFolder}
  return config.records ?? (session.github ? {kind: 'git-branch'} : {kind: 'directory', path: '.slipway'})
}

import * as path from 'node:path'
import type {Config, RecordsConfig} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {EvidenceStore} from '../evidence/store.ts'
import {openDirectoryEvidence} from '../evidence/stores/directory.ts'
import {openGitBranchEvidence} from '../evidence/stores/git-branch.ts'
import type {Ledger} from '../rollout/ledger.ts'
import {openDirectoryLedger} from '../rollout/ledgers/directory.ts'
import {openGitBranchLedger} from '../rollout/ledgers/git-branch.ts'
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
          hint: 'Name a folder with --records, or set `records: {kind: directory}`.',
        })
      }
      const {clock} = session.runtime
      return {
        evidence: openGitBranchEvidence(github.client, clock, {service}),
        ledger: environment => openGitBranchLedger(github.client, clock, {service, environment}),
      }
    }
    default:
      return assertNever(kept)
  }
}

function recordsOf(session: Session, config: Pick<Config, 'records'>): RecordsConfig {
  if (session.recordsFolder !== undefined) return {kind: 'directory', path: session.recordsFolder}
  return config.records ?? (session.github ? {kind: 'git-branch'} : {kind: 'directory', path: '.slipway'})
}

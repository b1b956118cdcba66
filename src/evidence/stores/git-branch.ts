/** Evidence in the branch `slipway/<service>/evidence` of a repository: one commit and one file for each judgement. */
import {SystemError} from '../../core/failure.ts'
import type {GitBranch} from '../../git/branch.ts'
import type {Clock} from '../../runtime/clock.ts'
import type {EvidenceStore} from '../store.ts'
import {evidenceFolder, evidencePath, filesOf, isEvidenceFile, parseEvidence, requireSame} from './evidence-file.ts'

/** Writers of different evidence do not contradict each other, so a lost race is run again: this often at most. */
const maxRaces = 40

/** Name of the branch that holds a service's evidence. */
export function evidenceBranch(service: string): string {
  return `slipway/${service}/evidence`
}

export function openGitBranchEvidence(
  branch: GitBranch,
  clock: Clock,
  {service}: {readonly service: string},
): EvidenceStore {
  return {
    async find(kind, digest) {
      const head = await branch.head()
      if (head === null) return []
      const snapshot = branch.at(head)
      const place = evidenceFolder(kind, digest)
      const names = (await snapshot.list(place)).map(({name}) => name).filter(isEvidenceFile)
      // The names are times of one length: sorted by name is oldest first.
      const paths = names.sort().map(name => `${place}/${name}`)
      return Promise.all(paths.map(async path => parseEvidence((await snapshot.readText(path)) ?? '', path, service)))
    },

    async record(evidence, attachments = {}) {
      const path = evidencePath(evidence)
      const files = filesOf(evidence, attachments, service)
      const message = `Record ${evidence.kind} evidence, ${evidence.verdict}: ${evidence.summary}\n\n${evidence.digest}`
      for (let race = 0; race < maxRaces; race++) {
        const head = await branch.head()
        const kept = head === null ? null : await branch.at(head).readText(path)
        if (kept !== null) return requireSame(kept, files[path] ?? '', path)
        const outcome = await branch.commit({files, message, expectedHead: head})
        if (outcome.kind === 'committed') return
        await clock.sleep(Math.min(1000, 50 * race))
      }
      throw new SystemError('evidence/contended', `Others kept writing to ${branch.name}; ${path} was not recorded.`, {
        system: 'git',
        retryable: true,
        hint: 'Run the gate again.',
      })
    },
  }
}

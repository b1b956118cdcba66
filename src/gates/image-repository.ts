import type {ImageConfig} from '../config/image-schema.ts'
import type {Finding} from '../core/finding.ts'
import type {DeployedWorkload} from '../image/deployed.ts'
import {checkManifests} from '../image/manifests/check.ts'
import {checkDockerfile} from '../image/manifests/dockerfile.ts'
import type {Misconfiguration} from '../image/scan.ts'
import type {Files} from '../runtime/files.ts'
import {readManifests} from './manifest-files.ts'
import type {RepositoryFiles} from './repository-files.ts'

export interface CheckedRepository {
  /** Null where there is nothing of ours to check. */
  readonly flaws: readonly Misconfiguration[] | null
  /** Manifests that nobody could look at. */
  readonly findings: readonly Finding[]
  /** What the manifests deploy. */
  readonly workloads: readonly DeployedWorkload[]
}

/**
 * Our own checks over the Dockerfile, where there is one, and over the manifests that the config names.
 * @throws UserError `image/manifests-missing`
 */
export async function checkRepository(
  {manifests}: Pick<ImageConfig, 'manifests'>,
  {dockerfile}: RepositoryFiles,
  files: Pick<Files, 'exists' | 'isFolder' | 'list' | 'readText'>,
): Promise<CheckedRepository> {
  const own = dockerfile ? checkDockerfile(dockerfile.path, dockerfile.text) : []
  if (!manifests) return {flaws: dockerfile ? own : null, findings: [], workloads: []}
  const {flaws, unread, workloads} = checkManifests(await readManifests(manifests.files, files), manifests)
  return {
    flaws: [...own, ...flaws],
    workloads,
    findings: unread.map(({file, line, code, why, remedy}) => ({
      id: 'image/manifests-are-read',
      verdict: 'inconclusive',
      reason: code,
      subject: line > 0 ? `${file}:${line}` : file,
      what: why,
      why: 'What nobody looked at may be anything.',
      remedy,
    })),
  }
}

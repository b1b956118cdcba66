/**
 * Whether Trivy's database has advisories for an operating system at all. Trivy looks a release up by name, finds nothing
 * under a name that the database does not have, and reports a clean image: so a release that came out after the database
 * was built, or a database with a part left out, looks like a good one.
 */
import type {ScannerPorts} from '../scanners/ports.ts'
import {readBucketNames} from './bbolt.ts'

/** How trivy-db names the advisories of a release (`pkg/vulnsrc/{alpine,debian,ubuntu}`). Of other systems nothing is said. */
const bucketNames: readonly {readonly system: RegExp; name(release: string): string}[] = [
  {system: /^alpine (\d+\.\d+)(?:\.|$)/, name: release => `alpine ${release}`},
  {system: /^debian (\d+)(?:\.|$)/, name: release => `debian ${release}`},
  {system: /^ubuntu (\d+\.\d+)$/, name: release => `ubuntu ${release}`},
]

/**
 * @param system as Trivy reports it: `alpine 3.23.3`
 * @returns the doubt, or null where there is none, or where nobody can tell
 */
export async function unknownSystem(
  system: string,
  cacheFolder: string,
  {files}: Pick<ScannerPorts, 'files'>,
): Promise<string | null> {
  const release = bucketNames.flatMap(each => {
    const found = each.system.exec(system)?.[1]
    return found === undefined ? [] : [each.name(found)]
  })[0]
  const file = `${cacheFolder}/db/trivy.db`
  if (release === undefined || !(await files.exists(file))) return null
  const names = await files.open(file, readBucketNames)
  if (names === null || names.has(release)) return null
  return `Trivy’s database has no advisories for ${release}, so nothing was found for its packages, whatever is wrong with them`
}

import type {Artifact} from '../artifact.ts'
import type {Reading, Scan} from '../format.ts'

export async function readPickles(_artifact: Artifact, _scan: Scan): Promise<Reading | null> {
  return null
}

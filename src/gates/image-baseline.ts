import type {ImageConfig} from '../config/image-schema.ts'
import type {Config} from '../config/schema.ts'
import {knownFlawsOf} from '../image/gate/baseline.ts'
import {flawsFor} from '../image/gate/derived.ts'
import type {GatheredImage} from '../image/gather.ts'
import type {Baseline} from '../image/judgement.ts'
import {openScans} from '../image/reports/open.ts'
import type {Scan} from '../image/scan.ts'
import type {Files} from '../runtime/files.ts'
import {productionImage} from './production-image.ts'
import type {Session} from './session.ts'

/**
 * What `new` compares with, as the config names it.
 * @param files where a report is read: in a pull request not always the disk (`policy-inputs.ts`)
 * @throws what ledger, evidence store and the report refuse
 */
export async function imageBaseline(
  session: Session,
  config: Config,
  {baseline, environment, gate}: ImageConfig,
  {base}: Pick<GatheredImage, 'base'>,
  files: Pick<Files, 'open' | 'isFolder'>,
): Promise<Baseline> {
  // What follows from packages was there before as well.
  const known = (scans: readonly Scan[]) => knownFlawsOf(scans.map(scan => ({flaws: flawsFor(scan, gate)})))
  switch (baseline) {
    case 'none':
      return {kind: 'none'}
    case 'production':
      return productionImage(session, config, environment)
    case 'base-image':
      if (base?.kind === 'scanned') return {kind: 'known', label: base.label, flaws: known(base.scans)}
      if (base?.kind === 'another') {
        return {
          kind: 'missing',
          why: `The image says that it is built on ${base.label}, and does not begin with its layers`,
          remedy:
            'Correct the annotations, build without squashing layers, or name a report of the base image as the baseline.',
        }
      }
      return {
        kind: 'missing',
        why: 'Nothing says what the base image is',
        remedy:
          'Build with the annotations `org.opencontainers.image.base.name` and `.digest`, or name a report of the base image as the baseline.',
      }
    default: {
      const scans = await openScans(baseline, files)
      return {kind: 'known', label: baseline, flaws: known(scans)}
    }
  }
}

import type {Config} from '../config/schema.ts'
import type {Baseline} from '../image/judgement.ts'
import {readState} from '../rollout/run/logbook.ts'
import {environmentOf} from './environment.ts'
import {openRecords} from './records.ts'
import type {Session} from './session.ts'

/**
 * What is wrong with the image in production: by the newest evidence for exactly the bytes that the ledger calls current.
 * Where an image has no predecessor, everything in it is new.
 *
 * @throws UserError `config/environment-unknown`, and what ledger and evidence store refuse
 */
export async function productionImage(session: Session, config: Config, environment: string): Promise<Baseline> {
  // A service that is only scanned has no environments, and so nothing in production.
  if (Object.keys(config.environments).length === 0) return {kind: 'none'}
  environmentOf(config, environment)
  const records = openRecords(session, config)
  const {current} = await readState({ledger: records.ledger(environment)})
  if (current === null) {
    return {
      kind: 'missing',
      why: `The ledger of "${environment}" knows no release yet`,
      remedy: 'Nothing to do for the first release.',
    }
  }
  const label = `${current.version} in ${environment}`
  if (current.image === undefined) {
    return {
      kind: 'missing',
      why: `${label} was promoted without an image`,
      remedy: 'Promote with `image-digest`, so that the next image has something to be compared with.',
    }
  }
  const found = await records.evidence.find('image', current.image)
  const flaws = found.findLast(each => each.flaws !== undefined)?.flaws
  if (flaws) return {kind: 'known', label, flaws}
  return {
    kind: 'missing',
    why: `No evidence says what is wrong with the image of ${label}`,
    remedy: `Scan that image once with --record: ${current.image}.`,
  }
}

import type {Config} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import type {Evidence} from '../evidence/evidence.ts'
import type {Gathered, ProductionBaseline} from '../model/gather.ts'
import {readState} from '../rollout/run/logbook.ts'
import {environmentOf} from './environment.ts'
import {openRecords} from './records.ts'
import type {Session} from './session.ts'

/**
 * The baseline that `baseline: production` means: the release that the ledger of the environment calls current, by the
 * newest evidence for exactly its model's bytes. Null where no baseline asks for it; a failure where there is nothing to
 * compare with, which becomes a finding: `model/nothing-in-production`, `model/production-evidence-missing`.
 *
 * @throws UserError `config/environment-unknown`, and what ledger and evidence store refuse
 */
export async function productionBaseline(
  session: Session,
  config: Config,
): Promise<Gathered<ProductionBaseline> | null> {
  const {predictions, metrics} = config.validation
  if (predictions?.baseline !== 'production' && metrics?.baseline !== 'production') return null
  const environment = predictions?.environment ?? metrics?.environment ?? 'production'
  environmentOf(config, environment)
  const records = openRecords(session, config)
  const {current} = await readState({ledger: records.ledger(environment)})
  if (current === null) {
    return missing('model/nothing-in-production', `The ledger of "${environment}" knows no release yet.`, {
      hint: 'For the first release ever write `baseline: none`: the report says that nothing was compared.',
    })
  }
  const found = await records.evidence.find('model', current.model)
  const newest = newestMeasured(found)
  if (newest === null) {
    return missing(
      'model/production-evidence-missing',
      `No evidence with measured values is recorded for the model of ${current.version}, which serves in "${environment}".`,
      {hint: 'Validate that release once with --record, or name its predictions as the baseline.'},
    )
  }
  return {
    kind: 'gathered',
    value: {
      release: current,
      environment,
      measures: newest.measures ?? null,
      reported: newest.reported ?? {},
      file: predictions?.['baseline-file']?.replaceAll('{version}', current.version) ?? null,
    },
  }
}

/** Evidence of a run that could not measure says nothing about the model: an older one that could is taken. */
function newestMeasured(found: readonly Evidence[]): Evidence | null {
  const newestFirst = [...found].sort((a, b) => (a.at < b.at ? 1 : -1))
  return newestFirst.find(({measures, reported}) => measures !== undefined || reported !== undefined) ?? null
}

function missing(code: `${string}/${string}`, message: string, advice: {readonly hint: string}): Gathered<never> {
  return {kind: 'missing', failure: new UserError(code, message, advice)}
}

import type {Config} from '../config/schema.ts'
import type {PredictionsConfig} from '../config/validation-schema.ts'
import {type Digest, shortDigest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Measures} from '../core/measures.ts'
import type {Release} from '../core/release.ts'
import {readState} from '../rollout/run/logbook.ts'
import {environmentOf} from './environment.ts'
import {openRecords} from './records.ts'
import type {Session} from './session.ts'

/** The release that serves now, and what its evidence says that it measured. */
export interface ProductionBaseline {
  readonly release: Release
  readonly measures: Measures
  /** Where its predictions lie, where the config knows. They must have the digest that its evidence names. */
  readonly file: string | null
}

/**
 * The baseline that `baseline: production` means: the release that the ledger of the environment calls current, by the
 * newest evidence for exactly its model's bytes.
 *
 * @throws UserError `model/nothing-in-production`, `model/production-evidence-missing`, `config/environment-unknown`
 */
export async function productionBaseline(
  session: Session,
  config: Config,
  predictions: PredictionsConfig,
): Promise<ProductionBaseline> {
  const {environment} = predictions
  environmentOf(config, environment)
  const records = openRecords(session, config)
  const {current} = await readState({ledger: records.ledger(environment)})
  if (current === null) {
    throw new UserError('model/nothing-in-production', `The ledger of "${environment}" knows no release yet.`, {
      hint: 'For the first release ever write `baseline: none`: the report says that nothing was compared.',
    })
  }
  const measures = newestMeasures(await records.evidence.find('model', current.model))
  if (measures === null) {
    throw missingEvidence(current, environment)
  }
  const template = predictions['baseline-file']
  return {release: current, measures, file: template?.replaceAll('{version}', current.version) ?? null}
}

/** Evidence of a run that could not measure says nothing about the model: an older one that could is taken. */
function newestMeasures(found: readonly {readonly at: string; readonly measures?: Measures}[]): Measures | null {
  return [...found].sort((a, b) => (a.at < b.at ? 1 : -1)).find(({measures}) => measures)?.measures ?? null
}

function missingEvidence({version, model}: {version: string; model: Digest}, environment: string): UserError {
  return new UserError(
    'model/production-evidence-missing',
    `No evidence with measured values is recorded for the model ${shortDigest(model)} of ${version}, which serves in "${environment}".`,
    {hint: 'Validate that release once with --record, or name its predictions as the baseline.'},
  )
}

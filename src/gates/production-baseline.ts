import type {Config} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import type {ProductionBaseline} from '../model/gather-baseline.ts'
import type {Gathered} from '../model/gather-fact.ts'
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
  const {predictions} = config.validation
  const asked = environmentsAsked(config)
  const [environment] = asked
  if (environment === undefined) return null
  for (const name of asked) environmentOf(config, name)
  if (asked.length > 1) {
    const names = asked.map(name => `"${name}"`).join(' and ')
    return missing('model/baseline-environments-differ', `The baselines are those of two environments: ${names}.`, {
      hint: 'Name one environment under validation.predictions, validation.metrics and model.safety.weights: a candidate replaces one release.',
    })
  }
  const records = openRecords(session, config)
  const {current} = await readState({ledger: records.ledger(environment)})
  if (current === null) {
    return missing('model/nothing-in-production', `The ledger of "${environment}" knows no release yet.`, {
      hint: 'For the first release ever write `baseline: none`: the report says that nothing was compared.',
    })
  }
  const found = await records.evidence.find('model', current.model)
  // Evidence of a run that could not measure says nothing about the model: what an older one measured stands.
  const measures = found.findLast(each => each.measures !== undefined)?.measures
  const reported = found.findLast(each => each.reported !== undefined)?.reported
  const tensors = found.findLast(each => each.tensors !== undefined)?.tensors
  if (measures === undefined && reported === undefined && tensors === undefined) {
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
      measures: measures ?? null,
      reported: reported ?? {},
      tensors: tensors ?? null,
      file: predictions?.['baseline-file']?.replaceAll('{version}', current.version) ?? null,
    },
  }
}

/** The environments whose releases baselines are, each once. */
function environmentsAsked({model, validation: {predictions, metrics}}: Config): readonly string[] {
  const {weights} = model.safety
  const asked = [
    ...(predictions?.baseline === 'production' ? [predictions.environment] : []),
    ...(metrics?.baseline === 'production' ? [metrics.environment ?? 'production'] : []),
    ...(weights?.previous === 'production' ? [weights.environment] : []),
  ]
  return [...new Set(asked)]
}

function missing(code: `${string}/${string}`, message: string, advice: {readonly hint: string}): Gathered<never> {
  return {kind: 'missing', failure: new UserError(code, message, advice)}
}

import {type PredictionsConfig, validation} from '../../../src/config/validation-schema.ts'

/** `validation.predictions` as slipway.yml would say it, parsed: files and baseline are given where a test names none. */
export function predictionsConfig(given: Readonly<Record<string, unknown>>): PredictionsConfig {
  const {predictions} = validation.parse({
    predictions: {candidate: 'candidate.csv', baseline: 'baseline.csv', ...given},
  })
  if (predictions === undefined) throw new TypeError('predictions were given')
  return predictions
}

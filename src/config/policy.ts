import {canonicalJson} from './canonical-json.ts'
import {modelGates} from './defaults.ts'
import type {Config} from './schema.ts'

/**
 * The part of a config that judges one gate, as canonical JSON: two configs with the same text judge alike. Callers hash
 * it and bind evidence to the hash. Which files are judged (predictions, model folder, report) is no policy and stays out.
 */
export function policyOf(config: Config, gate: 'model' | 'image'): string {
  switch (gate) {
    case 'model':
      return canonicalJson(modelPolicy(config))
    case 'image':
      return canonicalJson(imagePolicy(config))
  }
}

function modelPolicy(config: Config) {
  const {validation, model} = config
  const {predictions} = validation
  return {
    formats: model.formats,
    gates: modelGates(config),
    whenInconclusive: validation['when-inconclusive'],
    confidence: validation.confidence,
    seed: validation.seed,
    predictions: predictions && {
      columns: predictions.columns,
      positive: predictions.positive,
      threshold: predictions.threshold,
      baseline: predictions.baseline === 'none' ? 'none' : 'file',
    },
  }
}

function imagePolicy({image}: Config) {
  return image ? {scanner: image.scanner, gate: image.gate, waivers: image.waivers} : {}
}

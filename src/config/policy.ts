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
  const {predictions, metrics} = validation
  return {
    formats: model.formats,
    ...safetyPolicy(model.safety),
    ...(model.card && {card: model.card.requires}),
    gates: modelGates(config),
    ...(validation.slices.length > 0 && {slices: validation.slices}),
    whenInconclusive: validation['when-inconclusive'],
    confidence: validation.confidence,
    resamples: validation.resamples,
    seed: validation.seed,
    predictions: predictions && {
      task: predictions.task,
      columns: predictions.columns,
      positive: predictions.positive,
      classes: predictions.classes,
      threshold: predictions.threshold,
      'min-rows': predictions['min-rows'],
      baseline: baselineKind(predictions.baseline),
    },
    ...(metrics && {metrics: {baseline: baselineKind(metrics.baseline ?? 'none'), run: metrics.run}}),
  }
}

/** Which files hold digests and signatures is no policy; that they must hold, and who signs, is. */
function safetyPolicy({allow, weights, manifest, signature, attestation}: Config['model']['safety']) {
  const {previous, ...limits} = weights ?? {}
  return {
    ...(allow.length > 0 && {allow}),
    ...(weights && {weights: {...limits, ...(previous !== undefined && {previous: baselineKind(previous)})}}),
    ...(manifest !== undefined && {manifest: 'file'}),
    ...(signature && {signature: {identity: signature.identity, issuer: signature.issuer}}),
    ...(attestation && {
      attestation: {repository: attestation.repository, workflow: attestation.workflow, ref: attestation.ref},
    }),
  }
}

/** Which file is the baseline is no policy; that there is one, and numbers that stand in the config, are. */
function baselineKind(baseline: string | Readonly<Record<string, unknown>>) {
  if (typeof baseline !== 'string') return baseline
  return baseline === 'none' || baseline === 'production' ? baseline : 'file'
}

/** Where scanners, databases and reports lie is no policy; that a report counts, and what must hold, is. */
function imagePolicy({image}: Config) {
  if (!image) return {}
  const {scanner, reports, platforms, gate, manifests, waivers, vex, baseline} = image
  return {
    scanner,
    reports,
    platforms,
    gate,
    manifests,
    waivers,
    vex,
    baseline: ['production', 'base-image', 'none'].includes(baseline) ? baseline : 'file',
    looksFor: image['looks-for'],
    databaseMaxAge: image['database-max-age'],
    waiverHorizon: image['waiver-horizon'],
    knownExploited: image['known-exploited'] && 'file',
    epss: image.epss && 'file',
  }
}

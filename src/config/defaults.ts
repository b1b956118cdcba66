import type {Config, FairnessGate, MetricGate} from './schema.ts'

/** A gate of the model that works today. */
export type ModelGate = MetricGate | FairnessGate

/**
 * The gates that judge the model: those of the file, or, where it names none, accuracy at least 0.85 and a demographic
 * parity difference of at most 0.1 for each group column.
 */
export function modelGates(config: Config): readonly ModelGate[] {
  const {gates, predictions} = config.validation
  if (gates) return gates.filter(isBuilt)
  const groups = predictions?.columns.groups ?? []
  return [
    {metric: 'accuracy', 'at-least': 0.85},
    ...groups.map(
      (by): FairnessGate => ({fairness: 'demographic-parity-difference', by, 'at-most': 0.1, 'min-group': 30}),
    ),
  ]
}

/** Always true for a config that was parsed: the schema refuses the gates that do not work yet. */
function isBuilt(gate: NonNullable<Config['validation']['gates']>[number]): gate is ModelGate {
  return 'metric' in gate || 'fairness' in gate
}

import {questionName} from '../core/metric-question.ts'
import {gate, type ModelGate} from './model-gate-schema.ts'
import type {Config} from './schema.ts'

/**
 * The gates that judge the model: those of the file, or, where it names none and the model tells classes apart, accuracy
 * at least 0.85, and for two classes a demographic parity difference of at most 0.1 for each group column. For any other
 * model no limit suits everybody: the file has to name one.
 */
export function modelGates({validation}: Pick<Config, 'validation'>): readonly ModelGate[] {
  const {gates, predictions, metrics} = validation
  if (gates) return gates
  // A lack of data must be seen, not skipped.
  if (!predictions) return metrics ? [] : [gate.parse({metric: 'accuracy', 'at-least': 0.85})]
  switch (predictions.task ?? (predictions.positive === undefined ? null : 'binary')) {
    case 'binary':
      return [
        gate.parse({metric: 'accuracy', 'at-least': 0.85}),
        ...predictions.columns.groups.map(by =>
          gate.parse({fairness: 'demographic-parity-difference', by, 'at-most': 0.1}),
        ),
      ]
    case 'multiclass':
    case 'multilabel':
      return [gate.parse({metric: 'accuracy', 'at-least': 0.85})]
    case 'regression':
    case 'ranking':
    case 'text':
    case null:
      return []
  }
}

/** What a person calls a gate: the name it has, or what it asks: `roc-auc`, `psi against data/training.parquet`. */
export function gateName(gate: ModelGate): string {
  if (gate.name !== undefined) return gate.name
  if ('metric' in gate) return questionName(gate)
  if ('reported' in gate) return gate.reported
  if ('fairness' in gate) return `${gate.fairness} by ${listed(gate.by)}`
  if ('weak-segments' in gate) return `weak segments by ${gate['weak-segments']}`
  if ('drift' in gate) return `${gate.drift} against ${gate.against}`
  if ('contract' in gate) return `${gate.of} contract`
  if ('data' in gate) return `${gate.data} against ${gate.against}`
  return gate.name
}

function listed(by: string | readonly string[]): string {
  return typeof by === 'string' ? by : by.join(' and ')
}

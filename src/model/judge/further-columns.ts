import type {ModelGate} from '../../config/model-gate-schema.ts'
import type {PredictionsConfig, SliceConfig} from '../../config/validation-schema.ts'
import type {FurtherColumn} from '../evaluation/requests.ts'
import {kindsOf, parseExpression} from '../expression/expression.ts'

/**
 * Columns that no role names and a gate asks for: those of expressions, and those that weak segments are made of. An
 * expression that cannot be read asks for none: its gate says so.
 */
export function furtherColumns(
  gates: readonly ModelGate[],
  slices: readonly SliceConfig[],
  {columns}: Pick<PredictionsConfig, 'columns'>,
): readonly FurtherColumn[] {
  const values = gates.flatMap(gate => ('metric' in gate && gate.of !== undefined ? namesIn(gate.of, 'both') : []))
  const where = slices.flatMap(slice => namesIn(slice.where, 'candidate'))
  const segments = gates.flatMap(gate => ('weak-segments' in gate ? (gate.among ?? []) : []))
  const further = segments
    .filter(name => !columns.groups.includes(name))
    .map(name => ({name, kind: 'category', on: 'candidate'}) as const)
  return [...values, ...where, ...further]
}

function namesIn(text: string, on: FurtherColumn['on']): readonly FurtherColumn[] {
  const expression = parseExpression(text)
  return expression.kind === 'error' ? [] : kindsOf(expression).map(({name, kind}) => ({name, kind, on}))
}

import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {ColumnRequest} from '../readers/columns.ts'
import {rolesOf} from './roles.ts'
import {taskOf} from './task.ts'

/** A column that plays no role but stands in an expression. */
export interface FurtherColumn {
  readonly name: string
  /** `number` where the expression calculates with it or compares it with a number; `text` where it is only asked whether it is missing. */
  readonly kind: 'text' | 'category' | 'instant' | 'number'
  /** `both` where it depends on the model, such as the revenue of its decision; a slice needs the candidate's alone. */
  readonly on: 'both' | 'candidate'
}

/**
 * The columns to be read from the two files: those with a role, and `further` ones. A column that has a role is read as
 * the role needs it, whatever an expression would like.
 * @throws UserError `model/task-unknown`
 */
export function columnRequests(
  config: PredictionsConfig,
  further: readonly FurtherColumn[],
): {candidate: ColumnRequest[]; baseline: ColumnRequest[]} {
  const roles = rolesOf(taskOf(config), config)
  return {
    candidate: distinct(
      roles.map(({request}) => request),
      further,
    ),
    baseline: distinct(
      roles.filter(({on}) => on === 'both').map(({request}) => request),
      further.filter(({on}) => on === 'both'),
    ),
  }
}

function distinct(roles: readonly ColumnRequest[], further: readonly FurtherColumn[]): ColumnRequest[] {
  const byName = new Map<string, ColumnRequest>()
  for (const request of roles) if (!byName.has(request.name)) byName.set(request.name, request)
  const hasRole = new Set(byName.keys())
  for (const {name, kind} of further) {
    if (hasRole.has(name)) continue
    const before = byName.get(name)
    if (before === undefined || rank[kind] > rank[before.kind]) byName.set(name, {name, kind})
  }
  return [...byName.values()]
}

/** Where expressions ask for the same column in several ways: what calculates can compare, and what compares can miss. */
const rank: Readonly<Record<ColumnRequest['kind'], number>> = {text: 0, category: 1, list: 1, instant: 2, number: 3}

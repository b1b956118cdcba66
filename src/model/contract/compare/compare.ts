import {type CompiledSchema, compileSchema} from '../compile.ts'
import type {Side} from '../contract.ts'
import type {Schema} from '../schema.ts'
import type {Gap} from './gap.ts'
import {gapsBetween} from './gaps.ts'
import {type Located, rootOf} from './located.ts'

/**
 * `same`: both allow the same values. `widening` (request): everything that was allowed still is, and more. `narrowing`
 * (response): nothing is answered that was not promised, and less. `breaking`: the other side of the wire may see what it
 * was promised not to see. `cannot-tell`: neither could be shown.
 */
export type Compatibility = 'same' | 'widening' | 'narrowing' | 'breaking' | 'cannot-tell'

export interface ContractComparison {
  readonly kind: Compatibility
  /** What the deployed contract allows and the candidate's does not. */
  readonly lost: readonly Gap[]
  /** What the candidate's contract allows and the deployed one does not. */
  readonly gained: readonly Gap[]
}

interface ComparedContract {
  readonly schema: Schema
  /** The same schema, where it was compiled already. */
  readonly compiled?: CompiledSchema
}

/**
 * A request may ask for less than before: whatever the deployed contract allows must stay allowed. A response may promise
 * more: whatever the candidate may answer must be allowed by the deployed contract.
 * @throws UserError as {@link compileSchema} does
 */
export function compareContracts(
  deployed: ComparedContract,
  candidate: ComparedContract,
  side: Side,
): ContractComparison {
  const before = opened(deployed)
  const after = opened(candidate)
  const lost = gapsBetween(before, after)
  const gained = gapsBetween(after, before)
  const [breaking, harmless] = side === 'request' ? [lost, gained] : [gained, lost]
  return {kind: kindOf(breaking, harmless, side), lost, gained}
}

function opened({schema, compiled}: ComparedContract): Located {
  return rootOf({root: schema, compiled: compiled ?? compileSchema(schema)})
}

function kindOf(breaking: readonly Gap[], harmless: readonly Gap[], side: Side): Compatibility {
  if (breaking.some(({certain}) => certain)) return 'breaking'
  if (breaking.length > 0) return 'cannot-tell'
  if (harmless.length === 0) return 'same'
  return side === 'request' ? 'widening' : 'narrowing'
}

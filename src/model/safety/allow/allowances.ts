/** What a team’s own allowances do to a name or a file today. Their format is `config/safety-schema.ts`. */
import type {Day} from '../../../core/day.ts'
import type {Allowance, AllowedFile, AllowedImport} from '../policy.ts'
import type {NameOfImport} from './never.ts'

/** An allowance that holds is announced this many days before its last one. */
export const warningDays = 14

export type AllowanceState<Kind extends Allowance> =
  | {readonly kind: 'none'}
  | {readonly kind: 'holds'; readonly allowance: Kind}
  /** Its last day is over, so what it covered counts again. */
  | {readonly kind: 'expired'; readonly allowance: Kind}

/** Allowances by what they cover, and which of them covered something. */
export interface AllowanceIndex {
  readonly imports: ReadonlyMap<string, readonly AllowedImport[]>
  readonly files: ReadonlyMap<string, readonly AllowedFile[]>
  readonly today: Day
}

export function indexAllowances(allowances: readonly Allowance[], today: Day): AllowanceIndex {
  const imports = allowances.filter(each => 'import' in each)
  const files = allowances.filter(each => 'file' in each)
  return {
    imports: Map.groupBy(imports, each => each.import),
    files: Map.groupBy(files, each => each.file),
    today,
  }
}

/**
 * Exactly this name. A walk over attributes is written with a colon (`package.module:Outer.Inner`), so that it cannot
 * be taken for a name in a module, nor the other way round.
 */
export function allowanceOfImport(imported: NameOfImport, index: AllowanceIndex): AllowanceState<AllowedImport> {
  // A colon in a module would let it pose as a walk in another one.
  if (imported.module.includes(':')) return {kind: 'none'}
  return stateOf(index.imports.get(nameOfImport(imported)), index.today)
}

export function allowanceOfFile(path: string, {files, today}: AllowanceIndex): AllowanceState<AllowedFile> {
  return stateOf(files.get(path), today)
}

/** As a finding names it, and an allowance has to write it. */
export function nameOfImport({module, name}: NameOfImport): string {
  return `${module}${name.includes('.') ? ':' : '.'}${name}`
}

export function daysLeft({expires}: Allowance, today: Day): number {
  return expires - today
}

/** Among several the one that holds longest. */
function stateOf<Kind extends Allowance>(all: readonly Kind[] | undefined, today: Day): AllowanceState<Kind> {
  const [best] = (all ?? []).toSorted((a, b) => b.expires - a.expires)
  if (best === undefined) return {kind: 'none'}
  return {kind: best.expires < today ? 'expired' : 'holds', allowance: best}
}

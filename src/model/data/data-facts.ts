import type {Gathered} from '../gather-fact.ts'
import type {Table} from '../readers/columns.ts'
import type {DataFile} from '../readers/table.ts'

/** The two data sets of a migration, and what its keys ask for. */
export interface DataFacts {
  readonly fresh: Gathered<DataFile>
  readonly old: Gathered<DataFile>
  /** Key columns of the new data set as text, exactly as written: "007" is not "7". Null where no key is asked about. */
  readonly keys: Gathered<Table> | null
  /** Data sets that foreign keys point into, by path: the columns that they point to, as text. */
  readonly others: ReadonlyMap<string, Gathered<Table>>
}

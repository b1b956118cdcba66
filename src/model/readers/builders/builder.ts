import type {CellSink} from '../cells.ts'
import type {Column} from '../columns.ts'

/** Fills one column, block by block, over all parts of a data set. */
export interface ColumnBuilder<C extends Column = Column> extends CellSink {
  build(): C
}

import {UserError} from '../../../core/failure.ts'
import {absentCell, type Cells, fieldCell, listCell, nameOfCellType, notFiniteCell, objectCell} from '../cells.ts'

/**
 * Classes and ids must be of one JSON type on every line: "1", 1 and true would be classes of their own. NaN where a
 * class should stand is a missing value. Remembers the first type over all blocks.
 * @throws UserError `model/mixed-types`, `model/jsonl-not-a-scalar`
 */
export function createTypeCheck(): (cells: Cells) => void {
  let first = absentCell
  return cells => {
    const {types, from, count} = cells
    for (let cell = from; cell < from + count; cell++) {
      const type = types[cell] ?? absentCell
      if (type === first || type === absentCell || type === fieldCell) continue
      if (type === notFiniteCell) types[cell] = absentCell
      else if (type === listCell || type === objectCell) throw notAScalar(cells, cell - from)
      else if (first === absentCell) first = type
      else throw mixedTypes(cells, cell - from, first)
    }
  }
}

export function notAScalar({column, place}: Cells, index: number): UserError {
  return new UserError('model/jsonl-not-a-scalar', `"${column}" on ${place(index)} holds a list or an object.`, {
    hint: 'Expected a text, a number or a boolean.',
  })
}

export function mixedTypes({column, place, types, from}: Cells, index: number, first: number): UserError {
  const type = nameOfCellType(types[from + index] ?? absentCell)
  return new UserError(
    'model/mixed-types',
    `"${column}" is a ${type} on ${place(index)}, and a ${nameOfCellType(first)} on an earlier line.`,
    {hint: 'Write the column with one JSON type on every line.'},
  )
}

/** Rows of `data/traffic.csv` as requests of the Open Inference Protocol v2: one row each, one tensor per column. */
import {UserError} from '../../core/failure.ts'

const numbers = ['age', 'credit_amount', 'duration']

/** @throws UserError `demo/traffic-malformed` for a file without rows, or with rows that do not fit the header. */
export function requestsFrom(csv: string): readonly string[] {
  const [header = '', ...lines] = csv.trimEnd().split('\n')
  const columns = header.split(',')
  const bodies = lines.map((line, index) => {
    const cells = line.split(',')
    if (cells.length !== columns.length || line.includes('"'))
      throw malformed(`row ${index + 1} does not fit the header`)
    const [id] = cells
    return JSON.stringify({id, inputs: columns.flatMap((name, at) => (name === 'id' ? [] : [tensor(name, cells[at])]))})
  })
  if (bodies.length === 0) throw malformed('it has no rows')
  return bodies
}

function tensor(name: string, cell = '') {
  if (!numbers.includes(name)) return {name, datatype: 'BYTES', shape: [1], data: [cell]}
  return {name, datatype: 'FP64', shape: [1], data: [Number(cell)]}
}

function malformed(why: string): UserError {
  return new UserError('demo/traffic-malformed', `The demo’s traffic cannot be read: ${why}.`, {
    hint: 'Restore examples/credit/data/traffic.csv, or make it again with train.py.',
  })
}

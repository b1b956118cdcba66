import {UserError} from '../../core/failure.ts'
import {type ColumnBuilder, type ColumnRequest, createColumnBuilder, type Table} from './columns.ts'

/**
 * Reads the asked columns of JSON Lines: one object per line, blank lines skipped. An absent key and `null` are an
 * empty cell. Numbers and booleans become the text that JSON writes for them, so that `1` and a CSV's `1` are the same
 * class; a column that mixes them is refused, because "1", 1 and true would become classes of their own.
 * @param chunks the text in order, cut anywhere
 * @throws UserError `model/jsonl-…` that names the line; never with its content
 */
export async function readJsonl(chunks: AsyncIterable<string>, requests: readonly ColumnRequest[]): Promise<Table> {
  const table = tableBuilder(requests)
  let rest = ''
  let line = 0
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineLength) throw lineTooLong(line + lines.length + 1)
    for (const text of lines) table.record(text, ++line)
  }
  table.record(rest, ++line)
  return table.build()
}

const maxLineLength = 16 * 1024 * 1024

type ScalarType = 'string' | 'number' | 'boolean'

interface Slot {
  readonly request: ColumnRequest
  readonly builder: ColumnBuilder
  /** The JSON type of the first value; null before it. */
  type: ScalarType | null
}

function tableBuilder(requests: readonly ColumnRequest[]) {
  const slots: Slot[] = requests.map(request => ({request, builder: createColumnBuilder(request.kind), type: null}))
  const header = new Set<string>()
  let rows = 0

  const record = (text: string, line: number) => {
    if (text.trim() === '') return
    const values = parseLine(text, line)
    for (const name of values.keys()) header.add(name)
    for (const slot of slots) {
      const value = values.get(slot.request.name)
      slot.builder.push(value === undefined || value === null ? '' : cellOf(slot, value, line))
    }
    rows++
  }

  const build = (): Table => {
    if (rows === 0) {
      throw new UserError('model/predictions-empty', 'The file holds no line with an object.', {
        hint: 'Expected one JSON object on each line.',
      })
    }
    const present = slots.filter(slot => header.has(slot.request.name))
    return {rows, header: [...header], columns: new Map(present.map(each => [each.request.name, each.builder.build()]))}
  }

  return {record, build}
}

function parseLine(text: string, line: number): Map<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the line, and rows never leave the runner.
    throw new UserError('model/jsonl-malformed-line', `Line ${line} is not JSON.`, {
      hint: 'Expected one JSON object on each line. NaN and Infinity are not JSON.',
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError('model/jsonl-not-an-object', `Line ${line} holds JSON, but not an object.`, {
      hint: 'Expected for example {"id": "a1", "label": "good", "score": 0.12} on each line.',
    })
  }
  return new Map(Object.entries(value))
}

function cellOf(slot: Slot, value: unknown, line: number): string {
  const {name, kind} = slot.request
  const type = typeof value
  if (type !== 'string' && type !== 'number' && type !== 'boolean') {
    throw new UserError('model/jsonl-not-a-scalar', `"${name}" on line ${line} holds a list or an object.`, {
      hint: 'Expected a text, a number or a boolean.',
    })
  }
  slot.type ??= type
  if (slot.type !== type) {
    throw new UserError(
      'model/mixed-types',
      `"${name}" is a ${type} on line ${line}, and a ${slot.type} on an earlier line.`,
      {hint: 'Write the column with one JSON type on every line.'},
    )
  }
  if (kind === 'number' && type !== 'number') {
    throw new UserError('model/score-not-a-number', `"${name}" is a ${type} on line ${line}.`, {
      hint: 'Expected a JSON number.',
    })
  }
  if (kind === 'text' && type === 'number' && !Number.isSafeInteger(value)) {
    throw new UserError('model/id-not-exact', `"${name}" on line ${line} is a number that JSON readers round.`, {
      hint: 'Write ids as text.',
    })
  }
  return String(value)
}

function lineTooLong(line: number): UserError {
  return new UserError('model/jsonl-line-too-long', `Line ${line} is longer than 16 MiB.`, {
    hint: 'Expected one JSON object on each line; is this one JSON document?',
  })
}

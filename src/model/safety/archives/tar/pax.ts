/** What extended headers change in the member that follows (POSIX.1-2017 pax, "pax Extended Header"). */
export interface PaxRecords {
  readonly path?: string
  readonly linkpath?: string
  readonly size?: number
  /** A sparse file of GNU tar. */
  readonly sparse?: true
  /** Where the records break off; readers differ in what they do then. */
  readonly brokenAt?: number
}

/**
 * Records of the form `length key=value`, where the length counts itself and the line feed.
 * @param bytes of the whole extended header
 */
export function parsePax(bytes: Uint8Array): PaxRecords {
  const records: {-readonly [key in keyof PaxRecords]: PaxRecords[key]} = {}
  let at = 0
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at)
    const digits = space < 0 || space - at > 10 ? '' : ascii.decode(bytes.subarray(at, space))
    const length = /^\d+$/.test(digits) ? Number(digits) : 0
    const end = at + length
    const equals = bytes.indexOf(0x3d, space)
    if (length < 5 || end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a) {
      records.brokenAt = at
      return records
    }
    const key = text.decode(bytes.subarray(space + 1, equals))
    take(records, key, text.decode(bytes.subarray(equals + 1, end - 1)))
    at = end
  }
  return records
}

function take(records: {-readonly [key in keyof PaxRecords]: PaxRecords[key]}, key: string, value: string): void {
  if (key === 'path') records.path = value
  else if (key === 'linkpath') records.linkpath = value
  else if (key === 'size') records.size = /^\d+$/.test(value) ? Number(value) : Number.NaN
  else if (key === 'GNU.sparse.name') {
    records.path = value
    records.sparse = true
  } else if (key.startsWith('GNU.sparse.')) records.sparse = true
}

const text = new TextDecoder()
const ascii = new TextDecoder('latin1')

/** What an extended header changes in the member that follows (POSIX.1-2017 pax, and the long names of GNU tar). */
import {decode, latin1, malformed, textOf} from './tar-header.ts'

export interface Extended {
  readonly path?: string
  readonly linkpath?: string
  readonly size?: number
}

/** @throws UserError `image/archive-malformed` */
export function parseExtended(type: string, content: Uint8Array, file: string): Extended {
  switch (type) {
    case 'L':
      return {path: textOf(content, file)}
    case 'K':
      return {linkpath: textOf(content, file)}
    default:
      return parsePax(content, file)
  }
}

/** Records `length key=value\n`, where the length counts itself and the line feed. */
function parsePax(content: Uint8Array, file: string): Extended {
  const known: {path?: string; linkpath?: string; size?: number} = {}
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const length = space < 0 || space - at > 8 ? Number.NaN : Number(latin1.decode(content.subarray(at, space)))
    const end = at + length
    if (!(length > space - at + 2) || end > content.length || content[end - 1] !== 0x0a) {
      throw malformed(file, 'an extended header is damaged')
    }
    const record = decode(content.subarray(space + 1, end - 1), file)
    const equals = record.indexOf('=')
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)]
    if (equals < 1 || value.includes('\0')) throw malformed(file, 'an extended header is damaged')
    if (key.startsWith('GNU.sparse.')) throw malformed(file, 'it has a sparse file')
    if (key === 'path') known.path = value
    if (key === 'linkpath') known.linkpath = value
    if (key === 'size') known.size = paxSize(value, file)
    at = end
  }
  return known
}

function paxSize(value: string, file: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw malformed(file, 'the size in an extended header is no number')
}

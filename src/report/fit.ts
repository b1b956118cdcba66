/**
 * Cuts Markdown to the sizes that GitHub takes, at the boundaries of its blocks, and says what was cut. A text is given
 * as pieces, because a table or a fold can only be cut by someone who knows where it ends.
 */
import {assertNever} from '../core/assert.ts'

export interface Limit {
  readonly max: number
  /** UTF-8 bytes, or UTF-16 code units (never fewer than the characters that GitHub counts). */
  readonly unit: 'bytes' | 'characters'
}

/** A step's summary takes 1 MiB (GitHub docs, "Workflow commands", adding a job summary); the rest is lost as a whole. */
export const summaryLimit: Limit = {max: 1_000_000, unit: 'bytes'}
/** A comment takes 65,536 characters. */
export const commentLimit: Limit = {max: 65_000, unit: 'characters'}
/** One gate's section where all gates share a comment. */
export const commentSectionLimit: Limit = {max: 12_000, unit: 'characters'}
/** The `summary` and `text` of a check run take 65,535 characters each. */
export const checkTextLimit: Limit = {max: 65_000, unit: 'characters'}

export type Piece =
  /** All or nothing: a paragraph; a heading, which leads to what follows and does not stand alone. */
  | {readonly kind: 'whole'; readonly text: string; readonly leads?: true}
  /** Lines of which the first ones still make sense: rows of a table, items of a list, lines of code. */
  | {
      readonly kind: 'lines'
      readonly head: string
      readonly lines: readonly string[]
      readonly foot: string
      readonly what: string
    }
  /** Pieces within a fold, which must be closed. */
  | {readonly kind: 'fold'; readonly open: string; readonly pieces: readonly Piece[]; readonly close: string}

/** The pieces in order, with an empty line between them, at most `limit` long. Without a limit, whole. */
export function fitMarkdown(pieces: readonly Piece[], limit?: Limit): string {
  if (!limit) return join(pieces.map(whole))
  const size = sizer(limit)
  const full = join(pieces.map(whole))
  if (size(full) <= limit.max) return full
  // The longest note that can become necessary is reserved first: a cut that cannot be admitted is not made.
  const reserve = size(cutNote(count(pieces), count(pieces))) + 2
  if (limit.max < reserve) return clip(cutNote(count(pieces), count(pieces)), limit)
  const kept = keep(pieces, limit.max - reserve, size)
  return join([...kept.texts, cutNote(kept.cut, count(pieces))])
}

function cutNote(cut: number, all: number): string {
  return `_Cut to the size that fits here: ${cut} of ${all} parts are left out. The JSON result has them all._`
}

interface Kept {
  readonly texts: readonly string[]
  /** Parts left out; a part is a paragraph, a row, an item, a line. */
  readonly cut: number
}

/** Takes pieces up to the first one that does not fit, and of that one its beginning: reports tell the worst first. */
function keep(pieces: readonly Piece[], budget: number, size: (text: string) => number): Kept {
  const texts: string[] = []
  let left = budget
  for (const [index, piece] of pieces.entries()) {
    const separator = texts.length === 0 ? 0 : 2
    const part = keepPiece(piece, left - separator, size)
    if (part.cut === 0) {
      texts.push(part.text)
      left -= size(part.text) + separator
      continue
    }
    if (part.text !== '') texts.push(part.text)
    const before = pieces[index - 1]
    const orphan = part.text === '' && before?.kind === 'whole' && before.leads === true
    if (orphan) texts.pop()
    return {texts, cut: part.cut + count(pieces.slice(index + 1)) + (orphan ? 1 : 0)}
  }
  return {texts, cut: 0}
}

function keepPiece(piece: Piece, budget: number, size: (text: string) => number): {text: string; cut: number} {
  const text = whole(piece)
  if (size(text) <= budget) return {text, cut: 0}
  const nothing = {text: '', cut: count([piece])}
  switch (piece.kind) {
    case 'whole':
      return nothing
    case 'lines': {
      const {head, lines, foot, what} = piece
      const note = (hidden: number) => `\n\n… and ${hidden} more ${what}`
      const room = budget - size(bracket(head, [], foot)) - size(note(lines.length)) - 1
      const shown = firstThatFit(lines, room, size)
      if (shown.length === 0) return nothing
      const hidden = lines.length - shown.length
      return {text: bracket(head, shown, foot) + note(hidden), cut: hidden}
    }
    case 'fold': {
      const inner = keep(piece.pieces, budget - size(piece.open) - size(piece.close) - 4, size)
      if (inner.texts.length === 0) return nothing
      return {text: join([piece.open, ...inner.texts, piece.close]), cut: inner.cut}
    }
    default:
      return assertNever(piece)
  }
}

function firstThatFit(lines: readonly string[], room: number, size: (text: string) => number): readonly string[] {
  let used = 0
  const shown: string[] = []
  for (const line of lines) {
    used += size(line) + 1
    if (used > room) break
    shown.push(line)
  }
  return shown
}

function whole(piece: Piece): string {
  switch (piece.kind) {
    case 'whole':
      return piece.text
    case 'lines':
      return bracket(piece.head, piece.lines, piece.foot)
    case 'fold':
      return join([piece.open, ...piece.pieces.map(whole), piece.close])
    default:
      return assertNever(piece)
  }
}

function count(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => {
    if (piece.kind === 'fold') return sum + count(piece.pieces)
    return sum + (piece.kind === 'lines' ? piece.lines.length : 1)
  }, 0)
}

function bracket(head: string, lines: readonly string[], foot: string): string {
  return [...(head === '' ? [] : [head]), ...lines, ...(foot === '' ? [] : [foot])].join('\n')
}

function join(texts: readonly string[]): string {
  return texts.filter(text => text !== '').join('\n\n')
}

function sizer({unit}: Limit): (text: string) => number {
  return unit === 'bytes' ? text => Buffer.byteLength(text, 'utf8') : text => text.length
}

function clip(text: string, {max}: Limit): string {
  return text.slice(0, Math.max(0, max))
}

import type {Directory} from './directory.ts'
import type {PlacedMember} from './members.ts'
import {endBytes} from './records.ts'

/** Bytes of the file that somebody reads, or nobody. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Coverage {
  /** Bytes that belong to no member, directory or record. */
  readonly gaps: readonly Span[]
  /** Members of which some bytes belong to another part of the archive as well. */
  readonly overlapping: ReadonlySet<PlacedMember>
}

/** Which bytes of the file belong to no part of the archive, and which to more than one. */
export function coverageOf(
  size: number,
  members: readonly PlacedMember[],
  directories: readonly Directory[],
): Coverage {
  const parts: (Span & {readonly member: PlacedMember | null})[] = []
  for (const member of members) {
    if (member.local) parts.push({start: member.offset, end: Math.min(member.end, size), member})
  }
  for (const {start, stop, recordsStart, end} of directories) {
    parts.push({start, end: stop, member: null})
    parts.push({start: recordsStart, end: Math.min(size, end.at + endBytes + end.commentLength), member: null})
  }
  parts.sort((a, b) => a.start - b.start || a.end - b.end)
  const gaps: Span[] = []
  const overlapping = new Set<PlacedMember>()
  let covered = 0
  let last: PlacedMember | null = null
  for (const {start, end, member} of parts) {
    if (start > covered) gaps.push({start: covered, end: start})
    if (start < covered) {
      if (member) overlapping.add(member)
      if (last) overlapping.add(last)
    }
    if (end < covered) continue
    covered = end
    last = member
  }
  if (covered < size) gaps.push({start: covered, end: size})
  return {gaps, overlapping}
}

/** What is left of some spans where others are cut out, which lie inside of them, in order. */
export function without(spans: readonly Span[], cut: readonly Span[]): readonly Span[] {
  const left: Span[] = []
  let index = 0
  for (const {start, end} of spans) {
    let at = start
    for (let next = cut[index]; next && next.start < end; next = cut[++index]) {
      if (next.start > at) left.push({start: at, end: next.start})
      at = Math.max(at, next.end)
    }
    if (at < end) left.push({start: at, end})
  }
  return left
}

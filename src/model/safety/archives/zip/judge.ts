import {quote} from '../../observation.ts'
import type {ZipSight} from './compare.ts'
import type {Directory} from './directory.ts'
import type {HiddenMember} from './hidden.ts'
import type {PlacedMember} from './members.ts'
import {endBytes} from './records.ts'
import * as rules from './rules.ts'

/** What is wrong with the archive as a whole. */
export function judgeDirectories(directories: readonly Directory[]): readonly ZipSight[] {
  const [first, second] = directories
  if (first === undefined) {
    return [{rule: rules.noDirectory, what: 'It has members, and no directory that lists them.', byte: 0}]
  }
  const sights = directories.flatMap(judgeDirectory)
  if (second === undefined) return sights
  const what = `Some readers take the directory at byte ${first.start}, others the one at byte ${second.start}.`
  return [{rule: rules.severalEnds, what, byte: second.start}, ...sights]
}

function judgeDirectory({end, entries, brokenAt}: Directory): readonly ZipSight[] {
  const sights: ZipSight[] = []
  const {at, commentLength} = end
  if (brokenAt !== null) {
    const what = `After ${entries.length} of ${end.entries} headers the directory holds something else, at byte ${brokenAt}.`
    sights.push({rule: rules.directoryDamaged, what, byte: brokenAt})
  } else if (entries.length !== end.entries) {
    const what = `The directory holds ${entries.length} headers, and its end record counts ${end.entries}.`
    sights.push({rule: rules.countWrong, what, byte: at})
  }
  if (end.disk !== 0 || end.directoryDisk !== 0 || end.entriesHere !== end.entries) {
    const what = `Its end record speaks of disk ${end.disk}, and of ${end.entriesHere} of ${end.entries} members here.`
    sights.push({rule: rules.severalDisks, what, byte: at})
  }
  if (commentLength > 0) {
    sights.push({rule: rules.comment, what: `Its comment has ${commentLength} bytes.`, byte: at + endBytes})
  }
  return sights
}

export function judgeHidden(hidden: readonly HiddenMember[]): readonly ZipSight[] {
  return hidden.map(({local, offset}) => ({
    rule: rules.hiddenMember,
    what: `A local header at byte ${offset} begins the member ${quote(local.name)}, and no directory lists it.`,
    byte: offset,
  }))
}

export function judgeOverlap(overlapping: ReadonlySet<PlacedMember>): readonly ZipSight[] {
  const [first] = overlapping
  if (first === undefined) return []
  const named = [...overlapping].slice(0, 3).map(({central}) => quote(central.name))
  const what = `${overlapping.size} members share bytes with another part of the archive: ${named.join(', ')}${overlapping.size > 3 ? ' …' : ''}. The compressed ones among them are not unpacked.`
  return [{rule: rules.overlap, what, byte: first.offset}]
}

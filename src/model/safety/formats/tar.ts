import {formatCount} from '../../../core/quantity.ts'
import {Handed, sharedTooOften} from '../archives/handed.ts'
import {device, foreignLink, linkInside, linkOutside} from '../archives/links.ts'
import {judgeName} from '../archives/member-names.ts'
import {blockBytes, isTarHeader} from '../archives/tar/header.ts'
import * as rules from '../archives/tar/rules.ts'
import {type TarMember, walkTar} from '../archives/tar/walk.ts'
import {windowed} from '../archives/windowed.ts'
import {type Artifact, sliceOf} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {quote, type Rule} from '../observation.ts'
import type {TarContents, TarLayout} from './tar-layout.ts'
import {tarLayouts} from './tar-layouts.ts'

/** tar archives of every kind: V7, ustar, pax, GNU. Every member is looked at by its content. */
export const tar: Format = {
  name: 'tar',
  recognise: ({head}) => isTarHeader(head.subarray(0, blockBytes)),
  read: (artifact, scan) => readTar(artifact, scan),
}

/** @throws Malformed, OverLimit */
export async function readTar(
  file: Artifact,
  scan: Scan,
  layouts: readonly TarLayout[] = tarLayouts,
): Promise<Reading> {
  const artifact = {...file, bytes: windowed(file.bytes)}
  const {bytes, path} = artifact
  const see = (rule: Rule, what: string, byte: number) => scan.see({rule, what, place: {path, byte}, sure: 'certain'})
  const {members, sights, end} = await walkTar(bytes, scan.work)
  for (const {rule, what, byte} of sights) see(rule, what, byte)
  judgeMembers(members, see)

  const contents: TarContents = {
    members: members.filter(holdsData),
    open: (member, use) => use(sliceOf(bytes, member.dataOffset, member.dataOffset + member.size)),
  }
  const matching = layouts.filter(layout => layout.matches(contents))
  const handed = new Handed(bytes.size)
  for (const member of contents.members) {
    if (!handed.allows(Math.min(member.size, bytes.size))) {
      const what = `From ${quote(member.name)} on, members are not looked at: they share their bytes.`
      see(sharedTooOften, what, member.offset)
      break
    }
    const loader = matching.map(layout => layout.loaderOf?.(member)).find(each => each !== undefined) ?? 'any'
    await contents.open(member, content => scan.inside(artifact, member.name, content, loader))
  }
  await lookBehind(artifact, scan, end)

  const readings: Reading[] = []
  for (const layout of matching) readings.push(await layout.read(contents, artifact, scan))
  const [first] = readings
  if (first) return first
  return {
    is: `tar archive, ${formatCount(members.length)} ${members.length === 1 ? 'member' : 'members'}`,
    holds: 'container',
  }
}

/** Also what is no file, and has data: readers differ in whether they pass over it. */
function holdsData({type, size}: TarMember): boolean {
  return size > 0 || !'123456'.includes(type)
}

function judgeMembers(members: readonly TarMember[], see: (rule: Rule, what: string, byte: number) => void): void {
  const known = new Set<string>()
  const links = new Set<string>()
  for (const {name, type, linkName, offset} of members) {
    for (const {rule, what} of judgeName(name)) see(rule, what, offset)
    const plain = name.replace(/\/+$/, '')
    const through = linkAbove(plain, links)
    if (through !== null) {
      see(foreignLink, `${quote(name)} is unpacked through the link ${quote(through)}.`, offset)
    }
    if (type !== '5' && known.has(plain)) see(rules.duplicate, `There are several members ${quote(name)}.`, offset)
    known.add(plain)
    if (type === '2') links.add(plain)
    if (type === '1' || type === '2') judgeLink({name, type, linkName, offset}, see)
    if (type === '3' || type === '4' || type === '6') {
      see(device, `${quote(name)} is ${type === '6' ? 'a pipe' : 'a device'}.`, offset)
    }
  }
}

function judgeLink(
  {name, type, linkName, offset}: Pick<TarMember, 'name' | 'type' | 'linkName' | 'offset'>,
  see: (rule: Rule, what: string, byte: number) => void,
): void {
  // A hard link is written from the root of the archive, a symbolic one from where it stands.
  const outside = linkOutside(type === '1' ? '' : name, linkName)
  const what = `${quote(name)} is a ${type === '1' ? 'hard' : 'symbolic'} link to ${quote(linkName)}`
  if (outside === null) see(linkInside, `${what}.`, offset)
  else see(foreignLink, `${what}, which ${outside}.`, offset)
}

/** More folders than any file system takes; each is looked up. */
const maxDepth = 256

/** The link that one of the folders of a path is; null where none is. */
function linkAbove(name: string, links: ReadonlySet<string>): string | null {
  if (links.size === 0) return null
  let depth = 0
  for (let at = name.indexOf('/'); at >= 0 && depth < maxDepth; at = name.indexOf('/', at + 1), depth++) {
    const folder = name.slice(0, at)
    if (links.has(folder)) return folder
  }
  return null
}

/** Archives are filled with zeros up to a whole record. */
async function lookBehind(artifact: Artifact, scan: Scan, end: number): Promise<void> {
  const {bytes, path} = artifact
  const start = await firstNonZero(artifact, end)
  if (start === null) return
  const what = `${formatCount(bytes.size - start)} bytes follow the end of the archive.`
  scan.see({rule: rules.trailing, what, place: {path, byte: start}, sure: 'certain'})
  await scan.inside(artifact, `(bytes from ${start})`, sliceOf(bytes, start, bytes.size))
}

const windowBytes = 1024 * 1024
const searchedBytes = 64 * windowBytes

/** Where something else than zeros begins; behind many zeros anything counts as such. */
async function firstNonZero({bytes}: Artifact, start: number): Promise<number | null> {
  for (let at = start; at < bytes.size; at += windowBytes) {
    if (at - start >= searchedBytes) return at
    const index = (await bytes.slice(at, at + windowBytes)).findIndex(byte => byte !== 0)
    if (index >= 0) return at + index
  }
  return null
}

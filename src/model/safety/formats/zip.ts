import {formatCount} from '../../../core/quantity.ts'
import {isTarHeader, blockBytes as tarBlockBytes} from '../archives/tar/header.ts'
import {walkTar} from '../archives/tar/walk.ts'
import {windowed} from '../archives/windowed.ts'
import {compareHeaders, judgeNames, type ZipSight} from '../archives/zip/compare.ts'
import {openPacked} from '../archives/zip/content.ts'
import {coverageOf, type Span, without} from '../archives/zip/coverage.ts'
import {type Directory, findDirectories} from '../archives/zip/directory.ts'
import {findHidden, type HiddenMember} from '../archives/zip/hidden.ts'
import {judgeDirectories, judgeHidden, judgeOverlap} from '../archives/zip/judge.ts'
import {MemberScan, packedOf} from '../archives/zip/member-scan.ts'
import {ownDirectories, type PlacedMember, placeMembers} from '../archives/zip/members.ts'
import {looksLikeZip} from '../archives/zip/recognise.ts'
import * as rules from '../archives/zip/rules.ts'
import {type Artifact, type Loader, sliceOf} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import type {ZipContents, ZipLayout, ZipMember} from './zip-layout.ts'
import {zipLayouts} from './zip-layouts.ts'

/**
 * ZIP archives (PKWARE APPNOTE.TXT 6.3.10), as every reader sees them: by each directory that a reader may take, and
 * from header to header. Every member is looked at by its content, then those layouts read that know the names.
 */
export const zip: Format = {
  name: 'ZIP',
  with: ['tar'],
  recognise: looksLikeZip,
  read: async (artifact, scan) => (await readMemberOfTar(artifact, scan)) ?? readZip(artifact, scan),
}

/** An archive that is wholly inside one member of a tar is looked at there, as what it is: a file of its own. */
async function readMemberOfTar({bytes}: Artifact, scan: Scan): Promise<Reading | null> {
  if (!isTarHeader(await bytes.slice(0, tarBlockBytes))) return null
  const directories = await findDirectories(bytes, scan.work)
  const {members} = await walkTar(bytes, scan.work)
  const isInside = ({start, shift, end}: Directory) =>
    members.some(({dataOffset, size}) => dataOffset <= Math.min(start, shift) && end.at < dataOffset + size)
  if (directories.length === 0 || !directories.every(isInside)) return null
  return {is: 'ZIP archive in a member of it', holds: 'container'}
}

/** @throws Malformed where there is nothing of an archive, OverLimit */
export async function readZip(
  file: Artifact,
  scan: Scan,
  layouts: readonly ZipLayout[] = zipLayouts,
): Promise<Reading> {
  const artifact = {...file, bytes: windowed(file.bytes)}
  const {bytes, path} = artifact
  const see = ({rule, what, byte}: ZipSight) => scan.see({rule, what, place: {path, byte}, sure: 'certain'})
  const directories = await ownDirectories(bytes, await findDirectories(bytes, scan.work), scan.work)
  const placed = await placeMembers(bytes, directories, scan.work)
  const {gaps, overlapping} = coverageOf(bytes.size, placed, directories)
  const hidden = await findHidden(bytes, gaps, scan.work)
  if (directories.length === 0 && hidden.length === 0)
    throw new Malformed('It has neither a directory nor a member.', 0)

  for (const sight of judgeDirectories(directories)) see(sight)
  for (const member of placed) for (const sight of compareHeaders(member)) see(sight)
  for (const sight of judgeNames(placed)) see(sight)
  for (const sight of judgeHidden(hidden)) see(sight)
  for (const sight of judgeOverlap(overlapping)) see(sight)

  const listed = placed.map(from => ({from, member: listedMember(from)})).filter(({member}) => holdsSomething(member))
  const others = hidden.map(hiddenMember)
  const contents = contentsOf(artifact, scan, [...listed.map(({member}) => member), ...others])
  const matching = layouts.filter(layout => layout.matches(contents))
  const members = new MemberScan(artifact, scan)
  for (const {from, member} of listed) {
    if (from.local === null || (overlapping.has(from) && member.method !== 0)) continue
    await members.look(member, loadersOf(matching, member), from)
  }
  for (const member of others) await members.look(member, loadersOf(matching, member), null)
  members.conclude()
  await lookAtGaps(artifact, scan, without(gaps, hidden.map(spanOf)))

  const readings: Reading[] = []
  for (const layout of matching) readings.push(await layout.read(contents, artifact, scan))
  return combined(readings, contents.members.length)
}

function listedMember({central, offset, dataOffset}: PlacedMember): ZipMember {
  const {name, method, flags, size, packedSize, crc} = central
  return {name, method, flags, size, packedSize, crc, offset, dataOffset, listed: true}
}

function hiddenMember({local, offset, dataOffset, dataEnd}: HiddenMember): ZipMember {
  const {name, method, flags, size, crc} = local
  return {name, method, flags, size, packedSize: dataEnd - dataOffset, crc, offset, dataOffset, listed: false}
}

/** A folder with bytes in it is a member like any other. */
function holdsSomething({name, packedSize, size}: ZipMember): boolean {
  return !(name.endsWith('/') && packedSize === 0 && size === 0)
}

function contentsOf({bytes}: Artifact, scan: Scan, members: readonly ZipMember[]): ZipContents {
  const byName = new Map<string, ZipMember>()
  const folded = new Map<string, ZipMember[]>()
  for (const member of members) {
    if (member.listed || !byName.has(member.name)) byName.set(member.name, member)
    const same = folded.get(member.name.toLowerCase())
    if (same) same.push(member)
    else folded.set(member.name.toLowerCase(), [member])
  }
  return {
    members,
    find: name => byName.get(name),
    named: name => folded.get(name.toLowerCase()) ?? [],
    open: (member, use) => openPacked(bytes, packedOf(member), scan, content => use(content)),
  }
}

/** Each layout may know another loader; a member is looked at as each of them would see it. */
function loadersOf(layouts: readonly ZipLayout[], member: ZipMember): readonly Loader[] {
  const known = new Set<Loader>()
  for (const layout of layouts) {
    const loader = layout.loaderOf?.(member)
    if (loader) known.add(loader)
  }
  return known.size === 0 ? ['any'] : [...known]
}

/** Bytes that no directory and no header speaks of: looked at as if they were a file. */
async function lookAtGaps(artifact: Artifact, scan: Scan, gaps: readonly Span[]): Promise<void> {
  const {bytes, path} = artifact
  for (const {start, end} of gaps) {
    const length = formatCount(end - start)
    const rule = start === 0 ? rules.prefix : rules.gap
    const what = start === 0 ? `The archive begins after ${length} bytes.` : `${length} bytes belong to no member.`
    scan.see({rule, what, place: {path, byte: start}, sure: 'certain'})
    const hidden = sliceOf(bytes, start, end)
    if (!(await isZero(hidden))) await scan.inside(artifact, `(bytes ${start} to ${end})`, hidden)
  }
}

/** Padding of up to a few KiB; more is looked at. */
async function isZero(bytes: {size: number; slice(start: number, end: number): Promise<Uint8Array>}): Promise<boolean> {
  return bytes.size <= 65_536 && (await bytes.slice(0, bytes.size)).every(byte => byte === 0)
}

function spanOf({offset, dataEnd}: HiddenMember): Span {
  return {start: offset, end: dataEnd}
}

const weight: Readonly<Record<Reading['holds'], number>> = {container: 0, text: 1, weights: 2, program: 3}

function combined(readings: readonly Reading[], members: number): Reading {
  const [first] = readings
  if (first === undefined) {
    return {is: `ZIP archive, ${formatCount(members)} ${members === 1 ? 'member' : 'members'}`, holds: 'container'}
  }
  const heaviest = readings.reduce((a, b) => (weight[b.holds] > weight[a.holds] ? b : a), first)
  return {
    is: readings.map(({is}) => is).join('; '),
    holds: heaviest.holds,
    dataFiles: readings.flatMap(({dataFiles = []}) => dataFiles),
  }
}

import {quote, type Rule} from '../../observation.ts'
import {judgeName} from '../member-names.ts'
import type {PlacedMember} from './members.ts'
import {flag, type LocalHeader} from './records.ts'
import {duplicate, headersDiffer, namesDiffer, noLocalHeader, sameName, severalDisks} from './rules.ts'

/** A sight in the archive itself, at a byte of it. */
export interface ZipSight {
  readonly rule: Rule
  readonly what: string
  readonly byte: number
}

/** What is wrong with the two descriptions of a member. */
export function compareHeaders(member: PlacedMember): readonly ZipSight[] {
  const {central, local, offset, descriptor} = member
  const sights: ZipSight[] = judgeName(central.name).map(each => ({...each, byte: offset}))
  const name = quote(central.name)
  if (central.disk !== 0) {
    sights.push({rule: severalDisks, what: `${name} begins on disk ${central.disk}.`, byte: offset})
  }
  if (local === null) {
    sights.push({rule: noLocalHeader, what: `There is no local header for ${name} at byte ${offset}.`, byte: offset})
    return sights
  }
  if (!sameBytes(central.nameBytes, local.nameBytes)) {
    const what = `The directory calls it ${name}, its local header ${quote(local.name)}.`
    sights.push({rule: namesDiffer, what, byte: offset})
    for (const each of judgeName(local.name)) sights.push({...each, byte: offset})
  }
  for (const [field, here, there] of differences(member, local)) {
    const what = `For ${name} the directory says ${field} ${here}, the local header ${there}.`
    sights.push({rule: headersDiffer, what, byte: offset})
  }
  if (descriptor === 'differs') {
    const what = `The data descriptor behind ${name} says something else than the directory, or is missing.`
    sights.push({rule: headersDiffer, what, byte: member.dataEnd})
  }
  return sights
}

/** Names that stand for more than one member. */
export function judgeNames(members: readonly PlacedMember[]): readonly ZipSight[] {
  const sights: ZipSight[] = []
  const exact = new Map<string, number>()
  const folded = new Map<string, string>()
  for (const {central, offset} of members) {
    const {name} = central
    const count = (exact.get(name) ?? 0) + 1
    exact.set(name, count)
    if (count === 2) sights.push({rule: duplicate, what: `There are several members ${quote(name)}.`, byte: offset})
    const lower = name.toLowerCase()
    const other = folded.get(lower)
    if (other === undefined) folded.set(lower, name)
    else if (other !== name && count === 1) {
      sights.push({rule: sameName, what: `There are members ${quote(other)} and ${quote(name)}.`, byte: offset})
    }
  }
  return sights
}

/** Flags that change what a reader does. The others say how it was compressed, and honest writers are careless there. */
const weighty = flag.encrypted | flag.strong | flag.masked

function* differences(
  {central}: PlacedMember,
  local: LocalHeader,
): Generator<readonly [field: string, central: string, local: string]> {
  const streamed = ((central.flags | local.flags) & flag.descriptor) !== 0
  if (central.method !== local.method) yield ['method', `${central.method}`, `${local.method}`]
  if (((central.flags ^ local.flags) & weighty) !== 0) yield ['flags', hex(central.flags, 4), hex(local.flags, 4)]
  // A writer that cannot go back leaves them zero and writes a data descriptor behind the data.
  const differs = (a: number, b: number) => a !== b && !(streamed && (b === 0 || b === 0xffffffff))
  if (differs(central.crc, local.crc)) yield ['CRC', hex(central.crc), hex(local.crc)]
  if (differs(central.packedSize, local.packedSize)) {
    yield ['packed size', `${central.packedSize}`, `${local.packedSize}`]
  }
  if (differs(central.size, local.size)) yield ['size', `${central.size}`, `${local.size}`]
}

/** `0x0000beef` */
export function hex(value: number, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** How findings about files name what they found: places, names and uses, each harmless to print. */
import {assertNever} from '../../../core/assert.ts'
import type {FindingPlace} from '../../../core/finding.ts'
import {formatCount} from '../../../core/quantity.ts'
import {nameOfImport} from '../allow/allowances.ts'
import type {NameOfImport} from '../allow/never.ts'
import type {Place} from '../artifact.ts'
import {type ImportUse, type PickleImport, quote} from '../observation.ts'
import {worstUse} from './imports.ts'

/** `model.pt, in archive/data.pkl`. What has no name of its own stands in brackets: `(bytes 12 to 40)` is its bytes 12 to 40. */
export function whereInside({path: [file, ...members]}: Pick<Place, 'path'>): string {
  const inside = members.map(
    member => `in ${/^\([a-z][a-z0-9 ]*\)$/.test(member) ? `its ${member.slice(1, -1)}` : shownPath(member)}`,
  )
  return [shownPath(file), ...inside].join(', ')
}

/** The same before a verb: `model.pt, in archive/data.pkl,`. */
export function sentenceSubject(place: Pick<Place, 'path'>): string {
  return `${whereInside(place)}${place.path.length > 1 ? ',' : ''}`
}

/** `at byte 73, opcode 12`; empty where a file is meant as a whole. */
export function whereAt({byte, opcode}: Place): string {
  if (byte === undefined) return ''
  return `at byte ${byte}${opcode === undefined ? '' : `, opcode ${opcode}`}`
}

/** Known vulnerabilities whose structure it is, as the end of a sentence. */
export function structureOf(cves: readonly string[]): string {
  return cves.length === 0 ? '' : ` This is the structure of ${cves.join(', ')}.`
}

export function placeOf({path: [file, ...inside], byte, opcode}: Place): FindingPlace {
  return {
    file,
    ...(inside.length === 0 ? {} : {inside}),
    ...(byte === undefined ? {} : {byte}),
    ...(opcode === undefined ? {} : {opcode}),
  }
}

/** `os.system` in backticks; what is no plain name, in quotation marks. */
export function shownName(imported: NameOfImport): string {
  return isPlain(imported) ? `\`${nameOfImport(imported)}\`` : plainName(imported)
}

/** `os.system`, as a config would write it; what is no plain name, in quotation marks. */
export function plainName(imported: NameOfImport): string {
  const name = nameOfImport(imported)
  return isPlain(imported) ? name : quote(name, 120)
}

function isPlain(imported: NameOfImport): boolean {
  return /^[\w.:]{1,120}$/.test(nameOfImport(imported))
}

/** Plain ones as they are; the rest in quotation marks. */
export function shownPath(path: string): string {
  return /^[\p{L}\p{N} _.+@=~,()/-]{1,200}$/u.test(path) ? path : quote(path, 200)
}

/** `calls os.system with 'id'`. */
export function shownUse(imported: PickleImport, use: ImportUse | undefined = worstUse(imported)): string {
  const name = shownName(imported)
  if (use === undefined) return `imports ${name}, which runs its module,`
  switch (use.how) {
    case 'call':
      return `calls ${name}${use.shown === undefined || use.shown === '' ? '' : ` with ${use.shown}`}`
    case 'new':
      return `makes an object of ${name} without its constructor`
    case 'keywords':
      return `gives ${name} arguments by name${use.shown === undefined ? '' : `, ${use.shown},`}`
    case 'state':
      return `gives a state to an object of ${name}`
    case 'items':
      return `puts items into an object of ${name}`
    case 'rewrite':
      return `changes ${name} itself`
    case 'reference':
      return `hands on ${name}`
    default:
      return assertNever(use.how)
  }
}

/** `1 file`, `1,200 files`. */
export function counted(number: number, what: string): string {
  return `${formatCount(number)} ${what}${number === 1 ? '' : 's'}`
}

/** What to do about a file of which it is known that it would harm. */
export const doNotLoad =
  'Do not load the file. Find out where it comes from; a model of weights alone is written by safetensors.torch.save_file.'

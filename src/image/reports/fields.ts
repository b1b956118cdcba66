/**
 * Reads what JSON.parse gave, field by field, and names the first that is not what it should be. Written by hand, because
 * reports have hundreds of thousands of fields, and a schema that checks each of them costs more than the rest of a scan.
 */
import {UserError} from '../../core/failure.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {isMapping} from './mapping.ts'

/** What a wrong field of this document means. */
export interface Document {
  readonly code: ReasonCode
  /** `report.json is not a Trivy report of an image as this version of Slipway knows it` */
  readonly refusal: string
  readonly hint: string
}

/** A mapping in a document, and where it stands: `Results.3.Vulnerabilities.17`. */
export interface Part {
  readonly fields: Readonly<Record<string, unknown>>
  readonly key: string | number
  readonly above: Part | Document
}

/** @throws UserError with the document's code, as all functions here, where a field is not what it should be */
export function openDocument(json: unknown, document: Document): Part {
  if (isMapping(json)) return {fields: json, key: '', above: document}
  throw new UserError(document.code, `${document.refusal}: expected a mapping, and saw ${shown(json)}.`, {
    hint: document.hint,
  })
}

/** Undefined where the field is absent or null, as Go writes what is empty. */
export function textOf(part: Part, key: string): string | undefined {
  const value = part.fields[key]
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return undefined
  throw wrongField(part, key, 'text')
}

/** Empty text is refused as well: Go writes it for what is absent. */
export function requiredText(part: Part, key: string): string {
  const value = part.fields[key]
  if (typeof value === 'string' && value !== '') return value
  throw wrongField(part, key, 'text that is not empty')
}

/** Undefined where the field is absent or null. */
export function numberOf(part: Part, key: string): number | undefined {
  const value = part.fields[key]
  if (typeof value === 'number') return value
  if (value === undefined || value === null) return undefined
  throw wrongField(part, key, 'a number')
}

/** False where the field is absent or null. */
export function flagOf(part: Part, key: string): boolean {
  const value = part.fields[key]
  if (typeof value === 'boolean') return value
  if (value === undefined || value === null) return false
  throw wrongField(part, key, 'true or false')
}

/** One of the words that the format knows; `absent` where there is none. A word that it does not know is refused. */
export function wordOf<T>(part: Part, key: string, words: ReadonlyMap<string, T>, absent: T): T {
  const value = part.fields[key]
  if (value === undefined || value === null || value === '') return absent
  const meaning = typeof value === 'string' ? words.get(value) : undefined
  if (meaning !== undefined) return meaning
  throw wrongField(part, key, `one of ${[...words.keys()].join(', ')}`)
}

/** Undefined where the mapping is absent or null. */
export function partOf(part: Part, key: string): Part | undefined {
  const value = part.fields[key]
  if (value === undefined || value === null) return undefined
  if (isMapping(value)) return {fields: value, key, above: part}
  throw wrongField(part, key, 'a mapping')
}

/** Undefined where the list is absent, which is not the same as empty everywhere. */
export function partsOf(part: Part, key: string): readonly Part[] | undefined {
  const value = part.fields[key]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrongField(part, key, 'a list')
  return value.map((each: unknown, index) => {
    if (isMapping(each)) return {fields: each, key: `${key}.${index}`, above: part}
    throw wrongField(part, `${key}.${index}`, 'a mapping', each)
  })
}

/** Empty where the list is absent or null. */
export function textsOf(part: Part, key: string): readonly string[] {
  const value = part.fields[key]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrongField(part, key, 'a list')
  return value.map((each: unknown, index) => {
    if (typeof each === 'string') return each
    throw wrongField(part, `${key}.${index}`, 'text', each)
  })
}

/** The fields of a mapping whose names somebody else has chosen, each a mapping. */
export function entriesOf(part: Part): readonly (readonly [name: string, value: Part])[] {
  const entries: (readonly [string, Part])[] = []
  for (const name of Object.keys(part.fields)) {
    const value = partOf(part, name)
    if (value !== undefined) entries.push([name, value])
  }
  return entries
}

/** The error of a field, with its path: `Results.3.Vulnerabilities.17.Severity: expected …, and saw …`. */
export function wrongField(part: Part, key: string, expected: string, seen: unknown = part.fields[key]): UserError {
  const path = [key]
  let above: Part | Document = part
  for (; 'fields' in above; above = above.above) if (above.key !== '') path.unshift(String(above.key))
  const sentence = `${path.join('.')}: expected ${expected}, and saw ${shown(seen)}`
  return new UserError(above.code, `${above.refusal}: ${sentence}.`, {hint: above.hint})
}

/** Short: what is shown comes from somebody else's file. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'a mapping' : String(value)
}

import {parseDocument} from 'yaml'
import {mostContainers, parseStrictJson} from '../../../readers/strict-json.ts'
import type {Work} from '../../limits.ts'

/** What a text is as data. JSON objects and YAML mappings come as Maps, so that `__proto__` is a key like any other. */
export type TextValue =
  | {readonly kind: 'value'; readonly value: unknown; readonly syntax: 'JSON' | 'YAML'; readonly repeats: boolean}
  /** It begins as JSON or has the name of YAML, and cannot be parsed: `what` says why, for a person. */
  | {readonly kind: 'unreadable'; readonly what: string}
  | {readonly kind: 'none'}

/** As deep as Python’s json reads by its default limit on recursion, roughly. */
const deepestJson = 500
const tooDeep: TextValue = {kind: 'unreadable', what: `It is nested deeper than ${deepestJson} levels.`}
const tooMany: TextValue = {kind: 'unreadable', what: 'It holds more objects and lists than are read.'}
/** The parser takes the square of the length for some texts: two seconds for this much. */
const longestYaml = 256 * 1024

/**
 * Parses a text that looks like JSON, or that is YAML which a loader would act on. Python’s json takes the last of two equal keys, and
 * `NaN`: so does this, and says so (`repeats`).
 * @param name in lower case
 */
export function valueOfText(name: string, text: string, work: Work): TextValue {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  // However many blanks stand in front of it, a loader passes over all of them.
  const first = /\S/.exec(plain)?.[0]
  if (first === '{' || first === '[') {
    work.step(plain.length >> 1)
    return valueOfJson(plain)
  }
  if (name === 'mlmodel' || (/\.ya?ml$/.test(name) && /^(flavors|service)[ \t]*:/m.test(plain))) {
    work.step(Math.ceil(Math.min(plain.length, longestYaml) ** 2 / 4096))
    return valueOfYaml(plain)
  }
  return {kind: 'none'}
}

function valueOfJson(text: string): TextValue {
  const strict = parseStrictJson(text, {nonFinite: true, maxDepth: deepestJson})
  if (strict.kind === 'value') return {kind: 'value', value: strict.value, syntax: 'JSON', repeats: false}
  switch (strict.problem) {
    case 'duplicate-key':
      return lastOfEach(text)
    case 'too-deep':
      return tooDeep
    case 'too-many':
      return tooMany
    case 'malformed':
      return {kind: 'unreadable', what: `It is not JSON from sign ${strict.at} on.`}
  }
}

function lastOfEach(text: string): TextValue {
  try {
    return {kind: 'value', value: new AsMaps().of(JSON.parse(text), 0), syntax: 'JSON', repeats: true}
  } catch (error) {
    if (error instanceof Beyond) return error.answer
    // Valid up to the second key only; where it stops was not reached by the strict reader.
    return {kind: 'unreadable', what: 'It has one key twice, and is not JSON.'}
  }
}

/** Ends the change to Maps. Never leaves this file. */
class Beyond extends Error {
  readonly answer: TextValue

  constructor(answer: TextValue) {
    super()
    this.answer = answer
  }
}

/** Objects of JSON.parse as Maps. */
class AsMaps {
  #containers = 0

  of(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null) return value
    this.#containers++
    if (this.#containers > mostContainers) throw new Beyond(tooMany)
    if (depth > deepestJson) throw new Beyond(tooDeep)
    if (Array.isArray(value)) return value.map(each => this.of(each, depth + 1))
    return new Map(Object.entries(value).map(([key, each]) => [key, this.of(each, depth + 1)]))
  }
}

function valueOfYaml(text: string): TextValue {
  if (text.length > longestYaml) return {kind: 'unreadable', what: `It has ${text.length} signs, too many for YAML.`}
  try {
    // Pretty errors look for the line of each from the beginning of the text: the square of what is wrong with it.
    const document = parseDocument(text, {logLevel: 'silent', prettyErrors: false, uniqueKeys: false, version: '1.1'})
    const [problem] = document.errors
    if (problem) return {kind: 'unreadable', what: `It is not YAML: ${problem.code}.`}
    return {kind: 'value', value: document.toJS({mapAsMap: true, maxAliasCount: 100}), syntax: 'YAML', repeats: false}
  } catch {
    // Aliases that multiply, and nesting beyond the stack: the parser throws, and no loader would read it either.
    return {kind: 'unreadable', what: 'Its YAML is nested too deep, or repeats itself without end.'}
  }
}

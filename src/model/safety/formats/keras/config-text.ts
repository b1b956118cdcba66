import {parseStrictJson} from '../../../readers/strict-json.ts'
import type {Artifact} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import type {Rule} from '../../observation.ts'
import {sightsOfKerasConfig} from './config.ts'
import {kerasBroken, kerasTooLarge, kerasTwice} from './rules.ts'
import type {KerasContainer} from './sight.ts'

/** Longest configuration that is read, in bytes. */
export const configLimit = 32 * 2 ** 20

export interface KerasText {
  readonly artifact: Artifact
  readonly scan: Scan
  /** Where it stands, where that is known. */
  readonly byte?: number
  /** For a sentence: `config.json`, `the attribute "model_config"`. */
  readonly name: string
  readonly container: KerasContainer
}

/** Whether a text names a class as configurations of Keras do, in whatever way JSON lets the key be written. */
export function isKerasText(text: string): boolean {
  return classKey.test(text)
}

/** `"class_name"`, each sign of which may be written as an escape: `"\u0063lass_name"`. */
const classKey = new RegExp(`"${[...'class_name'].map(spellings).join('')}"`)

function spellings(sign: string): string {
  const code = sign.charCodeAt(0).toString(16).padStart(4, '0')
  return `(?:${sign}|\\\\u${code.replace(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`)})`
}

/** Says what a configuration would do. Readers of Python take NaN and Infinity in JSON, so this one does. */
export function seeKerasConfig(text: string, {artifact, scan, byte, name, container}: KerasText): void {
  const place = {path: artifact.path, ...(byte === undefined ? {} : {byte})}
  const see = (rule: Rule, what: string) => scan.see({rule, what, place, sure: 'certain'})
  scan.work.step(text.length)
  const parsed = parseStrictJson(text, {nonFinite: true})
  if (parsed.kind === 'value') {
    for (const sight of sightsOfKerasConfig(parsed.value, container)) scan.see({...sight, place})
    return
  }
  if (parsed.problem === 'duplicate-key') see(kerasTwice, `In ${name}, a key stands twice, at character ${parsed.at}.`)
  else if (parsed.problem === 'too-deep') see(kerasTooLarge, `${capital(name)} is nested too deep to be read.`)
  else if (parsed.problem === 'too-many') see(kerasTooLarge, `${capital(name)} holds more objects than are read.`)
  else see(kerasBroken, `${capital(name)} is not JSON, from character ${parsed.at} on.`)
}

function capital(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}

/** A VEX document of any format that is known here. */
import {UserError} from '../../core/failure.ts'
import {isCsaf, parseCsaf} from './csaf.ts'
import {isCycloneDx, parseCycloneDxVex} from './cyclonedx.ts'
import type {VexDocument} from './document.ts'
import {isOpenVex, parseOpenVex} from './openvex.ts'

/**
 * @param source name of the file for messages, as the user gave it
 * @throws UserError `vex/format-unknown`, `vex/version-unknown`, `vex/malformed`, `vex/unjustified`
 */
export function parseVex(text: string, source: string): VexDocument {
  const json = parsedJson(text, source)
  if (typeof json !== 'object' || json === null) throw unknown(source, 'it holds no JSON object')
  if (isOpenVex(json)) return parseOpenVex(json, source)
  if (isCycloneDx(json)) return parseCycloneDxVex(json, source)
  if (isCsaf(json)) return parseCsaf(json, source)
  throw unknown(
    source,
    `its keys are ${Object.keys(json)
      .slice(0, 6)
      .map(key => JSON.stringify(key))
      .join(', ')}`,
  )
}

function parsedJson(text: string, source: string): unknown {
  const plain = text.replace(/^\uFEFF/, '')
  try {
    return JSON.parse(plain)
  } catch (cause) {
    const seen = plain.trimStart().startsWith('<') ? 'it is XML' : 'it is not JSON'
    throw unknown(source, seen, cause)
  }
}

function unknown(source: string, why: string, cause?: unknown): UserError {
  return new UserError('vex/format-unknown', `${source} is no VEX document that can be read: ${why}.`, {
    hint: 'Expected JSON of OpenVEX, CycloneDX or CSAF 2.0.',
    cause,
  })
}

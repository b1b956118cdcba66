/** From the text of a report to JSON that may be one: what is empty, cut off, or in another form is named as such. */
import {messageOf, UserError} from '../../core/failure.ts'

const readable = 'Trivy’s, Grype’s or Syft’s JSON, SARIF, CycloneDX or SPDX in JSON'

/**
 * @param source where the text comes from, for messages: a path, or `the answer of trivy`
 * @throws UserError `image/report-empty`, `image/report-truncated` or `image/report-not-json`
 */
export function readJson(text: string, source: string): unknown {
  const trimmed = text.trim().replace(/^\uFEFF/, '')
  if (trimmed === '') {
    throw new UserError('image/report-empty', `${source} is empty. Expected ${readable}.`, {
      hint: 'An empty report is not a clean one. Let the tool write it again, and keep its exit code and what it says.',
    })
  }
  try {
    return JSON.parse(trimmed)
  } catch (error) {
    if (isCutOff(trimmed)) {
      const seen = `${source} is cut off: it starts as JSON and ends in the middle, after ${trimmed.length} characters.`
      throw new UserError('image/report-truncated', seen, {
        hint: 'The tool or the copy was interrupted. Let the tool write the report again.',
        cause: error,
      })
    }
    const form = otherForm(trimmed)
    const seen =
      form === undefined ? `${source} is not JSON: ${messageOf(error)}.` : `${source} is ${form.what}, not JSON.`
    throw new UserError('image/report-not-json', seen, {hint: form?.wayOut ?? `Expected ${readable}.`, cause: error})
  }
}

/** A document that opens more than it closes. Text within quotes does not count. */
function isCutOff(text: string): boolean {
  if (!/^[{[]/.test(text)) return false
  let depth = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (quoted) {
      if (sign === '\\') index++
      else if (sign === '"') quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
  }
  return quoted || depth > 0
}

interface Form {
  readonly what: string
  readonly wayOut: string
}

const asJson = 'Let the tool write JSON: `--format json`, `-o json` or `--format sarif`.'

/** Forms that tools write as well, told by their beginning alone: a report may have hundreds of megabytes. */
function otherForm(text: string): Form | undefined {
  const head = text.slice(0, 4096)
  if (head.startsWith('<')) {
    if (/<(?:[\w-]+:)?bom[\s>]/.test(head)) {
      const wayOut =
        'Write it as JSON: `--format cyclonedx` of Trivy, `-o cyclonedx-json` of Syft, `cyclonedx convert`.'
      return {what: 'a CycloneDX document in XML', wayOut}
    }
    if (/spdx\.org\/rdf/.test(head)) return {what: 'an SPDX document in RDF', wayOut: spdxJson}
    if (/^<!doctype html|^<html/i.test(head)) return {what: 'a page of HTML', wayOut: asJson}
    return {what: 'XML', wayOut: asJson}
  }
  if (/^SPDXVersion:/m.test(head)) return {what: 'an SPDX document in tag-value form', wayOut: spdxJson}
  if (/^spdxVersion:/m.test(head)) return {what: 'an SPDX document in YAML', wayOut: spdxJson}
  if (/^[{[][^\n]*[}\]]\r?\n\s*[{[]/.test(head)) {
    return {what: 'several JSON documents in a row', wayOut: `Give one document. ${asJson}`}
  }
  if (/[│┌╭╔]|^Total: \d+ \(/m.test(head) || /^NAME\s+INSTALLED\s/m.test(head)) {
    return {what: 'the table for people', wayOut: asJson}
  }
  return undefined
}

const spdxJson = 'Write it as JSON: `-o spdx-json` of Syft, `--format spdx-json` of Trivy, or `syft convert`.'

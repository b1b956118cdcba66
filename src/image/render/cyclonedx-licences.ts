import {spdxLicenceIds} from '../spdx-licence-ids.ts'

type License = {readonly license: {readonly id: string} | {readonly name: string}} | {readonly expression: string}

/**
 * As CycloneDX 1.6 wants them (`licenseChoice`): either one expression, or licences, each by its SPDX id where it has
 * one and by its name where it has none.
 */
export function licencesOf(licences: readonly string[]): readonly License[] {
  const [only, ...others] = licences
  if (only !== undefined && others.length === 0 && isExpression(only)) return [{expression: only}]
  return licences
    .filter(each => each !== '')
    .map(each => ({license: spdxLicenceIds.has(each) ? {id: each} : {name: each}}))
}

/** SPDX 2.3, annex D: ids with operators. Whether brackets match is left to whoever reads it. */
function isExpression(text: string): boolean {
  const words = text.replace(/[()]/g, ' ').trim().split(/\s+/)
  if (words.length < 3) return false
  return words.every((word, index) => (index % 2 === 1 ? /^(?:AND|OR|WITH)$/.test(word) : isLicence(word)))
}

function isLicence(word: string): boolean {
  const plain = word.endsWith('+') ? word.slice(0, -1) : word
  return spdxLicenceIds.has(plain) || /^(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+$/.test(plain)
}

import {UserError} from '../../core/failure.ts'
import type {ReasonCode} from '../../core/finding.ts'

/** A list that is not what the config says it is: a matter of the caller's, never of a verdict. */
export function wrongList(code: ReasonCode, message: string, hint: string): UserError {
  return new UserError(code, message, {hint})
}

const isEpss = /^(?:#model_version:|cve,epss,percentile)/
const isKnownExploited = /^(?:\{\s*"title"\s*:\s*"CISA|"?cveID"?,)/

/** @throws UserError `image/list-of-another-kind` where two lists were taken for each other, or for a page of HTML */
export function refuseOtherList(content: string, source: string, expected: string): void {
  const head = content.slice(0, 1000)
  const what = isEpss.test(head)
    ? 'scores of EPSS'
    : isKnownExploited.test(head)
      ? 'CISA’s catalogue of known exploited vulnerabilities'
      : head.startsWith('<')
        ? 'a page of HTML'
        : undefined
  if (what === undefined || what === expected) return
  throw wrongList(
    'image/list-of-another-kind',
    `${source} is ${what}. Expected ${expected}.`,
    '`image.known-exploited` names the catalogue of CISA, `image.epss` the scores of FIRST.',
  )
}

/** What the tools say against their own answers, and what somebody told them to hide. */
import type {Finding} from '../../core/finding.ts'
import {packageOf} from '../identity.ts'
import type {Flaw, Scan, Suppression} from '../scan.ts'

const listed = 50

/** What a tool says that it could not do was not done: nothing found there means nothing. */
export function doubts({doubts: said, image}: Scan): readonly Finding[] {
  if (said.length === 0) return []
  const rest = said.length - 3
  return [
    {
      id: 'image/scanners-have-no-doubts',
      verdict: 'inconclusive',
      reason: 'image/scanner-in-doubt',
      subject: image,
      what: `The scanner says: ${said.slice(0, 3).map(withoutStop).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`,
      why: 'What a scanner could not do is not done, and its report looks the same.',
      remedy: 'Remove the cause, or scan with a tool that knows this image.',
      details: {doubts: said.slice(0, listed)},
    },
  ]
}

/** Tools end their sentences, or do not. */
function withoutStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence
}

/**
 * Suppressions that a report brings along: those of ignore files, and of documents that somebody else's policy believed.
 * What `image.vex` takes away has an owner and a date, and is applied after this; what a scanner knows to be false of itself
 * (`grype itself`) nobody decided.
 */
export function suppressedElsewhere({flaws, scanners}: Scan): readonly Finding[] {
  const names = new Set(scanners.map(({name}) => name))
  const isOwn = ({by}: Suppression) => [...names].some(name => by === `${name} itself`)
  const hidden = flaws.filter(({suppressed}) => suppressed !== undefined && !isOwn(suppressed))
  if (hidden.length === 0) return []
  const named = [...new Set(hidden.map(nameOf))]
  const by = [...new Set(hidden.flatMap(({suppressed}) => suppressed?.by ?? []))].sort()
  return [
    {
      id: 'image/nothing-is-suppressed',
      verdict: 'warn',
      reason: 'image/findings-suppressed',
      subject: hidden.length === 1 ? '1 finding' : `${hidden.length} findings`,
      what: `Rules of ${by.join(' and ')} took away ${named.slice(0, 5).join(', ')}${named.length > 5 ? ' and more' : ''}.`,
      why: 'They have no owner and no date here.',
      remedy: 'Move them to the waiver file, or name the document under `image.vex`.',
      details: {
        suppressed: hidden.slice(0, listed).map(flaw => `${nameOf(flaw)}: ${flaw.suppressed?.reason ?? ''}`),
      },
    },
  ]
}

function nameOf(flaw: Flaw): string {
  const held = packageOf(flaw)
  return held === null ? flaw.id : `${flaw.id} in ${held.name}`
}

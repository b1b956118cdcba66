/** VEX documents that need somebody's eye: what runs out, what applies to nothing, what could not be read. */
import {type Day, formatDay} from '../../core/day.ts'
import type {Finding} from '../../core/finding.ts'
import type {Scan} from '../scan.ts'
import {warningDays} from '../waivers/state.ts'
import {indexStatements, statementsOn, type TrustedVex} from './apply.ts'
import {identityOf, isImageUrl} from './match.ts'

/**
 * @param scans of every platform, before or after the statements were applied
 * @param also digests and names by which the image is known besides those of the scans
 */
export function vexFindings(
  documents: readonly TrustedVex[],
  scans: readonly Scan[],
  today: Day,
  also: readonly string[] = [],
): readonly Finding[] {
  const used = appliedTo(documents, scans, also)
  return documents.flatMap(each => [
    ...expiry(each, today, used.get(each) ?? 0),
    ...(used.has(each) ? [] : [appliesToNothing(each)]),
    ...notRead(each),
  ])
}

/** How many flaws each document speaks of. */
function appliedTo(
  documents: readonly TrustedVex[],
  scans: readonly Scan[],
  also: readonly string[],
): ReadonlyMap<TrustedVex, number> {
  const index = indexStatements(documents)
  const used = new Map<TrustedVex, number>()
  for (const scan of scans) {
    const image = identityOf(scan, also)
    for (const flaw of scan.flaws) {
      if (flaw.kind !== 'vulnerability') continue
      const speakers = new Set(statementsOn(flaw, image, index).map(({by}) => by))
      for (const by of speakers) used.set(by, (used.get(by) ?? 0) + 1)
    }
  }
  return used
}

const id = 'image/vex-is-current'

function expiry({document, owner, expires}: TrustedVex, today: Day, count: number): readonly Finding[] {
  const left = expires - today
  if (left > warningDays) return []
  const common = {
    id,
    verdict: 'warn',
    subject: document.source,
    remedy: `Let ${owner} look at it again, and move \`expires\` of its entry in image.vex.`,
    details: {owner, expires: formatDay(expires), flaws: count},
  } as const
  if (left < 0) {
    const what = `It was believed until ${formatDay(expires)}, by ${owner}: what it says counts no more, ${flaws(count)}.`
    return [{...common, reason: 'image/vex-expired', what, why: 'What it took away counts again from that day on.'}]
  }
  const days = left === 0 ? 'today is the last day' : `${left} ${left === 1 ? 'day' : 'days'} left`
  const what = `It is believed until ${formatDay(expires)}, by ${owner}, ${flaws(count)}: ${days}.`
  return [{...common, reason: 'image/vex-expires-soon', what, why: 'What it takes away will count again from then on.'}]
}

function flaws(count: number): string {
  return count === 1 ? 'of 1 finding in this image' : `of ${count} findings in this image`
}

function appliesToNothing({document, owner}: TrustedVex): Finding {
  const count = document.statements.length
  return {
    id,
    verdict: 'warn',
    reason: 'image/vex-unused',
    subject: document.source,
    what: `${count === 1 ? 'Its only statement does not speak' : `None of its ${count} statements speaks`} of a finding in this image.`,
    why: 'A document that nobody needs takes away what comes back one day, and one whose products are named otherwise takes away nothing.',
    remedy: `Let ${owner} remove it from image.vex, or compare its products with the image’s digest and the package URLs of its findings.`,
    details: {owner, statements: count},
  }
}

const shown = 5

function notRead({document, owner}: TrustedVex): readonly Finding[] {
  const nested = document.statements.filter(({scopes}) =>
    scopes.some(({product, parts}) => parts.length > 0 && product.purls.length > 0 && !product.purls.some(isImageUrl)),
  )
  const inner = nested.map(({place, ids}) => `${place} (${ids[0] ?? ''}) speaks of a package within a package`)
  const all = [...document.unread, ...inner]
  if (all.length === 0) return []
  const rest = all.length > shown ? `; and ${all.length - shown} more` : ''
  return [
    {
      id,
      verdict: 'warn',
      reason: 'image/vex-not-read',
      subject: document.source,
      what: `${all.length === 1 ? 'A statement does' : `${all.length} statements do`} not count: ${all.slice(0, shown).join('; ')}${rest}.`,
      why: 'A statement that cannot be tied to a finding takes nothing away.',
      remedy: `Let ${owner} name the image (pkg:oci with its digest) or the package (its package URL), and a reason.`,
      details: {owner, statements: all.length},
    },
  ]
}

/** How old the lists are that rules ask. What is exploited since an old one was written looks as if it were not. */
import type {ImageRule} from '../../config/image-schema.ts'
import {type Day, formatDay} from '../../core/day.ts'
import type {Finding} from '../../core/finding.ts'
import type {Lists} from '../merge/enrich.ts'

/** CISA adds entries in almost every week, and FIRST scores anew each day: a list that is older is a forgotten file. */
const oldestDays = 30

/** One finding for each list that a rule asks and that cannot answer for today; a list without any date tells nothing of its age. */
export function listFindings(
  {knownExploited, epss}: Lists,
  rules: readonly ImageRule[],
  today: Day,
): readonly Finding[] {
  const asks = (key: 'known-exploited' | 'epss-at-least') => rules.some(rule => rule[key] !== undefined)
  const listed =
    asks('known-exploited') && knownExploited ? (knownExploited.released ?? newestIn(knownExploited)) : null
  const scored = asks('epss-at-least') && epss ? (epss.date ?? null) : null
  return [
    ...judgeAge('image.known-exploited', 'The catalogue of known exploited vulnerabilities', listed, today),
    ...judgeAge('image.epss', 'The list of EPSS', scored, today),
  ]
}

/** As CSV the catalogue does not say when it was released: not before its newest entry, and seldom long after. */
function newestIn({entries}: NonNullable<Lists['knownExploited']>): Day | null {
  let newest: Day | null = null
  for (const {added} of entries.values()) if (added !== null && (newest === null || added > newest)) newest = added
  return newest
}

function judgeAge(key: string, what: string, since: Day | null, today: Day): readonly Finding[] {
  // A day ahead is another time zone.
  if (since === null || (today - since <= oldestDays && since <= today + 1)) return []
  const isOld = since <= today
  return [
    {
      id: 'image/list-is-recent',
      verdict: 'inconclusive',
      reason: isOld ? 'image/list-too-old' : 'image/list-from-the-future',
      subject: key,
      what: `${what} is of ${formatDay(since)}; today is ${formatDay(today)}.`,
      why: 'What was added to it since is taken for harmless.',
      remedy: 'Download it anew in each run, before this step.',
      value: formatDay(since),
      limit: `at most ${oldestDays}d`,
    },
  ]
}

/**
 * Facts that rules ask for and nobody knows. One finding for each rule and fact, not one for each flaw: the cause is the
 * missing file or the tool, and a thousand lines would say the same. What would have failed is inconclusive, what would
 * have been a warning stays one; what is missing of a single flaw, its severity or its fix, is told flaw by flaw (`flaw-finding.ts`).
 */
import type {ImageRule} from '../../config/image-schema.ts'
import {isCve} from '../../core/cve.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import {type Verdict, worstOf} from '../../core/verdict.ts'
import {idsOf} from '../identity.ts'
import {type ImageJudgement, partsOf, type UnknownFact} from '../judgement.ts'
import type {Flaw} from '../scan.ts'
import type {Sighting} from './flaw-finding.ts'
import {subjectOf} from './flaw-words.ts'

type Fact = Exclude<UnknownFact, 'severity' | 'fix'>

/** Whether it is a list or a kind of tool that lacks; severity and fix are missing flaw by flaw. */
export function isOfSource(unknown: UnknownFact): unknown is Fact {
  return unknown !== 'severity' && unknown !== 'fix'
}

/** @param sightings flaws that a missing fact leaves undecided */
export function missingFactFindings(
  sightings: readonly Sighting[],
  judgement: ImageJudgement,
  rules: readonly ImageRule[],
): readonly Finding[] {
  const groups = Map.groupBy(sightings, ({judged: {outcome}}) =>
    outcome.kind === 'undecided' ? `${outcome.unknown}\n${outcome.index}` : '',
  )
  return [...groups.values()].flatMap(group => {
    const outcome = group[0]?.judged.outcome
    if (outcome?.kind !== 'undecided' || !isOfSource(outcome.unknown)) return []
    const flaws = group.map(({judged}) => judged.flaw)
    return [toFinding(outcome.unknown, outcome.rule, rules[outcome.index]?.verdict ?? 'fail', flaws, judgement)]
  })
}

function toFinding(
  fact: Fact,
  rule: string,
  meant: ImageRule['verdict'],
  flaws: readonly Flaw[],
  judgement: ImageJudgement,
): Finding {
  const {id, asked, nobody, remedy} = words[fact]
  const names = flaws.map(subjectOf)
  const count = names.length === 1 ? '1 flaw' : `${names.length} flaws`
  const isKnownOfOthers = isSupplied(fact, judgement)
  const rest = names.length - 3
  const listed = `${names.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return {
    id,
    verdict: worstOf(flaws.map(flaw => verdictOf(fact, meant, flaw))),
    reason: `${id}-unknown`,
    subject: count,
    what: isKnownOfOthers
      ? `The rule “${rule}” asks ${asked}, which is not known of ${listed}.`
      : `The rule “${rule}” asks ${asked}, and ${nobody}: ${count} may be meant.`,
    why: 'What a rule might mean is not known to be harmless.',
    remedy,
    value: names.length,
    limit: rule,
    details: {flaws: names.slice(0, 20)},
  }
}

const words: Readonly<
  Record<Fact, {readonly id: ReasonCode; readonly asked: string; readonly nobody: string; readonly remedy: string}>
> = {
  'known-exploited': {
    id: 'image/known-exploited',
    asked: 'whether a vulnerability is known to be exploited',
    nobody: 'no catalogue was read',
    remedy:
      'Name CISA’s catalogue of known exploited vulnerabilities under `image.known-exploited`, or scan with Grype.',
  },
  epss: {
    id: 'image/epss',
    asked: 'for EPSS',
    nobody: 'no scores were read',
    remedy:
      'Name the scores of the day (FIRST’s CSV) under `image.epss`; where they have none, decide by a rule before it.',
  },
  'fix-date': {
    id: 'image/fix-date',
    asked: 'how long a fix has been there',
    nobody: 'no source says it',
    remedy: 'Scan with Grype as well, which dates fixes, or decide by a rule before it.',
  },
  licence: {
    id: 'image/licence-of-package',
    asked: 'for licences',
    nobody: 'no package states one',
    remedy: 'Say by a rule before it what becomes of packages without: `licence: [NOASSERTION]`.',
  },
}

function isSupplied(fact: Fact, judgement: ImageJudgement): boolean {
  const scans = partsOf(judgement).map(({scan}) => scan)
  switch (fact) {
    case 'known-exploited':
      return scans.some(({knows}) => knows.knownExploited || knows.knownExploitedBy !== undefined)
    case 'epss':
      return scans.some(({knows}) => knows.epss)
    case 'fix-date':
      return scans.some(({flaws}) => flaws.some(flaw => flaw.kind === 'vulnerability' && flaw.fix.date !== null))
    case 'licence':
      return true
  }
}

/** EPSS scores CVEs and nothing else: an advisory without one is for a person to look at, and no list will ever help. */
function verdictOf(fact: Fact, meant: ImageRule['verdict'], flaw: Flaw): Verdict {
  if (meant !== 'fail') return meant
  return fact === 'epss' && !idsOf(flaw).some(isCve) ? 'warn' : 'inconclusive'
}

/** The answers of the gate in words: what was found, why it matters, what to do. The decisions are `policy.ts`. */
import type {ImageRule} from '../config/image-schema.ts'
import type {Waiver} from '../config/waivers.ts'
import {formatDay} from '../core/day.ts'
import type {Finding} from '../core/finding.ts'
import {type Affected, isGated, isOpen, type Judged, type RuleOutcome} from './policy.ts'
import {nextFix} from './upgrades.ts'
import {unusedWaivers, type WaiverState} from './waivers.ts'

/**
 * One finding for each gated vulnerability, one for each waiver that needs somebody's eye, and, where nothing is in the
 * way, one that says so with the numbers.
 */
export function policyFindings(judged: readonly Judged[], waivers: readonly Waiver[]): readonly Finding[] {
  const gated = judged.filter(isGated).map(toFinding)
  const unused = unusedWaivers(
    waivers,
    judged.map(({affected}) => affected),
  ).map(unusedFinding)
  return judged.some(isOpen) ? [...gated, ...unused] : [nothingGated(judged), ...gated, ...unused]
}

function toFinding({affected, outcome, waiver}: Judged): Finding {
  const subject = `${affected.id} in ${affected.package} ${affected.installedVersion}`.trim()
  const common = {
    id: 'image/vulnerability' as const,
    subject,
    ...(affected.title === '' ? {} : {why: sentence(affected.title)}),
    remedy: remedyFor(affected),
    value: affected.severity,
    ...(outcome.kind === 'no-rule' ? {} : {limit: outcome.rule}),
    details: detailsOf(affected, waiver),
  }
  const severity = `${describeSeverity(affected)}, ${describeFix(affected)}`
  switch (waiver.kind) {
    case 'holds': {
      const until = `${waiver.waiver.owner} accepts it until ${formatDay(waiver.waiver.expires)}: ${waiver.waiver.reason}`
      if (!waiver.expiresSoon) {
        return {...common, verdict: 'pass', reason: 'image/waived', what: sentence(`${severity}; ${until}`)}
      }
      const left = waiver.daysLeft === 0 ? 'Its last day is today' : `${days(waiver.daysLeft)} left`
      const what = sentence(`${severity}; ${until.replace(/\.$/, '')}. ${left}`)
      return {...common, verdict: 'warn', reason: 'image/waiver-expires-soon', what}
    }
    case 'expired': {
      const ended = `the waiver of ${waiver.waiver.owner} ended on ${formatDay(waiver.waiver.expires)}`
      const what = sentence(`${severity}; ${ended}, so it counts again`)
      return {...common, verdict: verdictOf(outcome), reason: 'image/waiver-expired', what}
    }
    case 'none': {
      const reason = outcome.kind === 'severity-unknown' ? 'image/severity-unknown' : 'image/vulnerability-found'
      return {...common, verdict: verdictOf(outcome), reason, what: sentence(severity)}
    }
  }
}

function verdictOf(outcome: RuleOutcome): ImageRule['verdict'] {
  switch (outcome.kind) {
    case 'rule':
      return outcome.verdict
    case 'severity-unknown':
      return 'warn'
    case 'no-rule':
      return 'pass'
  }
}

function detailsOf(
  {id, installedVersion, fixedVersions, locations, url, purl, ...rest}: Affected,
  waiver: WaiverState,
) {
  return {
    vulnerability: id,
    package: rest.package,
    installedVersion,
    fixedVersions,
    locations,
    ...(purl === undefined ? {} : {purl}),
    ...(url === undefined ? {} : {url}),
    ...(waiver.kind === 'none'
      ? {}
      : {waiverOwner: waiver.waiver.owner, waiverUntil: formatDay(waiver.waiver.expires)}),
  }
}

function describeSeverity({severity}: Affected): string {
  return severity === 'unknown' ? 'Severity unknown' : severity.charAt(0).toUpperCase() + severity.slice(1)
}

function describeFix({fixedVersions}: Affected): string {
  return fixedVersions.length === 0 ? 'no fixed version' : `fixed in ${fixedVersions.join(', ')}`
}

function remedyFor({package: name, installedVersion, fixedVersions}: Affected): string {
  const fix = nextFix(installedVersion, fixedVersions)
  if (fix !== undefined) return `Upgrade ${name} to ${fix}.`
  return 'Remove the package, choose another base image, or waive it with an owner, a reason and a date.'
}

function unusedFinding(waiver: Waiver): Finding {
  const where = waiver.package === undefined ? '' : ` in ${waiver.package}`
  return {
    id: 'image/waivers-are-needed',
    verdict: 'warn',
    reason: 'image/waiver-unused',
    subject: `waiver of ${waiver.vulnerability}${where}`,
    what: `The waiver of ${waiver.owner} on line ${waiver.line} covers nothing in this image.`,
    why: 'A waiver that nobody needs hides the vulnerability when it comes back.',
    remedy: 'Remove it, or correct its names.',
  }
}

function nothingGated(judged: readonly Judged[]): Finding {
  const gated = judged.filter(isGated).length
  const others = judged.length - gated
  const waived =
    gated === 0 ? '' : ` ${count(gated, 'vulnerability')} that the gate names ${gated === 1 ? 'is' : 'are'} waived.`
  const reported = others === 0 ? '' : ` ${count(others, 'other')} ${others === 1 ? 'is' : 'are'} reported below.`
  return {
    id: 'image/no-gated-vulnerabilities',
    verdict: 'pass',
    reason: 'image/no-gated-vulnerabilities',
    subject: 'vulnerabilities',
    what: `No vulnerability stands against the gate.${waived}${reported}`,
    value: judged.length,
    details: {waived: gated, notGated: others},
  }
}

function count(number: number, what: 'vulnerability' | 'other'): string {
  const plural = what === 'vulnerability' ? 'vulnerabilities' : 'others'
  return `${number} ${number === 1 ? what : plural}`
}

function days(number: number): string {
  return number === 1 ? '1 day' : `${number} days`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

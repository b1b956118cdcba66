/** Two scanners of one image that cannot both be right: somebody should know which of them is blind, or was told to be. */
import type {Finding} from '../../core/finding.ts'
import type {Scan} from '../scan.ts'
import {contradictions} from './contradictions.ts'

/** From here on one scanner's silence is no longer luck. */
const many = 5

/** @param scans each tool's own, before they were merged */
export function disagreementFindings(scans: readonly Scan[]): readonly Finding[] {
  const looked = scans.filter(({lookedFor}) => lookedFor.includes('vulnerability'))
  return [...blindOnes(looked), ...hiddenByOne(scans)]
}

function blindOnes(scans: readonly Scan[]): readonly Finding[] {
  const counts = scans.map(scan => ({
    name: scan.scanners.map(({name}) => name).join(' and '),
    found: scan.flaws.filter(({kind}) => kind === 'vulnerability').length,
  }))
  const most = counts.reduce((a, b) => (b.found > a.found ? b : a), {name: '', found: 0})
  if (most.found < many) return []
  return counts
    .filter(({found}) => found === 0)
    .map(({name}) => ({
      id: 'image/scanners-agree',
      verdict: 'warn',
      reason: 'image/scanners-disagree',
      subject: name,
      what: `${name} found no vulnerability where ${most.name} found ${most.found}.`,
      why: 'One of the two does not know this distribution, or has no database for it.',
      remedy: `Look at what ${name} says of its database and of the operating system.`,
      details: {scanner: name, other: most.name, found: most.found},
    }))
}

function hiddenByOne(scans: readonly Scan[]): readonly Finding[] {
  return contradictions(scans).map(what => ({
    id: 'image/scanners-agree',
    verdict: 'warn',
    reason: 'image/suppression-contradicted',
    subject: 'suppressions',
    what: `${what}.`,
    why: 'A rule in one tool’s ignore file binds that tool alone.',
    remedy: 'Move it to the waiver file, with an owner, a reason and a date.',
  }))
}

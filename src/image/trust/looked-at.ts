/** What the scanners looked for, and at how many packages. */
import type {Finding} from '../../core/finding.ts'
import {verdicts} from '../../core/verdict.ts'
import type {FlawKind, Scan} from '../scan.ts'

/** Kinds that were asked for and that no tool looked for. Vulnerabilities are always asked for: the gate is about them. */
export function lookedForFindings({lookedFor, image, scanners}: Scan, asked: readonly FlawKind[]): readonly Finding[] {
  const tools = scanners.map(({name}) => name).join(' and ')
  const missing = asked.filter(kind => kind !== 'vulnerability' && !lookedFor.includes(kind))
  const others: readonly Finding[] = missing.map(kind => ({
    id: 'image/was-looked-for',
    verdict: 'inconclusive',
    reason: kind === 'secret' ? 'image/secrets-not-looked-for' : `image/${kind}s-not-looked-for`,
    subject: kind,
    what: `The config asks for kind ${kind}, and ${tools} did not look for it.`,
    why: 'Nothing found means nothing where nobody looked.',
    remedy: 'Use a scanner that can, name a report of one that did, or take it out of `image.looks-for`.',
  }))
  if (lookedFor.includes('vulnerability')) return others
  const isAsked = asked.includes('vulnerability')
  return [
    {
      id: 'image/was-looked-for',
      verdict: isAsked ? 'error' : 'warn',
      reason: 'image/vulnerabilities-not-looked-for',
      subject: image,
      what: `Nobody looked for vulnerabilities: ${tools === '' ? 'the report' : tools} lists what there is, or looks for other things.`,
      why: 'An image of which nobody asked what is known to be wrong with it has no known vulnerabilities.',
      remedy: isAsked
        ? 'Scan the image, or the SBOM, with Trivy or Grype.'
        : 'Add `vulnerability` to `image.looks-for`, unless another gate asks for them.',
    },
    ...others,
  ]
}

const missed = 'Vulnerabilities are looked up by package: where no package is seen, none can be found.'

/**
 * Of those who looked for vulnerabilities, the one that saw most counts: a list of packages in which nobody looked anything
 * up (an SBOM beside the scan) shows what there is, and not that somebody looked.
 * @param scans each tool’s own, before they were merged
 */
export function packagesFindings(merged: Scan, scans: readonly Scan[]): readonly Finding[] {
  const lookers = scans.filter(({lookedFor}) => lookedFor.includes('vulnerability'))
  const each = (lookers.length === 0 ? [merged] : lookers).map(packagesSeen)
  return each.reduce((best, next) => (weightOf(next) < weightOf(best) ? next : best))
}

function weightOf(findings: readonly Finding[]): number {
  return Math.max(0, ...findings.map(({verdict}) => verdicts.indexOf(verdict)))
}

function packagesSeen({image, os, packages, packageCount}: Scan): readonly Finding[] {
  const count = packages?.length ?? packageCount
  if (count === 0 || count === null) return [nothingScanned(image, os, count)]
  if (os === null) return [noSystem(image, count)]
  if (os.packages !== null && os.packages > 0) return []
  return [
    {
      id: 'image/packages-were-scanned',
      verdict: 'inconclusive',
      reason: 'image/os-packages-not-scanned',
      subject: os.name,
      what: `The scanner saw ${os.name} and none of its packages, only ${count} of languages.`,
      why: missed,
      remedy: 'Keep the package database of the operating system in the image (lib/apk, var/lib/dpkg, var/lib/rpm).',
    },
  ]
}

function nothingScanned(image: string, os: Scan['os'], count: 0 | null): Finding {
  const seen = os === null ? 'no operating system' : os.name
  return {
    id: 'image/packages-were-scanned',
    verdict: 'error',
    reason: 'image/nothing-scanned',
    subject: image,
    what: `The scanner saw ${seen} ${count === null ? 'and lists no packages' : 'and no package in it'}.`,
    why: missed,
    remedy:
      count === null
        ? 'Write the report with `--list-all-pkgs`, so that it shows what was looked at.'
        : 'Keep the package database in the image, or scan the SBOM of its build.',
    ...(count === null ? {} : {value: count}),
  }
}

/** `FROM scratch` looks to a scanner exactly like a distribution that it does not know. */
function noSystem(image: string, count: number): Finding {
  return {
    id: 'image/packages-were-scanned',
    verdict: 'warn',
    reason: 'image/no-operating-system',
    subject: image,
    what: `The scanner saw no operating system, only ${count} ${count === 1 ? 'package' : 'packages'} of languages.`,
    why: 'So it looks where there is none, and where there is one that the scanner does not know.',
    remedy: 'Nothing, where the image is built from scratch; else build on a distribution that the scanner knows.',
    value: count,
  }
}

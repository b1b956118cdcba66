/**
 * What the rules need that nobody looked for. No secret found means nothing where none was looked for, and no new flaw
 * where there is nothing to compare with. Slipway's own gate names kinds that nobody asked for: of those it
 * says nothing.
 */
import type {ImageRule} from '../../config/image-schema.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import {kindOf} from '../gate/rule.ts'
import {type ImageJudgement, type PlatformJudgement, partsOf} from '../judgement.ts'
import type {FlawKind, Scan} from '../scan.ts'

interface Asked {
  readonly rules: readonly ImageRule[]
  readonly isDefaultGate: boolean
  readonly asked?: readonly FlawKind[]
}

/** One finding for each kind that rules name and nobody looked for, and one where `new` is asked and nothing is known. */
export function needFindings(judgement: ImageJudgement, {rules, isDefaultGate, asked = []}: Asked): readonly Finding[] {
  const strict = isDefaultGate ? [] : rules.filter(rule => rule.verdict !== 'pass')
  const byKind = Map.groupBy(strict, kindOf)
  const kinds = [...byKind].flatMap(([kind, named]) => {
    // That nobody looked for vulnerabilities, or for what a scanner was asked for, is a question of trust (`trust.ts`), whatever the rules say.
    if (kind === 'vulnerability' || asked.includes(kind)) return []
    const without = placesWithout(kind, judgement)
    if (without.length === 0) return []
    return [notLookedFor(kind, without, judgement, verdictOf(named))]
  })
  return [...kinds, ...missingBaseline(judgement, rules)]
}

/** What a rule would have failed cannot be told; what it would have warned of is worth a warning. */
function verdictOf(rules: readonly ImageRule[]): 'inconclusive' | 'warn' {
  return rules.some(rule => rule.verdict === 'fail') ? 'inconclusive' : 'warn'
}

/** Parts of the image in which nobody looked; empty where the answer can be believed. */
function placesWithout(
  kind: Exclude<FlawKind, 'vulnerability'>,
  judgement: ImageJudgement,
): readonly PlatformJudgement[] {
  switch (kind) {
    // Configuration stands in files of the repository or in the image: one who looked is enough.
    case 'misconfiguration':
      return partsOf(judgement).some(({scan}) => scan.lookedFor.includes(kind)) ? [] : judgement.platforms
    case 'secret':
    case 'licence':
    case 'package':
    case 'end-of-life':
      return judgement.platforms.filter(({scan}) => !wasLookedFor(kind, scan))
  }
}

function wasLookedFor(kind: 'secret' | 'licence' | 'package' | 'end-of-life', scan: Scan): boolean {
  if (scan.lookedFor.includes(kind) && kind !== 'end-of-life') return true
  switch (kind) {
    case 'secret':
      return false
    case 'licence':
      return scan.packages?.some(each => each.licences.length > 0) ?? false
    case 'package':
      return scan.packages !== null
    // An image without an operating system has none that could end.
    case 'end-of-life':
      return scan.os === null || scan.os.endOfLife !== null || scan.flaws.some(flaw => flaw.kind === kind)
  }
}

const words: Readonly<
  Record<
    Exclude<FlawKind, 'vulnerability'>,
    {readonly reason: ReasonCode; readonly subject: string; readonly what: string; readonly remedy: string}
  >
> = {
  secret: {
    reason: 'image/secrets-not-looked-for',
    subject: 'secrets',
    what: 'The gate names secrets, and nobody looked for them',
    remedy: 'Add `secret` to `image.looks-for`, or name a report of the tool that looks for them.',
  },
  misconfiguration: {
    reason: 'image/misconfigurations-not-looked-for',
    subject: 'misconfigurations',
    what: 'The gate names misconfigurations, and nobody looked for them',
    remedy:
      'Name manifests under `image.manifests`, a linter’s report under `image.reports`, or add it to `image.looks-for`.',
  },
  licence: {
    reason: 'image/licences-not-looked-for',
    subject: 'licences',
    what: 'The gate names licences, and no source states any',
    remedy: 'Add `licence` to `image.looks-for`, or name an SBOM with licences under `image.reports`.',
  },
  package: {
    reason: 'image/packages-not-listed',
    subject: 'packages',
    what: 'The gate names packages, and the report lists none',
    remedy: 'Write the report with all packages (`--list-all-pkgs` of Trivy), or name an SBOM under `image.reports`.',
  },
  'end-of-life': {
    reason: 'image/end-of-life-unknown',
    subject: 'operating system',
    what: 'The gate asks whether the operating system is supported, and no source says it',
    remedy: 'Scan with Trivy or Grype, which know it.',
  },
}

function notLookedFor(
  kind: Exclude<FlawKind, 'vulnerability'>,
  without: readonly PlatformJudgement[],
  judgement: ImageJudgement,
  verdict: Finding['verdict'],
): Finding {
  const {reason, subject, what, remedy} = words[kind]
  const isEverywhere = without.length === judgement.platforms.length
  const where = isEverywhere ? '' : ` on ${without.map(({platform}) => platform ?? 'unknown platform').join(', ')}`
  return {
    id: 'image/rules-can-be-asked',
    verdict,
    reason,
    subject,
    what: `${what}${where}.`,
    why: 'Nothing found means nothing where nobody looked.',
    remedy,
  }
}

function missingBaseline({baseline}: ImageJudgement, rules: readonly ImageRule[]): readonly Finding[] {
  if (baseline.kind === 'known' || !rules.some(rule => rule.new !== undefined)) return []
  const why = baseline.kind === 'missing' ? baseline.why : 'Nothing is named to compare this image with'
  return [
    {
      id: 'image/baseline-is-known',
      verdict: 'warn',
      reason: 'image/baseline-missing',
      subject: 'baseline',
      what: `${why.replace(/\.$/, '')}: every flaw counts as new.`,
      why: 'A rule asks what is new, and without a baseline nothing can be told to be old.',
      remedy:
        baseline.kind === 'missing'
          ? baseline.remedy
          : 'Name a baseline: `image.baseline`, or the environment whose release it is.',
    },
  ]
}

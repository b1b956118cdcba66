/** The verdict over an image in one sentence. */
import {cut} from '../core/cut.ts'
import type {Finding} from '../core/finding.ts'
import {isOpen} from './gate/judge.ts'
import {type ImageJudgement, type Judged, partsOf} from './judgement.ts'
import type {FlawKind} from './scan.ts'
import {planUpgrades} from './upgrades.ts'

/** Of several things to say the gravest: an error, what blocks, what cannot be told, what needs an eye. */
export function summarise(findings: readonly Finding[], judgement: ImageJudgement): string {
  const of = (verdict: Finding['verdict']) => findings.filter(finding => finding.verdict === verdict)
  const [error] = of('error')
  if (error) return error.what
  const seen = seenIn(judgement)
  const failed = countOf('fail', findings)
  if (failed > 0) {
    const blocking = partsOf(judgement).flatMap(({judged}) => judged.filter(each => isOpen(each) && blocks(each)))
    const [first] = planUpgrades(blocking)
    const advice = first ? ` Upgrade ${cut(first.package)} to ${cut(first.to)} first.` : ''
    const kinds = new Set(blocking.map(({flaw}) => flaw.kind))
    return `${failed} ${nounFor(kinds, failed)} against the gate${seen}.${advice}`
  }
  const [inconclusive] = of('inconclusive')
  if (inconclusive) return inconclusive.what
  const eyes = countOf('warn', findings)
  if (eyes === 0) return `Nothing stands against the gate${seen}.`
  return `Nothing blocks this image${seen}; ${eyes} ${eyes === 1 ? 'finding needs' : 'findings need'} somebody’s eye.`
}

/** With those that one finding counts together (`image/more-flaws`). */
function countOf(verdict: 'fail' | 'warn', findings: readonly Finding[]): number {
  let count = 0
  for (const {reason, verdict: own, details} of findings) {
    const together = reason === 'image/more-flaws' ? details?.[verdict] : undefined
    if (typeof together === 'number') count += together
    else if (own === verdict) count++
  }
  return count
}

function blocks({outcome}: Judged): boolean {
  return outcome.kind === 'rule' && outcome.verdict === 'fail'
}

/** ` among 312 packages`, ` among 624 packages of 2 platforms` */
function seenIn({platforms}: ImageJudgement): string {
  const counts = platforms.map(({scan}) => scan.packages?.length ?? scan.packageCount)
  if (counts.length === 0 || counts.includes(null)) return ''
  const packages = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  return ` among ${packages} packages${platforms.length > 1 ? ` of ${platforms.length} platforms` : ''}`
}

function nounFor(kinds: ReadonlySet<FlawKind>, count: number): string {
  const [only, ...others] = kinds
  if (only === 'vulnerability' && others.length === 0) {
    return count === 1 ? 'vulnerability stands' : 'vulnerabilities stand'
  }
  return count === 1 ? 'finding stands' : 'findings stand'
}

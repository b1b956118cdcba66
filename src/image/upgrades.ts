/** What to do first: which upgrade removes most of what stands in the way. Advice for a person; no verdict rests on it. */

import {cut} from '../core/cut.ts'
import {namesOfUrl, packageKey, versionKey} from './identity.ts'
import type {Judged} from './judgement.ts'
import {compareVersions} from './versions.ts'

export interface Upgrade {
  readonly package: string
  readonly from: string
  readonly to: string
  /** How many of the given flaws it removes. */
  readonly removes: number
}

/** Upgrades that remove the given flaws, the most effective first. What has no fix is not among them. */
export function planUpgrades(judged: readonly Judged[]): readonly Upgrade[] {
  const byPackage = new Map<string, Upgrade & {readonly ids: Set<string>}>()
  for (const {flaw} of judged) {
    if (flaw.kind !== 'vulnerability') continue
    const type = typeOf(flaw.purl)
    const to = nextFix(flaw.installedVersion, flaw.fix.versions, type)
    if (to === undefined) continue
    const key = `${packageKey(flaw.package, flaw.purl)}\n${versionKey(flaw.installedVersion)}`
    const known = byPackage.get(key)
    // The same flaw on a second platform is the same work.
    const ids = (known?.ids ?? new Set()).add(flaw.id)
    const isKnown = known && (known.to === to || compareVersions(known.to, to, type) > 0)
    byPackage.set(key, {
      package: flaw.package,
      from: flaw.installedVersion,
      to: isKnown ? known.to : to,
      removes: ids.size,
      ids,
    })
  }
  return [...byPackage.values()]
    .map(({ids: _, ...upgrade}) => upgrade)
    .sort((a, b) => b.removes - a.removes || (a.package < b.package ? -1 : 1))
}

/** `Upgrade busybox 1.36.1-r0 → 1.36.1-r1: removes 1 finding.` */
export function describeUpgrade({package: name, from, to, removes}: Upgrade): string {
  return `Upgrade ${cut(name)} ${cut(from)} → ${cut(to)}: removes ${removes} ${removes === 1 ? 'finding' : 'findings'}.`
}

/** The lowest fix above what is installed: of fixes for several lines, the one of the installed line. */
export function nextFix(installed: string, fixes: readonly string[], type: string | null = null): string | undefined {
  if (fixes.length <= 1) return fixes[0]
  const sorted = fixes.toSorted((a, b) => compareVersions(a, b, type))
  return sorted.find(fix => compareVersions(fix, installed, type) > 0) ?? sorted.at(-1)
}

/** `deb` of `pkg:deb/debian/openssl`; null where there is no purl. */
export function typeOf(purl: string | undefined): string | null {
  return (purl === undefined ? undefined : namesOfUrl(purl)?.type) ?? null
}

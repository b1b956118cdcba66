/** What to do first: which upgrade removes most of what stands in the way. Advice for a person; no verdict rests on it. */
import type {Judged} from './policy.ts'

export interface Upgrade {
  readonly package: string
  readonly from: string
  readonly to: string
  /** How many of the given vulnerabilities it removes. */
  readonly removes: number
}

/** Upgrades that remove the given vulnerabilities, the most effective first. What has no fix is not among them. */
export function planUpgrades(judged: readonly Judged[]): readonly Upgrade[] {
  const byPackage = new Map<string, Upgrade>()
  for (const {affected} of judged) {
    const to = nextFix(affected.installedVersion, affected.fixedVersions)
    if (to === undefined) continue
    const key = JSON.stringify([affected.package, affected.installedVersion])
    const known = byPackage.get(key)
    byPackage.set(key, {
      package: affected.package,
      from: affected.installedVersion,
      to: known && compareVersions(known.to, to) > 0 ? known.to : to,
      removes: (known?.removes ?? 0) + 1,
    })
  }
  return [...byPackage.values()].sort((a, b) => b.removes - a.removes)
}

/** `upgrade busybox 1.36.1-r0 → 1.36.1-r1: removes 1 finding` */
export function describeUpgrade({package: name, from, to, removes}: Upgrade): string {
  return `Upgrade ${name} ${from} → ${to}: removes ${removes} ${removes === 1 ? 'finding' : 'findings'}.`
}

/** The lowest fix above what is installed: of fixes for several lines, the one of the installed line. */
export function nextFix(installed: string, fixes: readonly string[]): string | undefined {
  const sorted = fixes.toSorted(compareVersions)
  return sorted.find(fix => compareVersions(fix, installed) > 0) ?? sorted.at(-1)
}

/** Numbers as numbers, the rest as text. Close to what every package manager does, and exact in none: good for advice alone. */
export function compareVersions(a: string, b: string): number {
  const left = a.match(/\d+|[^\d]+/g) ?? []
  const right = b.match(/\d+|[^\d]+/g) ?? []
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one = '', other = ''] = [left[index], right[index]]
    const difference = Number(one) - Number(other)
    if (difference !== 0 && !Number.isNaN(difference)) return difference
    if (one !== other && Number.isNaN(difference)) return one < other ? -1 : 1
  }
  return 0
}

import type {Package} from '../scan.ts'

/** Types of purls of packages that an operating system brings, and so its scanner's database knows. */
const types: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm', 'alpm', 'portage', 'ebuild'])

export function countSystemPackages(packages: readonly Package[]): number {
  return packages.filter(({type}) => types.has(type)).length
}

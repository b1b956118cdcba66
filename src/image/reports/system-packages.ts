import {isDistributionType} from '../../core/package-url.ts'
import type {Package} from '../scan.ts'

/** Scanners' words for packages of Gentoo, which have no type of purl. */
const gentoo: ReadonlySet<string> = new Set(['portage', 'ebuild'])

/** How many of the packages an operating system brings: those that its own advisories speak of. */
export function countSystemPackages(packages: readonly Package[]): number {
  return packages.filter(({type}) => isDistributionType(type) || gentoo.has(type)).length
}

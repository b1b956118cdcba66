/** The results of a Trivy report (`pkg/types/report.go`, `Result`): what was looked at, and for what. */
import type {FlawKind, Package} from '../../scan.ts'
import {type Part, partsOf, textOf} from '../fields.ts'
import {toPackage} from './packages.ts'
import type {PlaceKind} from './words.ts'

/** One target of a report, as Trivy divides an image: its system, each language, each file that it looked into. */
export interface Result {
  readonly part: Part
  readonly target: string
  readonly class: string
  readonly type: string
  /** Undefined where the report has no list, which is not an empty one. */
  readonly packages: readonly Part[] | undefined
}

/** @throws UserError `image/report-malformed`, as all that reads a part */
export function openResult(part: Part): Result {
  return {
    part,
    target: textOf(part, 'Target') ?? '',
    class: textOf(part, 'Class') ?? '',
    type: textOf(part, 'Type') ?? '',
    packages: partsOf(part, 'Packages'),
  }
}

/** All that are listed; null where there is no list at all. */
export function packagesOf(results: readonly Result[]): readonly Package[] | null {
  const lists = results.flatMap(({packages, type}) => (packages ? [packages.map(each => toPackage(each, type))] : []))
  return lists.length === 0 ? null : lists.flat()
}

/**
 * Trivy leaves out a list that would be empty, and older versions leave out all packages unless asked to list them. So
 * no list tells nothing, and counts as null, not as zero; then the packages with a vulnerability are those that were surely
 * looked at. Where there is no result of packages at all, nothing was found to look at.
 */
export function countPackages(results: readonly Result[]): number | null {
  const ofPackages = results.filter(each => each.packages || ['os-pkgs', 'lang-pkgs', ''].includes(each.class))
  if (ofPackages.length === 0) return 0
  const counts = ofPackages.flatMap(({packages}) => (packages ? [packages.length] : []))
  if (counts.length > 0) return counts.reduce((sum, each) => sum + each, 0)
  const named = ofPackages.flatMap(({part}) =>
    (partsOf(part, 'Vulnerabilities') ?? []).map(each => each.fields.PkgName),
  )
  return named.length === 0 ? null : new Set(named).size
}

/**
 * A report does not say what Trivy was asked for. Where packages stand in it, vulnerabilities are taken to be looked for
 * (Trivy's default); of other kinds only what is there tells. Whoever runs Trivy knows better, and says so.
 */
export function lookedFor(results: readonly Result[], kind: PlaceKind, endOfLife: boolean): readonly FlawKind[] {
  if (kind === 'repository') return ['misconfiguration']
  const classes = new Set(results.map(each => each.class))
  const hasPackages = results.length === 0 || classes.has('os-pkgs') || classes.has('lang-pkgs') || classes.has('')
  return [
    ...(hasPackages ? (['vulnerability', 'package'] as const) : []),
    ...(hasPackages || endOfLife ? (['end-of-life'] as const) : []),
    ...(classes.has('secret') ? (['secret'] as const) : []),
    ...(classes.has('config') ? (['misconfiguration'] as const) : []),
    ...(classes.has('license') || classes.has('license-file') ? (['licence'] as const) : []),
  ]
}

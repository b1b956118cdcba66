/** Secrets, misconfigurations and licences of a Trivy report in our words. */
import type {Licence, Misconfiguration, Package, Place, Secret} from '../../scan.ts'
import {numberOf, type Part, partOf, requiredText, textOf, wordOf} from '../fields.ts'
import {optionalUrl, type PlaceKind, placeOf, severityOf} from './words.ts'

const foundBy: readonly string[] = ['trivy']

/** What stands in the config of the image has no path, and its lines are those of a text that nobody else sees. */
const inConfig = 'in the config of the image'

/** `SecretFinding` (`pkg/fanal/types/secret.go`). What was matched is masked there, and is left out here all the same. */
export function toSecret(part: Part, target: string | null, kind: PlaceKind): Secret {
  const title = textOf(part, 'Title') ?? ''
  return {
    kind: 'secret',
    id: requiredText(part, 'RuleID'),
    category: textOf(part, 'Category') ?? '',
    title: target === null ? `${title}, ${inConfig} (ENV, a label, or a step of its build)` : title,
    severity: severityOf(part),
    places: [placeIn(kind, target, numberOf(part, 'StartLine'), part)],
    foundBy,
  }
}

/** `DetectedMisconfiguration` (`pkg/types/misconfiguration.go`). Null for what was looked at and is in order. */
export function toMisconfiguration(part: Part, target: string | null, kind: PlaceKind): Misconfiguration | null {
  const status = wordOf(part, 'Status', statuses, 'failed')
  if (status === 'passed') return null
  const cause = partOf(part, 'CauseMetadata')
  return {
    kind: 'misconfiguration',
    id: requiredText(part, 'ID'),
    title: textOf(part, 'Title') ?? '',
    message: textOf(part, 'Message') ?? textOf(part, 'Title') ?? '',
    remedy: textOf(part, 'Resolution') ?? '',
    severity: severityOf(part),
    places: [placeIn(kind, target, cause && numberOf(cause, 'StartLine'), part)],
    foundBy,
    ...optionalUrl(part, 'PrimaryURL'),
    ...(status === 'excepted'
      ? {suppressed: {by: 'trivy', reason: 'an exception of the policies that Trivy was given'}}
      : {}),
  }
}

/** `MisconfStatus` (`pkg/types/misconfiguration.go`). Without one it stands in a list of what is misconfigured. */
const statuses: ReadonlyMap<string, 'failed' | 'passed' | 'excepted'> = new Map([
  ['FAIL', 'failed'],
  ['PASS', 'passed'],
  ['EXCEPTION', 'excepted'],
])

function placeIn(kind: PlaceKind, target: string | null, line: number | undefined, finding: Part): Place {
  return target === null ? placeOf('image', '', undefined, finding) : placeOf(kind, target, line, finding)
}

/**
 * `DetectedLicense` (`pkg/types/license.go`): of a package, or of a file that lies in the image.
 * @param packages what the same report lists, by name: the finding itself tells no version
 */
export function toLicence(part: Part, packages: ReadonlyMap<string, readonly Package[]>): Licence {
  const name = requiredText(part, 'Name')
  const path = textOf(part, 'FilePath') ?? ''
  const packageName = textOf(part, 'PkgName') ?? ''
  const candidates = packages.get(packageName) ?? []
  const owner = candidates.find(each => each.path === path) ?? (candidates.length === 1 ? candidates[0] : undefined)
  const category = textOf(part, 'Category') ?? ''
  return {
    kind: 'licence',
    id: name,
    licence: name,
    title: category === '' ? name : `${name}, which Trivy classifies as ${category}`,
    package: packageName === '' ? path : packageName,
    installedVersion: owner?.version ?? '',
    ...(owner?.purl === undefined ? {} : {purl: owner.purl}),
    severity: severityOf(part),
    places: [placeOf('image', path, undefined, part)],
    foundBy,
    ...optionalUrl(part, 'Link'),
  }
}

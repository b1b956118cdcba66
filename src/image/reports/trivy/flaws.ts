/** All findings of a Trivy report, those among them that were suppressed. */
import {assertNever} from '../../../core/assert.ts'
import type {Flaw, Package} from '../../scan.ts'
import {type Part, partOf, partsOf, textOf, wrongField} from '../fields.ts'
import {toLicence, toMisconfiguration, toSecret} from './other-flaws.ts'
import type {Result} from './result.ts'
import {toVulnerability} from './vulnerability.ts'
import type {PlaceKind} from './words.ts'

/** What its findings need to know of a report. */
export interface About {
  /** Its name as Trivy has it: findings in its config are said to be in a file of that name. */
  readonly image: string
  readonly placeKind: PlaceKind
  readonly owners: ReadonlyMap<string, readonly Package[]>
}

/** In the order of the report. */
export function flawsOf(results: readonly Result[], about: About): readonly Flaw[] {
  const flaws: Flaw[] = []
  for (const result of results) {
    const around = {...about, target: targetOf(result, about)}
    for (const [list, type] of lists) {
      for (const each of partsOf(result.part, list) ?? []) {
        const flaw = toFlaw(type, each, around)
        if (flaw !== null) flaws.push(flaw)
      }
    }
    for (const each of partsOf(result.part, 'ExperimentalModifiedFindings') ?? []) {
      flaws.push(toSuppressed(each, around))
    }
  }
  return flaws
}

const lists = [
  ['Vulnerabilities', 'vulnerability'],
  ['Secrets', 'secret'],
  ['Licenses', 'license'],
  ['Misconfigurations', 'misconfiguration'],
] as const

/** A path, or null where the result's name is a title: of the system, of all packages of a language, of the image itself. */
function targetOf({class: kind, type, target}: Result, {image, placeKind}: About): string | null {
  if (kind === 'os-pkgs' || (placeKind === 'image' && target === image)) return null
  return collected.has(type) ? null : target
}

/** Languages whose packages Trivy finds one by one and puts into one result (`pkg/scan/langpkg`, PkgTargets). */
const collected: ReadonlySet<string> = new Set(['python-pkg', 'conda-pkg', 'gemspec', 'node-pkg', 'jar', 'k8s'])

interface Around extends About {
  readonly target: string | null
}

/** `ModifiedFinding` (`pkg/types/finding.go`): what an ignore file or a VEX document of Trivy has taken away. */
function toSuppressed(part: Part, around: Around): Flaw {
  const finding = partOf(part, 'Finding')
  if (finding === undefined) throw wrongField(part, 'Finding', 'a mapping')
  const type = textOf(part, 'Type') ?? ''
  const flaw = toFlaw(lists.find(([, known]) => known === type)?.[1], finding, around)
  if (flaw === null) throw wrongField(part, 'Type', `one of ${lists.map(([, known]) => known).join(', ')}`)
  const reason = ['Status', 'Statement', 'Source'].flatMap(key => textOf(part, key) || []).join(', ')
  return {...flaw, suppressed: {by: 'trivy', reason: reason === '' ? 'no reason given' : reason}}
}

/** Null for what was looked at and is in order, and for what is of no kind that is known. */
function toFlaw(type: (typeof lists)[number][1] | undefined, finding: Part, around: Around): Flaw | null {
  const {target, placeKind, owners} = around
  switch (type) {
    case 'vulnerability':
      return toVulnerability(finding, target ?? '')
    case 'secret':
      return toSecret(finding, target, placeKind)
    case 'misconfiguration':
      return toMisconfiguration(finding, target, placeKind)
    case 'license':
      return toLicence(finding, owners)
    case undefined:
      return null
    default:
      return assertNever(type)
  }
}

/** Flaws of all kinds from several reports, each once. */
import {compareSeverity} from '../../core/severity.ts'
import {packageKey, versionKey} from '../identity.ts'
import type {Flaw, Place, Vulnerability} from '../scan.ts'
import {cluster} from './cluster.ts'
import {divideByCve, uniteVulnerabilities} from './vulnerability.ts'
import {firstText, keyOfPlace, placesOf, sortedNames, suppressionOf} from './words.ts'

type Other = Exclude<Flaw, Vulnerability>

const joining = {unite: uniteVulnerabilities, divide: divideByCve}

/**
 * What is the same becomes one, in all its places: a package that lies in several places is one thing to upgrade. Linear
 * in the number of flaws; the order of the answer follows that of the question, and nothing else does.
 */
export function mergeFlaws(flaws: readonly Flaw[]): readonly Flaw[] {
  const vulnerabilities: Vulnerability[] = []
  const others = new Map<string, Other[]>()
  for (const flaw of flaws) {
    if (flaw.kind === 'vulnerability') {
      vulnerabilities.push(flaw)
      continue
    }
    const key = keyOf(flaw)
    const same = others.get(key)
    if (same) same.push(flaw)
    else others.set(key, [flaw])
  }
  return [...cluster(vulnerabilities, joining), ...[...others.values()].map(unite)]
}

function keyOf(flaw: Other): string {
  switch (flaw.kind) {
    case 'licence':
      return [flaw.kind, flaw.licence.toLowerCase(), ...packageOf(flaw)].join('\n')
    case 'package':
      return [flaw.kind, ...packageOf(flaw)].join('\n')
    case 'misconfiguration':
      // One rule may be broken several times in one file, by several containers: each has its own sentence.
      return [flaw.kind, flaw.id, flaw.message, ...flaw.places.map(withoutLayer)].join('\n')
    case 'secret':
    case 'end-of-life':
      return [flaw.kind, flaw.id, ...flaw.places.map(withoutLayer)].join('\n')
  }
}

function packageOf(flaw: Extract<Other, {package: string}>): readonly string[] {
  return [packageKey(flaw.package, flaw.purl), versionKey(flaw.installedVersion)]
}

function withoutLayer(place: Place): string {
  return place.kind === 'image' ? `image\n${place.path}\n${place.line ?? 0}` : keyOfPlace(place)
}

function unite(all: readonly Other[]): Other {
  const sorted = all.length === 1 ? all : all.toSorted(compareWords)
  const [worst] = sorted
  if (worst === undefined) throw new RangeError('nothing to unite')
  if (all.length === 1) return worst
  const {suppressed: _, ...rest} = worst
  const suppressed = suppressionOf(all)
  return {
    ...rest,
    title: firstText(all.map(each => each.title)) ?? '',
    places: placesOf(all),
    foundBy: sortedNames(all.flatMap(each => each.foundBy)),
    ...(suppressed === undefined ? {} : {suppressed}),
  }
}

/** Gravest first; the rest only so that the order of the reports does not matter. */
function compareWords(a: Other, b: Other): number {
  return compareSeverity(b.severity, a.severity) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
}

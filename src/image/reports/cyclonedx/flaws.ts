/** Vulnerabilities of a CycloneDX document, one for each package that they are in. */
import {assertNever} from '../../../core/assert.ts'
import {type Digest, isDigest} from '../../../core/digest.ts'
import {packageName, parsePackageUrl} from '../../../core/package-url.ts'
import type {Fix, Suppression, VexWord, Vulnerability} from '../../scan.ts'
import {firstSentence} from '../first-sentence.ts'
import {bestId, isVulnerabilityId} from '../ids.ts'
import {percentDecoded} from '../percent.ts'
import {nameOf, propertyOf, toPackage} from './components.ts'
import type {CycloneDxAffected, CycloneDxComponent, CycloneDxVulnerability} from './document.ts'
import {ratingOf, toCvss} from './ratings.ts'

/** What a document's references lead to. */
export interface Components {
  readonly byRef: ReadonlyMap<string, CycloneDxComponent>
  /** `urn:cdx:<serial>/<version>#`: how the document names itself in BOM-Links. */
  readonly ownLink: string | null
  readonly about: CycloneDxComponent | null
  /** Name of the tool that wrote it. */
  readonly tool: string
}

/** One flaw for each package that it affects. */
export function toFlaws(each: CycloneDxVulnerability, components: Components): readonly Vulnerability[] {
  const others = (each.references ?? []).flatMap(({id}) => (id && isVulnerabilityId(id) ? [id] : []))
  const aliases = [...new Set([each.id, ...others])].sort()
  const url = linkOf(each)
  const rated = ratingOf(each)
  const common = {
    kind: 'vulnerability',
    id: bestId(each.id, aliases),
    aliases,
    title: firstSentence(each.description ?? each.detail ?? ''),
    severity: rated.severity,
    severitySource: rated.source,
    ratings: [],
    cvss: (each.ratings ?? []).flatMap(toCvss),
    knownExploited: null,
    epss: null,
    foundBy: [components.tool],
    ...(url ? {url} : {}),
    ...analysisOf(each, components.tool),
  } as const
  const affects = each.affects ?? []
  // Without an affected component it is one of the image, in whatever part of it.
  if (affects.length === 0) return [{...common, ...packageOf(undefined, components), fix: fixOf(each, undefined, '')}]
  return affects.map(affected => {
    const where = packageOf(affected, components)
    return {...common, ...where, fix: fixOf(each, affected, where.package)}
  })
}

/** A page about it before the front page of its database. */
function linkOf({id, source, advisories}: CycloneDxVulnerability): string | undefined {
  const links = [source?.url, ...(advisories ?? []).map(({url}) => url)].flatMap(url => url || [])
  return links.find(url => url.toLowerCase().includes(id.toLowerCase())) ?? links[0]
}

function packageOf(
  affected: CycloneDxAffected | undefined,
  components: Components,
): Pick<Vulnerability, 'package' | 'installedVersion' | 'purl' | 'places'> {
  const found = affected === undefined ? components.about : resolve(affected.ref, components)
  if (!found) return unresolved(affected)
  const path = toPackage(found)?.path
  const layer = propertyOf(found, 'aquasecurity:trivy:LayerDigest')
  return {
    package: nameOf(found) || 'a package without a name',
    installedVersion: found.version ?? affectedVersion(affected) ?? '',
    ...(found.purl ? {purl: found.purl} : {}),
    places: path === undefined && layer === undefined ? [] : [{kind: 'image', path: path ?? '', ...layerOf(layer)}],
  }
}

function layerOf(text: string | undefined): {readonly layer?: Digest} {
  return text !== undefined && isDigest(text) ? {layer: text} : {}
}

function resolve(ref: string, {byRef, ownLink}: Components): CycloneDxComponent | undefined {
  const direct = byRef.get(ref)
  if (direct || ownLink === null || !ref.startsWith(ownLink)) return direct
  const inner = ref.slice(ownLink.length)
  return byRef.get(inner) ?? byRef.get(percentDecoded(inner))
}

/** A component of another document: often its reference is a purl. */
function unresolved(
  affected: CycloneDxAffected | undefined,
): Pick<Vulnerability, 'package' | 'installedVersion' | 'purl' | 'places'> {
  const ref = affected?.ref ?? ''
  const inner = ref.startsWith('urn:cdx:') ? percentDecoded(ref.slice(ref.indexOf('#') + 1)) : ref
  const purl = parsePackageUrl(inner)
  if (!purl) {
    const version = affectedVersion(affected) ?? ''
    return {package: inner || 'a package that the report does not name', installedVersion: version, places: []}
  }
  const installedVersion = purl.version ?? affectedVersion(affected) ?? ''
  return {package: packageName(purl), installedVersion, purl: inner, places: []}
}

function affectedVersion(affected: CycloneDxAffected | undefined): string | undefined {
  return (
    affected?.versions?.find(({version, status}) => version && (status ?? 'affected') === 'affected')?.version ??
    undefined
  )
}

/**
 * Where versions stand depends on the tool: as versions that are not affected, or in the sentence that Trivy writes as
 * `recommendation`: "Upgrade busybox to version 1.36.1-r1; Upgrade ssl_client to version 1.36.1-r1".
 */
function fixOf(each: CycloneDxVulnerability, affected: CycloneDxAffected | undefined, name: string): Fix {
  const unaffected = (affected?.versions ?? []).flatMap(({version, status}) =>
    status === 'unaffected' && version ? [version] : [],
  )
  const versions = unaffected.length > 0 ? unaffected : recommended(each.recommendation ?? '', name)
  if (versions.length > 0) return {state: 'fixed', versions, date: null}
  const responses = each.analysis?.response ?? []
  if (responses.includes('will_not_fix')) return {state: 'will-not-fix', versions: [], date: null}
  return {state: responses.includes('can_not_fix') ? 'not-fixed' : 'unknown', versions: [], date: null}
}

function recommended(text: string, name: string): readonly string[] {
  const start = `Upgrade ${name} to version `
  const sentence = text
    .slice(0, 10_000)
    .split(';')
    .find(each => each.trim().startsWith(start))
  return (sentence?.trim().slice(start.length) ?? '')
    .split(',')
    .map(version => version.trim())
    .filter(version => version !== '' && !/\s/.test(version))
}

/** Only what is said not to count is taken away; what is exploitable or still looked into stays, and says so. */
function analysisOf(
  {analysis}: CycloneDxVulnerability,
  tool: string,
): {readonly suppressed?: Suppression; readonly vex?: VexWord} {
  const by = `CycloneDX of ${tool}`
  if (!analysis?.state) return {}
  const says = analysis.detail ?? ''
  switch (analysis.state) {
    case 'exploitable':
      return {vex: {status: 'affected', by, says}}
    case 'in_triage':
      return {vex: {status: 'under_investigation', by, says}}
    case 'resolved':
    case 'resolved_with_pedigree':
    case 'false_positive':
    case 'not_affected': {
      const words = [analysis.state, analysis.justification].flatMap(word => word?.replaceAll('_', ' ') || [])
      return {suppressed: {by, reason: [...words, says].filter(Boolean).join(': ')}}
    }
    default:
      return assertNever(analysis.state)
  }
}

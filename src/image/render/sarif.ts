/**
 * One platform of an image for code scanning: every flaw, gated or not, with an identity that outlives rebuilds, shown at
 * the line of the repository that brings it in. One file and one category for each platform, because GitHub closes what an
 * analysis of the same category no longer has.
 */
import {mostResults, renderSarifRun, type SarifResult} from '../../report/sarif.ts'
import {fingerprintsOf} from '../../report/sarif-fingerprint.ts'
import {withoutSurprises} from '../../report/sarif-text.ts'
import {imageNameOf} from '../image-name.ts'
import type {ImageJudgement, Judged, PlatformJudgement} from '../judgement.ts'
import type {Flaw} from '../scan.ts'
import {dismissals, outcomeText, placeText, whatIs, whatToDo} from './flaw-text.ts'
import {identityOf} from './sarif-identity.ts'
import {type LevelledFlaw, ruleOf} from './sarif-rule.ts'
import {type Entry, selectEntries} from './sarif-selection.ts'

export interface ImageSarifOptions {
  /** Version of Slipway. */
  readonly version: string
  /** File and line of the repository that bring a flaw in: the last FROM, a lock file. */
  readonly placeOf: (flaw: Flaw) => {readonly file: string; readonly line?: number} | null
  /** Where flaws are shown for which there is no such line: the config. */
  readonly otherwise: string
  /** What is waived or suppressed: `left-out` for GitHub, which would open alerts for it all the same. */
  readonly suppressed: 'shown' | 'left-out'
}

export interface ImageSarif {
  /** `image/credit/linux-amd64/`: what stands in `automationDetails.id`. */
  readonly category: string
  readonly sarif: string
  /** Flaws that GitHub’s limits left no room for: the least severe. */
  readonly cut: number
}

/** The SARIF of one platform, or of the repository’s files, which have none. */
export function renderImageSarif(
  platform: PlatformJudgement,
  judgement: ImageJudgement,
  options: ImageSarifOptions,
): ImageSarif {
  const scope = [judgement.service, scopeOf(platform, judgement)]
  const {suppressed} = options
  const {entries, total} = selectEntries(platform.judged, {suppressed, most: mostResults})
  const fingerprints = fingerprintsOf(entries.map(({judged}) => identityOf(judged.flaw, scope)))
  const category = `image/${scope.join('/')}`
  const subject = subjectOf(platform, judgement)
  const {sarif, cut} = renderSarifRun({
    version: options.version,
    category,
    rules: new Map([...rulesOf(entries, judgement.service)]),
    results: entries.map((entry, index) => resultOf(entry, subject, fingerprints[index] ?? '', options)),
    total,
    doubts: platform.scan.doubts,
    properties: propertiesOf(platform, judgement),
  })
  return {category: `${category}/`, sarif, cut}
}

/**
 * An index may have two images for one platform. They are told apart by their place among them, not by a digest: a category
 * that changes with each build would leave the alerts of the last one open for ever.
 */
function scopeOf(platform: PlatformJudgement, {platforms, repository}: ImageJudgement): string {
  if (platform === repository) return 'repository'
  const name = platform.platform?.replaceAll('/', '-') ?? 'any-platform'
  const place = platforms.filter(each => each.platform === platform.platform).indexOf(platform)
  return place > 0 ? `${name}-${place + 1}` : name
}

function subjectOf(platform: PlatformJudgement, {service, label, repository}: ImageJudgement): string {
  if (platform === repository) return service
  const name = imageNameOf(label)
  return platform.platform === null ? name : `${name} (${platform.platform})`
}

function* rulesOf(entries: readonly Entry[], service: string) {
  const byRule = Map.groupBy(entries, ({rule}) => rule)
  for (const [id, [first, ...others]] of byRule) {
    if (first) yield [id, ruleOf(id, [flawOf(first), ...others.map(flawOf)], service)] as const
  }
}

function flawOf({judged: {flaw}, level}: Entry): LevelledFlaw {
  return {flaw, level}
}

function resultOf(
  {judged, level, rule}: Entry,
  subject: string,
  fingerprint: string,
  {placeOf, otherwise, suppressed}: ImageSarifOptions,
): SarifResult {
  const {flaw, outcome, waiver} = judged
  const own = flaw.places.find(place => place.kind === 'repository')
  const at = own ?? placeOf(flaw) ?? {file: otherwise}
  const inImage = placesInImage(flaw)
  const sentence = `${subject}: ${whatIs(flaw)}. ${whatToDo(flaw)}`
  return {
    rule,
    level,
    message: outcome.kind === 'no-rule' ? sentence : `${sentence} The gate says: ${outcomeText(outcome)}.`,
    place: {
      file: at.file,
      ...(at.line === undefined ? {} : {line: at.line}),
      logical: inImage,
      text: inImage.length === 0 ? '' : `In the image: ${inImage.map(({name}) => name).join(', ')}`,
    },
    fingerprint,
    // Where one result says whether it is suppressed, all have to (SARIF 2.1.0, 3.27.23).
    ...(suppressed === 'shown' ? {suppressed: dismissals(flaw, waiver)} : {}),
    properties: factsOf(judged),
  }
}

const mostPlaces = 10

/** Each once: SARIF allows no repetition among them. */
function placesInImage({places}: Flaw): readonly {readonly name: string; readonly fullName: string}[] {
  const byName = new Map<string, {readonly name: string; readonly fullName: string}>()
  for (const place of places) {
    if (place.kind !== 'image') continue
    const fullName = [place.layer, place.path].filter(Boolean).join('!')
    if (fullName !== '') byName.set(fullName, {name: placeText(place), fullName})
    if (byName.size === mostPlaces) break
  }
  return [...byName.values()]
}

/** For readers of the file; GitHub shows none of it. */
function factsOf({flaw, isNew, outcome}: Judged): Readonly<Record<string, unknown>> {
  const common = {
    kind: flaw.kind,
    severity: flaw.severity,
    foundBy: flaw.foundBy,
    gate: outcomeText(outcome),
    ...(isNew === null ? {} : {new: isNew}),
  }
  if (flaw.kind !== 'vulnerability') return common
  const {aliases, package: name, installedVersion, purl, fix, knownExploited, epss} = flaw
  return {
    ...common,
    aliases: aliases.slice(0, 20).map(short),
    package: short(name),
    installedVersion: short(installedVersion),
    ...(purl === undefined ? {} : {purl: short(purl)}),
    fixedVersions: fix.versions.slice(0, 20).map(short),
    fixState: fix.state,
    ...(knownExploited === null ? {} : {knownExploited: true}),
    ...(epss === null ? {} : {epss: epss.score}),
  }
}

function short(text: string): string {
  return withoutSurprises(text, 300)
}

function propertiesOf({platform, digest, scan}: PlatformJudgement, {service, label}: ImageJudgement) {
  return {
    service,
    image: label,
    ...(platform === null ? {} : {platform}),
    ...(digest === null ? {} : {digest}),
    scanners: scan.scanners.map(({name, version, databaseBuilt}) => ({
      name,
      ...(version === null ? {} : {version}),
      ...(databaseBuilt === null ? {} : {databaseBuilt}),
    })),
  }
}

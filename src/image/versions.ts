/**
 * Versions in the order of their ecosystem, as good as it is without a parser for each: distributions (deb-version(7),
 * rpm, apk), Semantic Versioning 2.0.0 §11, PEP 440, and what is close to it (Maven, RubyGems). It decides which upgrade is
 * advised, and no verdict.
 */
import {isDistributionType} from '../core/package-url.ts'

/**
 * Negative when `a` is older than `b`.
 * @param type type of the package's purl: `deb`, `npm`, `pypi`; null where nobody says it
 */
export function compareVersions(a: string, b: string, type: string | null = null): number {
  if (type === null || isDistributionType(type)) return compareDistribution(a, b, type === null || type === 'apk')
  if (ofSemver.has(type)) return compareSemver(withoutPrefix(a), withoutPrefix(b))
  return compareParts(withoutPrefix(a), withoutPrefix(b), true)
}

const ofSemver: ReadonlySet<string> = new Set(['npm', 'cargo', 'golang', 'nuget', 'hex', 'pub', 'swift'])

/** `v1.2.3`, and local or build parts after "+", which order nothing. */
function withoutPrefix(version: string): string {
  const [plain = ''] = version.split('+', 1)
  return /^v\d/i.test(plain) ? plain.slice(1) : plain
}

/** Epoch, then what upstream calls it, then the distributor's own count. */
function compareDistribution(a: string, b: string, hasPrereleaseWords: boolean): number {
  const [left, right] = [divide(a), divide(b)]
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream, hasPrereleaseWords) ||
    compareParts(left.revision, right.revision, false)
  )
}

function divide(version: string): {readonly epoch: string; readonly upstream: string; readonly revision: string} {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  }
}

/** What has a pre-release part is older than what has none. */
function compareSemver(a: string, b: string): number {
  const [left, right] = [cutAtDash(a), cutAtDash(b)]
  const core = compareParts(left.core, right.core, true)
  if (core !== 0) return core
  if (left.pre === '' || right.pre === '') return Number(left.pre === '') - Number(right.pre === '')
  return comparePrereleases(left.pre.split('.'), right.pre.split('.'))
}

function cutAtDash(version: string): {readonly core: string; readonly pre: string} {
  const dash = version.indexOf('-')
  return dash < 0 ? {core: version, pre: ''} : {core: version.slice(0, dash), pre: version.slice(dash + 1)}
}

/** Numbers before words, fewer parts before more. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]]
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1
    const [isLeft, isRight] = [/^\d+$/.test(left), /^\d+$/.test(right)]
    if (isLeft !== isRight) return isLeft ? -1 : 1
    const order = isLeft ? compareNumbers(left, right) : compareText(left, right)
    if (order !== 0) return order
  }
  return 0
}

/** Runs of digits and runs of letters, one after the other. */
function compareParts(a: string, b: string, hasPrereleaseWords: boolean): number {
  const [left, right] = [a.match(part) ?? [], b.match(part) ?? []]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index], right[index]]
    const byRank = rankOf(one, hasPrereleaseWords) - rankOf(other, hasPrereleaseWords)
    if (byRank !== 0) return byRank
    const order = /^\d/.test(one ?? '') ? compareNumbers(one ?? '', other ?? '') : compareText(one ?? '', other ?? '')
    if (order !== 0) return order
  }
  return 0
}

const part = /\d+|[a-z]+|[~^]/gi

/** Words of pre-releases, oldest first (PEP 440, apk, Maven). They are older than the end of the version. */
const prereleases: readonly string[] = [
  'dev',
  'snapshot',
  'alpha',
  'a',
  'beta',
  'b',
  'milestone',
  'm',
  'pre',
  'preview',
  'c',
  'cr',
  'rc',
]

/** What comes first where two versions go on differently: "~", a pre-release, the end, "^", words, numbers. */
function rankOf(token: string | undefined, hasPrereleaseWords: boolean): number {
  if (token === undefined) return 0
  if (token === '~') return -100
  if (token === '^') return 1
  if (/^\d/.test(token)) return 3
  const place = hasPrereleaseWords ? prereleases.indexOf(token.toLowerCase()) : -1
  return place < 0 ? 2 : place - prereleases.length
}

/** Numbers of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return left.length - right.length || compareText(left, right)
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

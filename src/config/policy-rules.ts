/** For each rule of a policy: which way is looser, and how its values read. One line for each rule that has a direction. */
import {formatDuration, formatShare} from '../core/quantity.ts'
import {canonicalJson} from './canonical-json.ts'
import {compareImageRules, describeImageRules} from './image-decisions.ts'
import {compareOpenHours, describeOpenHours} from './open-hours.ts'
import {compareStages, describeStages} from './stage-exposure.ts'

export type Direction = 'loosened' | 'tightened' | 'changed'

export interface Difference {
  readonly direction: Direction
  readonly from: string
  readonly to: string
  /** Where one rule has several differences: which part of it. */
  readonly aspect?: string
}

/** `pattern` is the path of a rule with `*` for names; null stands for a side that does not have it. The two differ. */
export function directionOf(pattern: string, base: unknown, head: unknown): readonly Difference[] {
  if (pattern === 'image.gate' && Array.isArray(base) && Array.isArray(head)) return compareImageRules(base, head)
  const compare = rules.get(pattern)?.compare ?? (() => 'changed' as const)
  return [{direction: compare(base, head), from: describe(pattern, base), to: describe(pattern, head)}]
}

type Compare = (base: unknown, head: unknown) => Direction
type Show = (value: unknown) => string

/** The rule asks for more, the more there is of it; without it, it asks for nothing. */
const moreIsTighter: Compare = (base, head) => {
  if (base === null) return 'tightened'
  if (head === null) return 'loosened'
  if (typeof base !== 'number' || typeof head !== 'number') return 'changed'
  return head > base ? 'tightened' : 'loosened'
}
/** The rule allows more, the more there is of it; without it, everything. */
const moreIsLooser: Compare = (base, head) => {
  if (base === null) return 'tightened'
  if (head === null) return 'loosened'
  if (typeof base !== 'number' || typeof head !== 'number') return 'changed'
  return head > base ? 'loosened' : 'tightened'
}
/** A part that judges or asks somebody: having it is tighter. */
const presenceIsTighter: Compare = (base, head) => {
  if (base === null) return 'tightened'
  return head === null ? 'loosened' : 'changed'
}
/** A part that excuses: having it is looser. */
const presenceIsLooser: Compare = (base, head) => {
  if (base === null) return 'loosened'
  return head === null ? 'tightened' : 'changed'
}
/** Words from the tightest to the loosest. */
const tightestFirst =
  (...words: readonly string[]): Compare =>
  (base, head) => {
    const [from, to] = [words.indexOf(String(base)), words.indexOf(String(head))]
    if (from < 0 || to < 0) return 'changed'
    return to > from ? 'loosened' : 'tightened'
  }
/** `fail` over `warn` over not being asked. */
const strictest: Compare = (base, head) => {
  if (base === null) return 'tightened'
  return head === null || head === 'warn' ? 'loosened' : 'tightened'
}
/** A margin is a number or a share of the baseline; the two are no more comparable than apples and percent. */
const widerMargin: Compare = (base, head) => {
  if (isShareOfBaseline(base) && isShareOfBaseline(head)) return moreIsLooser(base.ofBaseline, head.ofBaseline)
  return moreIsLooser(base, head)
}
const widerGain: Compare = (base, head) => {
  const direction = widerMargin(base, head)
  if (base === null || head === null || direction === 'changed') return direction
  return direction === 'loosened' ? 'tightened' : 'loosened'
}
const baseline: Compare = (base, head) => {
  if (head === 'none') return 'loosened'
  return base === 'none' ? 'tightened' : 'changed'
}
/** A list of what is asked for: all of it and more is tighter, a part of it is looser. */
const longerIsTighter: Compare = (base, head) => {
  if (base === null) return 'tightened'
  if (head === null) return 'loosened'
  if (!Array.isArray(base) || !Array.isArray(head)) return 'changed'
  if (base.every(each => head.includes(each))) return 'tightened'
  return head.every(each => base.includes(each)) ? 'loosened' : 'changed'
}
const longerIsLooser: Compare = (base, head) => {
  const direction = longerIsTighter(base, head)
  if (direction === 'changed') return direction
  return direction === 'tightened' ? 'loosened' : 'tightened'
}
/** Two scanners see at least what one of them sees; any other exchange is no more and no less. */
const moreScanners: Compare = (base, head) => {
  if (head === 'both') return 'tightened'
  return base === 'both' ? 'loosened' : 'changed'
}
/** Days as people write them, whose order is that of their text. */
const laterIsLooser: Compare = (base, head) => (String(head) > String(base) ? 'loosened' : 'tightened')
const approvalTime: Compare = (base, head) => {
  if (base === 'always') return 'loosened'
  return head === 'always' ? 'tightened' : 'changed'
}

const share: Show = value => (typeof value === 'number' ? formatShare(value) : plainText(value))
const margin: Show = value =>
  isShareOfBaseline(value) ? `${formatShare(value.ofBaseline)} of the baseline` : plainText(value)
const duration: Show = value => (typeof value === 'number' ? formatDuration(value) : plainText(value))

const rollout = 'environments.*.rollout'
const guard = `${rollout}.guards.*`

const table: readonly (readonly [pattern: string, compare: Compare, show?: Show])[] = [
  ['model.formats', tightestFirst('weights-only', 'allowlist', 'report')],
  ['model.safety.allow.*', presenceIsLooser],
  ['model.safety.allow.*.unsafe', (_, head) => (head === true ? 'loosened' : 'tightened')],
  ['model.safety.allow.*.expires', laterIsLooser],
  ['model.safety.weights', presenceIsTighter],
  ['model.safety.weights.nan-at-most', moreIsLooser, share],
  ['model.safety.weights.infinite-at-most', moreIsLooser, share],
  ['model.safety.weights.zero-tensors', strictest],
  ['model.safety.weights.changed', tightestFirst('fail', 'warn', 'report')],
  ['model.safety.weights.previous', presenceIsTighter],
  ['model.safety.manifest', presenceIsTighter],
  ['model.safety.signature', presenceIsTighter],
  ['model.safety.signature.identity', presenceIsTighter],
  ['model.safety.signature.issuer', presenceIsTighter],
  ['model.safety.attestation', presenceIsTighter],
  ['model.safety.attestation.workflow', presenceIsTighter],
  ['model.safety.attestation.ref', presenceIsTighter],
  ['model.card', presenceIsTighter],
  ['validation.gates.*', presenceIsTighter],
  ['validation.gates.*.at-least', moreIsTighter],
  ['validation.gates.*.at-most', moreIsLooser],
  ['validation.gates.*.may-lose', widerMargin, margin],
  ['validation.gates.*.must-gain', widerGain, margin],
  ['validation.gates.*.may-lag', moreIsLooser],
  ['validation.gates.*.min-group', moreIsLooser],
  ['validation.gates.*.min-positives', moreIsLooser],
  ['validation.gates.*.min-negatives', moreIsLooser],
  ['validation.gates.*.min-rows', moreIsLooser],
  ['validation.gates.*.in-each', presenceIsTighter],
  ['validation.gates.*.depth', moreIsTighter],
  ['validation.gates.*.when-failed', tightestFirst('block', 'warn')],
  ['validation.gates.*.when-inconclusive', tightestFirst('block', 'warn')],
  ['validation.gates.*.judge-by', tightestFirst('bound', 'value')],
  ['validation.gates.*.compatible-with', presenceIsTighter],
  ['validation.gates.*.same-columns', (_, head) => (head === true ? 'tightened' : 'loosened')],
  ['validation.gates.*.rows-within', moreIsLooser],
  ['validation.gates.*.missing-may-grow', moreIsLooser],
  ['validation.gates.*.timeout', () => 'changed', duration],
  ['validation.slices.*', presenceIsTighter],
  ['validation.when-inconclusive', tightestFirst('block', 'warn')],
  ['validation.confidence', moreIsTighter, share],
  ['validation.predictions', presenceIsTighter],
  ['validation.predictions.min-rows', moreIsTighter],
  ['validation.metrics', presenceIsTighter],
  ['validation.predictions.baseline', baseline],
  ['image', presenceIsTighter, value => describeImage(value)],
  ['image.gate', () => 'changed', value => (Array.isArray(value) ? describeImageRules(value) : plainText(value))],
  ['image.scanner', moreScanners],
  ['image.looks-for', longerIsTighter],
  ['image.reports', longerIsTighter],
  ['image.database-max-age', moreIsLooser, duration],
  ['image.timeout', () => 'changed', duration],
  ['image.platforms', longerIsTighter],
  ['image.known-exploited', presenceIsTighter],
  ['image.epss', presenceIsTighter],
  ['image.manifests', presenceIsTighter],
  ['image.manifests.files', longerIsTighter],
  ['image.manifests.replicas-at-least', moreIsTighter],
  ['image.manifests.available-at-least', moreIsTighter],
  ['image.manifests.ignore', longerIsLooser],
  ['image.waivers', presenceIsLooser],
  ['image.waiver-horizon', moreIsLooser, duration],
  ['image.vex.*', presenceIsLooser],
  ['image.vex.*.expires', laterIsLooser],
  [`${rollout}.stages`, compareStages, describeStages],
  [`${rollout}.bake`, moreIsTighter, value => (value === 0 ? 'none' : duration(value))],
  [`${rollout}.deadline`, moreIsLooser, duration],
  [`${rollout}.when-late`, tightestFirst('abort', 'hold')],
  [`${rollout}.dead-after`, moreIsLooser, duration],
  [`${rollout}.only-during`, compareOpenHours, describeOpenHours],
  ['environments.*.freeze.*', presenceIsTighter],
  // A smaller chance of a false abort needs more evidence, so more users meet a bad release before it is aborted.
  [`${rollout}.false-abort-rate`, moreIsTighter, share],
  [`${rollout}.when-evidence-is-short`, tightestFirst('hold', 'extend', 'continue')],
  [`${rollout}.tick`, moreIsLooser, duration],
  [`${rollout}.stale-after`, moreIsLooser, duration],
  [guard, presenceIsTighter],
  [`${guard}.at-most`, moreIsLooser, share],
  [`${guard}.at-most-times-stable`, moreIsLooser],
  [`${guard}.clusters-of`, moreIsLooser],
  [`${guard}.while`, tightestFirst('always', 'mirroring')],
  [`${guard}.mean.at-least`, moreIsTighter],
  [`${guard}.mean.at-most`, moreIsLooser],
  [`${guard}.may-lose`, moreIsLooser, share],
  [`${guard}.may-grow`, moreIsLooser, share],
  [`${guard}.count.at-most`, moreIsLooser],
  [`${guard}.may-shift`, moreIsLooser, share],
  [`${guard}.p50`, moreIsLooser, duration],
  [`${guard}.p90`, moreIsLooser, duration],
  [`${guard}.p95`, moreIsLooser, duration],
  [`${guard}.p99`, moreIsLooser, duration],
  ['environments.*.target.timeout', () => 'changed', duration],
  ['environments.*.approvals.*', presenceIsTighter],
  ['environments.*.approvals.*.when', approvalTime],
]

/** Who scans and what stands against a deployment: the rest of the block is told where it changes. */
function describeImage(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('scanner' in value) || !('gate' in value))
    return plainText(value)
  const rules = Array.isArray(value.gate) ? describeImageRules(value.gate) : plainText(value.gate)
  return cut(`scanner ${plainText(value.scanner)}, gate ${rules}`)
}

function isShareOfBaseline(value: unknown): value is {readonly ofBaseline: number} {
  return typeof value === 'object' && value !== null && 'ofBaseline' in value && typeof value.ofBaseline === 'number'
}

const rules = new Map(table.map(([pattern, compare, show]) => [pattern, {compare, show}]))

/** A value in one line of plain text, each part in the unit of its own rule: `at-most 0.1, by sex, min-group 30`. */
function describe(pattern: string, value: unknown): string {
  const show = rules.get(pattern)?.show
  if (value === null) return 'none'
  if (show) return show(value)
  if (typeof value !== 'object' || Array.isArray(value)) return plainText(value)
  const parts = Object.entries(value).map(([key, each]) => {
    const part = describe(`${pattern}.${key}`, each)
    return typeof each === 'object' && each !== null && !Array.isArray(each) ? `${key} (${part})` : `${key} ${part}`
  })
  return cut(parts.join(', '))
}

function plainText(value: unknown): string {
  return cut(typeof value === 'string' ? value : canonicalJson(value))
}

const longest = 120

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/**
 * What a mirrored request shows: the answer of the stable release beside that of the candidate. Only what the stable
 * release answered well can be compared with; everything else is skipped and counted as such, because a request that says
 * nothing must look neither good nor bad.
 */
import type {IncomingHttpHeaders} from 'node:http'
import {promisify} from 'node:util'
import {brotliDecompress, gunzip, inflate} from 'node:zlib'
import type {KeptBody} from './kept-body.ts'
import {type Agreement, isSameValue} from './same-value.ts'

/** How one release answered. */
export type Answer =
  | {readonly kind: 'answered'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: KeptBody}
  /** It could not be reached, or ended without an answer; of the stable release also: the user gave up. */
  | {readonly kind: 'none'}
  /** Not in the time that a mirrored request has. */
  | {readonly kind: 'late'}

export const mirrorResults = ['same', 'different', 'failed'] as const
export type MirrorResult = (typeof mirrorResults)[number]

export const skipReasons = [
  /** Its method is not mirrored. */
  'method',
  /** As many mirrored requests as are allowed are on their way. */
  'busy',
  'request-too-large',
  /** The user's request did not come to its end, or its body was never read. */
  'request-broken-off',
  /** The stable release did not answer, or its answer did not come to its end. */
  'stable-unanswered',
  /** The stable release answered with 5xx. */
  'stable-failed',
  /** The stable release was not done in the time of a mirrored request. */
  'stable-late',
  /** Both answers are larger than what is kept. */
  'answers-too-large',
] as const
export type SkipReason = (typeof skipReasons)[number]

export type Comparison =
  | {readonly kind: 'compared'; readonly result: MirrorResult}
  | {readonly kind: 'skipped'; readonly reason: SkipReason}

/** @param maxBytes a compressed answer that unfolds to more is too large, as one that came so */
export async function compareAnswers(
  stable: Answer,
  candidate: Answer,
  agreement: Agreement,
  maxBytes: number,
): Promise<Comparison> {
  if (stable.kind === 'late') return skipped('stable-late')
  if (stable.kind === 'none' || stable.body.kind === 'broken-off') return skipped('stable-unanswered')
  if (stable.status >= 500) return skipped('stable-failed')
  if (candidate.kind !== 'answered' || candidate.body.kind === 'broken-off') return compared('failed')
  if (candidate.status >= 500) return compared('failed')
  if (candidate.status !== stable.status) return compared('different')
  if (areSameBytes(stable, candidate)) return compared('same')
  const [theirs, ours] = await Promise.all([
    unfold(stable.body, stable.headers, maxBytes),
    unfold(candidate.body, candidate.headers, maxBytes),
  ])
  if (theirs === null || ours === null) return theirs === ours ? skipped('answers-too-large') : compared('different')
  return compared(isSameContent(theirs, ours, agreement) ? 'same' : 'different')
}

/** The usual case, and the cheap one. The encoding counts: the same bytes may be two texts. */
function areSameBytes(stable: Answered, candidate: Answered): boolean {
  return (
    stable.body.kind === 'whole' &&
    candidate.body.kind === 'whole' &&
    stable.headers['content-encoding'] === candidate.headers['content-encoding'] &&
    stable.body.bytes.equals(candidate.body.bytes)
  )
}

type Answered = Extract<Answer, {kind: 'answered'}>

interface Content {
  readonly bytes: Buffer
  readonly isJson: boolean
}

const unfolders = {gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress)} as const

/** The body as it was meant; null when it is too large. What cannot be unfolded is compared as it came. */
async function unfold(body: KeptBody, headers: IncomingHttpHeaders, maxBytes: number): Promise<Content | null> {
  if (body.kind !== 'whole') return null
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') return {bytes: body.bytes, isJson}
  try {
    return {bytes: await unfolders[encoding](body.bytes, {maxOutputLength: maxBytes}), isJson}
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLarge ? null : {bytes: body.bytes, isJson: false}
  }
}

function isSameContent(theirs: Content, ours: Content, agreement: Agreement): boolean {
  if (theirs.isJson && ours.isJson) {
    const [left, right] = [parse(theirs.bytes), parse(ours.bytes)]
    if (left !== null && right !== null) return isSameValue(left.value, right.value, agreement)
  }
  return theirs.bytes.equals(ours.bytes)
}

function parse(bytes: Buffer): {readonly value: unknown} | null {
  try {
    return {value: JSON.parse(bytes.toString('utf8'))}
  } catch {
    return null
  }
}

function compared(result: MirrorResult): Comparison {
  return {kind: 'compared', result}
}

function skipped(reason: SkipReason): Comparison {
  return {kind: 'skipped', reason}
}

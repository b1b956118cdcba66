import type {Finding} from '../../../core/finding.ts'
import {formatCount, formatShare} from '../../../core/quantity.ts'
import type {TensorShape} from '../../../core/tensor-shape.ts'
import type {Verdict} from '../../../core/verdict.ts'
import {quote} from '../observation.ts'
import type {TensorChanges} from './compare.ts'
import type {TensorValues} from './gather.ts'
import {canBeNan} from './number-types.ts'

/** What the weights of a release must hold. A key that is absent is not asked. */
export interface WeightPolicy {
  /** Share of the values of any one tensor that may be NaN, 0 to 1. */
  readonly 'nan-at-most'?: number | undefined
  /** Share of the values of any one tensor that may be infinite, 0 to 1: masks of attention hold -Infinity. */
  readonly 'infinite-at-most'?: number | undefined
  /** What a tensor of two or more dimensions means in which every value is zero. Biases are often zero, and not asked. */
  readonly 'zero-tensors'?: 'fail' | 'warn' | undefined
  /** What it means that tensors came, went, or have another type or shape than in the previous release. */
  readonly changed?: 'fail' | 'warn' | 'report'
}

/** A tensor with what was read of its values. */
export interface WeighedTensor extends TensorShape {
  /** File and members that lead to it, for a person. */
  readonly where: string
  readonly values: TensorValues
}

/** The previous release's tensors, held against these; null where there is no previous release. */
export type Changes = TensorChanges | null

const shownNames = 5

/** One finding for each question that the policy asks. */
export function judgeWeights(
  tensors: readonly WeighedTensor[],
  changes: Changes,
  policy: WeightPolicy,
): readonly Finding[] {
  const findings: Finding[] = []
  const nan = policy['nan-at-most']
  const infinite = policy['infinite-at-most']
  if (nan !== undefined) findings.push(judgeShare(tensors, nan, nanQuestion))
  if (infinite !== undefined) findings.push(judgeShare(tensors, infinite, infiniteQuestion))
  const zeros = policy['zero-tensors']
  if (zeros !== undefined) findings.push(judgeZeros(tensors, zeros))
  if (policy.changed !== undefined) findings.push(judgeChanges(changes, policy.changed))
  return findings
}

interface ShareQuestion {
  readonly id: 'model/weights-nan-at-most' | 'model/weights-infinite-at-most'
  readonly pass: 'model/weights-no-nan' | 'model/weights-finite'
  readonly fail: 'model/weights-nan' | 'model/weights-infinite'
  readonly subject: string
  readonly word: string
  readonly of: 'nan' | 'infinite'
  readonly why: string
  readonly remedy: string
}

const nanQuestion: ShareQuestion = {
  id: 'model/weights-nan-at-most',
  pass: 'model/weights-no-nan',
  fail: 'model/weights-nan',
  subject: 'NaN in weights',
  word: 'NaN',
  of: 'nan',
  why: 'A single NaN in a weight makes every prediction that it touches NaN.',
  remedy: 'Look for the step at which training diverged, and promote a checkpoint from before.',
}

const infiniteQuestion: ShareQuestion = {
  id: 'model/weights-infinite-at-most',
  pass: 'model/weights-finite',
  fail: 'model/weights-infinite',
  subject: 'infinity in weights',
  word: 'infinite',
  of: 'infinite',
  why: 'An infinite weight becomes NaN in the first sum or product with its like.',
  remedy: 'Look for an overflow in the conversion to a smaller type, or allow the share that masks have.',
}

function judgeShare(all: readonly WeighedTensor[], limit: number, question: ShareQuestion): Finding {
  const {id, subject, word, of} = question
  const base = {id, subject, limit: `at most ${formatShare(limit)} of a tensor`} as const
  const tensors = all.filter(({dtype}) => canBeNan(dtype))
  if (all.length > 0 && tensors.length === 0) {
    const what = `None of ${formatCount(all.length)} tensors is of a type that can be ${word}.`
    return {...base, verdict: 'pass', reason: question.pass, what, value: 0, n: 0}
  }
  const unread = notRead(tensors, base)
  const shares = tensors.flatMap(tensor => {
    const {values} = tensor
    return values.kind === 'read' && values.tally.values > 0
      ? [{tensor, share: values.tally[of] / values.tally.values, count: values.tally[of]}]
      : []
  })
  const n = shares.reduce((sum, {tensor: {values}}) => sum + (values.kind === 'read' ? values.tally.values : 0), 0)
  const bad = shares.filter(({share}) => share > limit).sort((a, b) => b.share - a.share)
  const [worst] = bad
  if (worst) {
    const {tensor, share, count} = worst
    const others = bad.length === 1 ? '' : ` So are too many of ${further(bad)}.`
    return {
      ...base,
      verdict: 'fail',
      reason: question.fail,
      what: `${formatCount(count)} values (${formatShare(share)}) of ${quote(tensor.name)} in ${tensor.where} are ${word}.${others}`,
      why: question.why,
      remedy: question.remedy,
      value: share,
      n,
      details: {tensors: bad.slice(0, shownNames).map(each => `${each.tensor.name}: ${formatShare(each.share)}`)},
    }
  }
  if (unread) return unread
  const most = shares.reduce((share, each) => Math.max(share, each.share), 0)
  const seen = most === 0 ? `none is ${word}` : `at most ${formatShare(most)} of a tensor is ${word}`
  return {
    ...base,
    verdict: 'pass',
    reason: question.pass,
    what: `Of ${formatCount(n)} values in ${formatCount(shares.length)} tensors, ${seen}.`,
    value: most,
    n,
  }
}

function judgeZeros(tensors: readonly WeighedTensor[], verdict: 'fail' | 'warn'): Finding {
  const base = {id: 'model/weights-not-zero', subject: 'tensors of zeros', limit: 'none'} as const
  const matrices = tensors.filter(({shape}) => shape.length >= 2)
  const zeros = matrices.filter(({values}) => values.kind === 'read' && values.tally.isZero)
  const [first] = zeros
  if (first) {
    const others = zeros.length === 1 ? '' : `, and so is ${further(zeros)}`
    return {
      ...base,
      verdict,
      reason: 'model/weights-zero',
      what: `Every value of ${quote(first.name)} in ${first.where} is zero${others}.`,
      why: 'A layer of zeros passes nothing on: it was never trained, or got lost on the way.',
      remedy: 'Look at how the file was written: a layer that was not loaded is often saved as zeros.',
      value: zeros.length,
      n: matrices.length,
      details: {tensors: zeros.slice(0, shownNames).map(({name}) => name)},
    }
  }
  return (
    notRead(matrices, base) ?? {
      ...base,
      verdict: 'pass',
      reason: 'model/weights-present',
      what: `None of ${formatCount(matrices.length)} tensors with two or more dimensions is all zero.`,
      value: 0,
      n: matrices.length,
    }
  )
}

/** What cannot be looked at does not pass; nor does a model without a tensor. */
function notRead(tensors: readonly WeighedTensor[], base: Pick<Finding, 'id' | 'subject' | 'limit'>): Finding | null {
  const why = 'What has not been looked at is not shown to be sound.'
  const remedy = 'Promote the weights as safetensors, whose values are read.'
  if (tensors.length === 0) {
    const what = 'No tensor was found whose values could be read.'
    return {...base, verdict: 'inconclusive', reason: 'model/weights-none', what, why, remedy}
  }
  const unread = tensors.filter(({values}) => values.kind === 'not read')
  const [first] = unread
  if (!first) return null
  const because =
    first.values.kind === 'not read' && first.values.why === 'type'
      ? `its type is ${first.dtype}`
      : 'its values do not lie in one piece'
  return {
    ...base,
    verdict: 'inconclusive',
    reason: 'model/weights-not-read',
    what: `Of ${formatCount(tensors.length)} tensors, ${formatCount(unread.length)} were not looked at: ${quote(first.name)} in ${first.where}, for ${because}.`,
    why,
    remedy,
    n: tensors.length,
  }
}

function judgeChanges(changes: Changes, policy: 'fail' | 'warn' | 'report'): Finding {
  const base = {id: 'model/weights-unchanged', subject: 'tensors since the previous release'} as const
  if (changes === null) {
    return {
      ...base,
      verdict: 'not-applicable',
      reason: 'model/weights-no-previous',
      what: 'There is no previous release to compare with.',
    }
  }
  const {added, removed, changed, same} = changes
  const n = added.length + removed.length + changed.length + same
  if (n === same && same > 0) {
    const what = `All ${formatCount(same)} tensors have the names, types and shapes of the previous release.`
    return {...base, verdict: 'pass', reason: 'model/weights-same', what, n}
  }
  if (n === 0) {
    const what = 'Neither release has a tensor that was found.'
    const why = 'Nothing was compared, so nothing was shown.'
    return {...base, verdict: 'inconclusive', reason: 'model/weights-none', what, why}
  }
  const verdict: Verdict = policy === 'report' ? 'pass' : policy
  return {
    ...base,
    verdict,
    reason: 'model/weights-changed',
    what: `${countOf(added, 'new')}, ${countOf(removed, 'gone')}, ${countOf(changed, 'of another type or shape')}; ${formatCount(same)} as before.`,
    ...(verdict === 'pass'
      ? {}
      : {
          why: 'A service that was tried with the old tensors may not load the new ones, or serve them with another speed.',
          remedy: 'Where the change is meant, say so in the release; else look at which layer was replaced.',
        }),
    n,
    details: {
      added: added.slice(0, shownNames).map(describe),
      removed: removed.slice(0, shownNames).map(describe),
      changed: changed.slice(0, shownNames).map(({previous, current}) => `${describe(previous)} -> ${typeOf(current)}`),
    },
  }
}

/** All but the first, which has been named. */
function further(all: readonly unknown[]): string {
  return `${formatCount(all.length - 1)} more tensor${all.length === 2 ? '' : 's'}`
}

function countOf(all: readonly unknown[], what: string): string {
  return `${formatCount(all.length)} tensor${all.length === 1 ? '' : 's'} ${what}`
}

function describe(tensor: TensorShape): string {
  return `${quote(tensor.name)} ${typeOf(tensor)}`
}

function typeOf({dtype, shape}: TensorShape): string {
  return `${dtype} [${shape.join(', ')}]`
}

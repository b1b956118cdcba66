import type {Grouping} from '../../evaluation/outcomes.ts'
import {type Undefined, unanswerable, undefinedBecause} from '../../inference/estimate.ts'
import {isProportion, meanOf} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import type {Statistic} from '../statistic.ts'

/**
 * The chance that at least one of k samples of a problem is correct, mean over problems. The unbiased estimator from n
 * samples of which c are correct: 1 - C(n - c, k) / C(n, k) (Chen et al., "Evaluating Large Language Models Trained on
 * Code", 2021, section 2.1).
 */
export const passAtK: Metric<'text'> = {
  name: 'pass-at-k',
  task: 'text',
  convention: ({k = 1}) =>
    `pass-at-k (k = ${k}): 1 - C(n - c, k) / C(n, k) for a problem with c correct among n samples, mean over problems`,
  statistic: ({correct, problems}, {k = 1}) => {
    if (correct === null)
      return unanswerable('model/no-correct-column', 'pass-at-k needs columns.correct, which is not given.')
    if (problems === null)
      return unanswerable(
        'model/no-problem-column',
        'pass-at-k needs columns.query, the problem that a row is one sample of.',
      )
    return passed(correct, problems, k)
  },
}

function passed(correct: Uint8Array, problems: Grouping, k: number): Statistic | Undefined {
  const samples = new Float64Array(problems.count)
  const good = new Float64Array(problems.count)
  problems.codes.forEach((problem, row) => {
    samples[problem] = (samples[problem] ?? 0) + 1
    good[problem] = (good[problem] ?? 0) + (correct[row] ?? 0)
  })
  const short = samples.reduce((count, size) => (size < k ? count + 1 : count), 0)
  if (short > 0) {
    const what = `${short} of ${problems.count} problems have fewer than ${k} samples, so pass-at-k has no unbiased value.`
    return undefinedBecause('model/too-few-samples', what)
  }
  const values = samples.map((size, problem) => 1 - allWrong(size, good[problem] ?? 0, k))
  return meanOf(values, {unitOf: problems.codes, isShare: isProportion(values, null)})
}

/** C(n - c, k) / C(n, k), as a product without factorials. */
function allWrong(samples: number, good: number, k: number): number {
  if (samples - good < k) return 0
  let chance = 1
  for (let at = samples - good + 1; at <= samples; at++) chance *= 1 - k / at
  return chance
}

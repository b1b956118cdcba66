import {unanswerable} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'

/** Share of rows that somebody (unit tests, a judge) found correct. */
export const correctShare: Metric<'text'> = {
  name: 'correct-share',
  task: 'text',
  convention: () => 'correct-share: share of rows whose column columns.correct says so',
  statistic: ({correct}) =>
    correct
      ? meanOf(Float64Array.from(correct), {isShare: true})
      : unanswerable('model/no-correct-column', 'correct-share needs columns.correct, which is not given.'),
}

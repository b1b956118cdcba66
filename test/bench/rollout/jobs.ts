/** The pieces of the bench that can run beside each other. Each is a pure function of its job: the same seed, the same figures. */
import {assertNever} from '../../../src/core/assert.ts'
import {type Bound, type BoundJob, distanceToBound} from './bound.ts'
import {type Detection, type DetectionJob, detection} from './detection.ts'
import {type FalseAborts, type FalseAbortsJob, falseAborts} from './false-aborts.ts'
import {type LateChange, type LateChangeJob, lateChange} from './late-change.ts'

export type Job = FalseAbortsJob | DetectionJob | BoundJob | LateChangeJob
export type JobResult = FalseAborts | Detection | Bound | LateChange

export function runJob(job: Job, seed: number): JobResult {
  switch (job.kind) {
    case 'false-aborts':
      return falseAborts(job, seed)
    case 'detection':
      return detection(job, seed)
    case 'bound':
      return distanceToBound(job, seed)
    case 'late-change':
      return lateChange(job, seed)
    default:
      return assertNever(job)
  }
}

import type {Digest} from '../../core/digest.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'
import type {DataProblem} from '../evaluation/problem.ts'

const id = 'model/predictions-usable'
const why = 'A metric of rows that are not what they seem is a number without a meaning.'

/** A problem of the rows, as a finding. */
export function dataFinding({severity, side, reason, what, remedy}: DataProblem): Finding {
  const subject = side === 'both' ? 'predictions' : `predictions of the ${side}`
  return {id, subject, verdict: severity, reason, what, why, remedy}
}

/** A predictions file that could not be read. */
export function unreadable(side: 'candidate' | 'baseline', path: string, failure: UserError): Finding {
  return {
    id,
    subject: `predictions of the ${side}`,
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? `model/${side}-missing` : failure.code,
    what: failure.message.includes(path) ? failure.message : `${path}: ${failure.message}`,
    why: 'Without these rows nothing can be said about the model.',
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}

/** The model's files could not be read. */
export function unreadableFiles(failure: UserError): Finding {
  return {
    id: 'model/files-safe',
    subject: 'model files',
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? 'model/files-missing' : failure.code,
    what: failure.message,
    why: 'Nothing was checked, so nothing was shown to be safe.',
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}

/** A gate once compared a model with itself for months and nobody noticed (mlflow/mlflow#12215). */
export function baselineIsCandidate(digest: Digest): Finding {
  return {
    id,
    subject: 'predictions of the baseline',
    verdict: 'error',
    reason: 'model/baseline-is-candidate',
    what: 'The files of candidate and baseline are the same, byte for byte.',
    why: 'A model compared with itself is never worse.',
    remedy: 'Write the baseline’s file from the release in production.',
    details: {digest},
  }
}

/** The same by the bytes of the model, where only the values of the release in production are known. */
export function candidateServesAlready(digest: Digest, source: string): Finding {
  return {
    id,
    subject: 'baseline',
    verdict: 'error',
    reason: 'model/baseline-is-candidate',
    what: `The candidate’s files are those of ${source}, byte for byte.`,
    why: 'A model compared with itself is never worse.',
    remedy: 'Point model.files to the new model; what serves already needs no comparison.',
    details: {digest},
  }
}

/** Values that evidence keeps, of rows that were read in another way than the candidate's. */
export function measuredOtherwise(source: string, then: string, now: string): Finding {
  return {
    id,
    subject: 'baseline',
    verdict: 'error',
    reason: 'model/baseline-measured-otherwise',
    what: `The values of ${source} were measured as ${then}; the candidate’s are measured as ${now}.`,
    why: 'Values of two questions cannot be compared, although they go by one name.',
    remedy: 'Validate the release in production once more by this config with --record, or name its predictions.',
  }
}

export const firstRelease: Finding = {
  id: 'model/baseline-declared',
  subject: 'baseline',
  verdict: 'warn',
  reason: 'model/first-release',
  what: 'The config declares that there is no baseline: this release is judged by its floors only.',
  why: 'Nothing shows that it is not worse than what its users have now.',
  remedy: 'After the first release, name the predictions of the release in production under predictions.baseline.',
}

export const noPredictions: Finding = {
  id,
  subject: 'predictions',
  verdict: 'error',
  reason: 'model/no-predictions',
  what: 'The config has gates, but names no predictions to hold against them.',
  why: 'Without rows nothing can be said about the model.',
  remedy: 'Add validation.predictions.',
}

export const noQualityGate: Finding = {
  id: 'model/quality-judged',
  subject: 'gates',
  verdict: 'error',
  reason: 'model/no-quality-gate',
  what: 'No gate asks anything about the quality of the model.',
  why: 'What nobody asks, nobody has shown.',
  remedy:
    'Add a gate under validation.gates, for example {metric: accuracy, at-least: 0.85}, or {metric: mae, may-lose: 2%} of numbers.',
}

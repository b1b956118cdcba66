import type {BinaryOutcomes, MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import {type Binning, binSums, forecastsOf} from './calibration.ts'

/** One bin of rows by how sure the model was. */
export interface ReliabilityBin {
  /** Rows in the bin, whatever their weight: small bins are hidden by it. */
  readonly rows: number
  /** Share of all weight that lies in the bin. */
  readonly share: number
  /** Mean confidence. */
  readonly confidence: number
  /** Share that came true: positive rows, or right answers. */
  readonly observed: number
}

/**
 * The bins of ece and mce that have weight, by rising confidence. Binary: the probability of the positive class; several
 * classes: the highest score and whether it was right. Null where there are no scores.
 */
export function reliabilityTable(
  outcomes: BinaryOutcomes | MulticlassOutcomes,
  binning: Binning,
  weights: Float64Array | null,
): readonly ReliabilityBin[] | null {
  const forecasts = forecastsOf(outcomes)
  if (forecasts === null) return null
  const {weight, confidence, came, rows} = binSums(forecasts, binning)(weights)
  const total = weight.reduce((sum, each) => sum + each, 0)
  return Array.from(weight, (inBin, bin) => ({
    rows: rows[bin] ?? 0,
    share: inBin / total,
    confidence: (confidence[bin] ?? 0) / inBin,
    observed: (came[bin] ?? 0) / inBin,
  })).filter(({share}) => share > 0)
}

/** How the candidate's answers to copies compared, as a part of the router's own metrics page. */
import {type MirrorResult, mirrorResults, type SkipReason, skipReasons} from './compare-answers.ts'

export interface MirrorTally {
  /** A copy whose answer was compared, or that the candidate failed to answer. */
  count(version: string, result: MirrorResult): void
  /** A request of which no copy was compared: it says nothing of the candidate. */
  skip(version: string, reason: SkipReason): void
  /** Prometheus text format 0.0.4 of one release. */
  render(version: string): string
}

interface Counts {
  readonly results: Map<MirrorResult, number>
  readonly skipped: Map<SkipReason, number>
}

export function createMirrorTally(): MirrorTally {
  const releases = new Map<string, Counts>()
  const empty = (): Counts => ({results: new Map(), skipped: new Map()})
  const countsOf = (version: string) => {
    const counts = releases.get(version) ?? empty()
    releases.set(version, counts)
    return counts
  }
  return {
    count(version, result) {
      const {results} = countsOf(version)
      results.set(result, (results.get(result) ?? 0) + 1)
    },
    skip(version, reason) {
      const {skipped} = countsOf(version)
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
    },
    render(version) {
      const {results, skipped} = releases.get(version) ?? empty()
      // All series are always there, also on the page of the stable release, which never has any: a guard reads both pages.
      const lines = [
        '# HELP slipway_mirror_requests_total Copies of requests that the release answered, by comparison with the stable release.',
        '# TYPE slipway_mirror_requests_total counter',
        ...mirrorResults.map(
          result =>
            `slipway_mirror_requests_total{result="${result}",version="${version}"} ${results.get(result) ?? 0}`,
        ),
        '# HELP slipway_mirror_skipped_total Requests that were to be mirrored and say nothing of the release, by reason.',
        '# TYPE slipway_mirror_skipped_total counter',
        ...skipReasons.map(
          reason => `slipway_mirror_skipped_total{reason="${reason}",version="${version}"} ${skipped.get(reason) ?? 0}`,
        ),
      ]
      return `${lines.join('\n')}\n`
    },
  }
}

/**
 * Sources: what the live system says. One file per source in this folder; `open.ts` chooses by config.
 * A source reports raw cumulative counters and never interprets them: differences, resets, rates and verdicts belong to
 * `rollout/`. "No data" is a value, not an error and not zero.
 */

interface Stamped {
  /**
   * When this count was zero: its process or the counter itself began then. Milliseconds since 1970 by the clock of the
   * measured machine; absent when nothing says so. Without it a series that appears late may hold years of requests.
   */
  readonly beganAt?: number
  /**
   * When the newest sample was taken, in milliseconds since 1970 by the clock of who took it; absent where the page
   * itself was read. An answer that is older than the one before is known by it.
   */
  readonly sampledAt?: number
}

/** Requests, and the bad ones among them. For events: requests, and the events that came from them. */
export interface RequestCounter extends Stamped {
  /** Requests seen. Sessions, where the question names a label for them. */
  readonly n: number
  /** Requests that were surely bad: an error, or slower than the bucket bound at or above the limit. */
  readonly bad: number
  /**
   * Requests that may have been bad: slower than the bucket bound at or below the limit. Equal to `bad` where the limit
   * is a bucket bound, and absent where the question has no buckets. `bad` aborts, `suspect` promotes; nothing is interpolated.
   */
  readonly suspect?: number
}

/** Requests with a value each. */
export interface MeanCounter extends Stamped {
  readonly n: number
  /** Sum of the values. May fall where values may be negative. */
  readonly sum: number
  /** Sum of their squares; absent where nobody counts it. */
  readonly sumOfSquares?: number
}

/** Requests by the bucket that their value fell into. */
export interface BucketCounter extends Stamped {
  readonly n: number
  /** Upper bounds of all buckets but the last, rising. */
  readonly bounds: readonly number[]
  /** Not cumulative: requests in each bucket; one more than bounds. */
  readonly buckets: readonly number[]
}

/** Cumulative counts of one time series since it began. All counters of one guard are of one kind. */
export type Counter = RequestCounter | MeanCounter | BucketCounter

/** Counters of one release by series (a pod, a process). Differencing happens per series, so that a restart is seen. */
export type Series = Readonly<Record<string, Counter>>

export type GuardReading =
  | {
      readonly kind: 'counted'
      readonly candidate: Series
      readonly stable: Series
      /** A metric of events that neither release exports: counted as zero, and perhaps misspelt. */
      readonly assumedZero?: string
    }
  /** Alerts that fire now, by their labels: `HighErrors{severity="critical"}`. An alert belongs to no release. */
  | {readonly kind: 'alerts'; readonly firing: readonly string[]}
  /**
   * The source answered, and has no series for one side: `candidate has no series http_requests_total{version="v2"}`.
   * What it does have stands beside that: no evidence, but the base line of what is counted later. A process that
   * answered and has not counted yet is there with zero.
   */
  | {
      readonly kind: 'no-data'
      readonly detail: string
      readonly candidate?: Series
      readonly stable?: Series
      /**
       * What is exported can never answer the question (a bucket, a label or a type is missing), however much traffic
       * comes: worth a refusal before anything starts.
       */
      readonly unanswerable?: boolean
    }
  /** The source did not answer, or not as agreed. */
  | {readonly kind: 'query-failed'; readonly detail: string}

/** One look at all guards. The two sides of a guard come from the same look. */
export interface Reading {
  /** By name of the guard. A guard that is missing here counts as `no-data`. */
  readonly guards: Readonly<Record<string, GuardReading>>
}

/** What to count for one guard, in the words of the config. */
export type GuardQuery =
  | {
      readonly kind: 'share'
      readonly name: string
      /** Name of a counter metric: `http_requests_total`. */
      readonly of: string
      /** Label matchers that make a request bad, as in PromQL: `code=~"5.."`. */
      readonly bad: string
      /** Label that names the session: then sessions are counted, and one is bad when any of its requests is. */
      readonly session?: string | undefined
    }
  | {
      readonly kind: 'quantile'
      readonly name: string
      /** Base name of a classic histogram: `http_request_duration_seconds`. */
      readonly histogram: string
      /** The limit, in the histogram's unit (seconds). */
      readonly limit: number
    }
  | {
      readonly kind: 'mean'
      readonly name: string
      /** Base name of a summary or histogram: `decision_value`, of which `_sum` and `_count` are read. */
      readonly of: string
      /** Name of a counter of the squared values. */
      readonly squares?: string
      /** Smallest and largest value that one request can have. */
      readonly low: number
      readonly high: number
    }
  | {
      readonly kind: 'events'
      readonly name: string
      /** Name of a counter metric of events: `complaints_total`. Absent means zero where `per` is there: nothing happened yet. */
      readonly of: string
      /** Label matchers of the events that count. */
      readonly where?: string
      /** Name of the counter metric of the requests that they come from: `http_requests_total`. */
      readonly per: string
    }
  | {
      readonly kind: 'alert'
      readonly name: string
      /** Label matchers of alerts: `severity="critical"`. */
      readonly matchers: string
    }
  | {
      readonly kind: 'distribution'
      readonly name: string
      /** Base name of a classic histogram of what the model answers. */
      readonly histogram: string
    }

/** What a look would have read at a time of the past. */
export interface PastReading {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly reading: Reading
}

export interface PastInterval {
  /** Milliseconds since 1970; the first reading. */
  readonly from: number
  /** Milliseconds since 1970; no reading after it. */
  readonly to: number
  readonly stepMs: number
}

export interface Source {
  readonly kind: string
  /** Looks once. Never rejects for lack of data or of an answer: both are readings. `stable` is null when there is no stable release. */
  read(
    queries: readonly GuardQuery[],
    versions: {readonly candidate: string; readonly stable: string | null},
  ): Promise<Reading>
  /**
   * What `read` would have said at each step of the past, about one version as `candidate` and no stable one, in order of
   * time. Absent or empty where nothing is remembered. It takes no longer than a few seconds, and half of a past is none.
   * @throws SystemError where the past cannot be told
   */
  past?(queries: readonly GuardQuery[], version: string, interval: PastInterval): Promise<readonly PastReading[]>
}

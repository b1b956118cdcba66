/**
 * Targets: who moves the traffic between two releases. One file per target in this folder; `open.ts` chooses by config.
 * A target knows nothing of metrics, plans or verdicts.
 */
import type {Release} from '../core/release.ts'

export interface TargetCapabilities {
  /** Smallest step of a weight, in percent. A plan with finer weights is refused before anything moves. */
  readonly granularityPercent: number
  /** Whether `read` reports the weight that is really in force, apart from the desired one. */
  readonly observesWeight: boolean
  /** Whether `read` reports the candidate's readiness. */
  readonly observesReadiness: boolean
  /** Whether `mirror` works. A plan that mirrors is refused on a target that cannot, before anything moves. */
  readonly mirrors: boolean
}

/** What the target says about itself now. */
export interface TargetState {
  /** Version that serves what the candidate does not; null when nothing is deployed. */
  readonly stable: string | null
  /** Version deployed beside it; null when there is none. */
  readonly candidate: string | null
  /** Share of requests that was last asked for the candidate, in percent. 0 without a candidate. */
  readonly desiredWeightPercent: number
  /** Share that the target really routes, in percent; null when it cannot tell. */
  readonly observedWeightPercent: number | null
  /**
   * Share of the stable release's requests that the candidate gets a copy of, in percent; 0 when none, absent where the
   * target cannot mirror. Copies are answered to nobody and are no part of the weight.
   */
  readonly mirrorPercent?: number
  /** Whether the candidate can serve; null when the target cannot tell. */
  readonly candidateReady: boolean | null
  /**
   * Whether the stable release can serve: asked of the first release of an environment, which is no candidate, and of the
   * one to go back to while the candidate has all traffic. Null or absent when the target cannot tell.
   */
  readonly stableReady?: boolean | null
  /** One sentence when not ready: `2 of 3 replicas`, `exited with code 1`. That of the candidate comes first. */
  readonly detail?: string
}

/**
 * Every act is a request that is safe to repeat; it resolves when the target accepted it, which may be before it takes
 * effect, so `read` is asked again. Deploying and shifting are two acts.
 *
 * Errors: `SystemError` with system and `retryable` when the target does not answer as agreed; `UserError` when the
 * config is wrong for it.
 */
export interface Target {
  readonly kind: string
  readonly capabilities: TargetCapabilities
  read(): Promise<TargetState>
  /**
   * Puts `release` beside the stable one with no traffic and no copies of it. When nothing is deployed at all it becomes
   * the stable one.
   */
  deploy(release: Release): Promise<void>
  /**
   * Sends `weightPercent` of requests to the candidate, the rest to the stable release. 0 and 100 are weights of every
   * target, whatever its granularity. At 100 the candidate has all traffic and is still the candidate: the stable release
   * stays deployed and ready, without traffic, so that `restore` needs no start. Only `promote` may remove it. That is how
   * a blue-green rollout keeps its old side, and how a release is watched after it has everything.
   */
  setWeight(weightPercent: number): Promise<void>
  /**
   * Sends the candidate a copy of `percent` of the requests that the stable release serves, and drops its answers: users
   * never wait for them and never see them. 0 ends it. In the same steps as a weight. Apart from the weight, which stays as it is; `deploy`, `promote`
   * and `restore` end it. Rejects with the UserError `traffic/cannot-mirror` where `capabilities.mirrors` is false.
   */
  mirror(percent: number): Promise<void>
  /** The candidate becomes the stable release and gets all traffic; the old stable release may be removed. */
  promote(release: Release): Promise<void>
  /**
   * All traffic to `release`, the candidate gone, whatever the state before. The one act that needs no other to precede
   * it. Where `release` has to start first, who serves may go on until it is ready, as long as `read` says so: nobody is
   * helped by traffic that goes to nobody. Where anybody else can serve, the candidate gives up its share at once.
   */
  restore(release: Release): Promise<void>
}

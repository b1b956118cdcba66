/** What can go wrong between a client and GitHub. */

export type FaultAct =
  /** Answers so, and does nothing. */
  | {
      readonly kind: 'refuse'
      readonly status: number
      readonly message?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Closes the connection without having acted. */
  | {readonly kind: 'drop'}
  /** Acts, then closes the connection: the answer is lost. */
  | {readonly kind: 'act-and-drop'}
  /** Acts, then answers with a server error. */
  | {readonly kind: 'act-and-fail'; readonly status: number}
  /** Answers after so many milliseconds. */
  | {readonly kind: 'slow'; readonly delayMs: number}
  /** Gives the answer that the same request got the time before: a replica that lags behind. */
  | {readonly kind: 'stale'}
  /** Answers 200 with this text. */
  | {readonly kind: 'say'; readonly text: string}
  /** Calls this before it acts: somebody else gets in between. */
  | {readonly kind: 'first'; readonly run: () => Promise<void>}

export interface Fault {
  /** `PATCH`; every method when absent. */
  readonly method?: string
  /** Part of the decoded path. */
  readonly path: string
  /** Matching requests that pass unharmed before. Default: none. */
  readonly after?: number
  /** How many matching requests it meets. Default: one. */
  readonly times?: number
  readonly act: FaultAct
}

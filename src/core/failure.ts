import type {ReasonCode} from './finding.ts'

interface FailureOptions {
  /** What to do about it, in one sentence. */
  readonly hint?: string
  readonly cause?: unknown
}

/** The config, an input, a file or a permission is wrong. Shown without a stack: what was seen, what was expected, what to do. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly code: ReasonCode
  readonly hint: string | undefined

  constructor(code: ReasonCode, message: string, {hint, cause}: FailureOptions = {}) {
    super(message, cause === undefined ? undefined : {cause})
    this.code = code
    this.hint = hint
  }
}

/** A system outside did not answer as agreed: a router, a metrics server, GitHub, a scanner. */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly code: ReasonCode
  readonly hint: string | undefined
  /** Which system: `github`, `prometheus`, `trivy`, `router`. */
  readonly system: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean

  constructor(
    code: ReasonCode,
    message: string,
    {system, retryable, hint, cause}: FailureOptions & {system: string; retryable: boolean},
  ) {
    super(message, cause === undefined ? undefined : {cause})
    this.code = code
    this.system = system
    this.retryable = retryable
    this.hint = hint
  }
}

/** The failures that have a code of their own; everything else is a defect of Slipway. */
export type Failure = UserError | SystemError

export function isFailure(error: unknown): error is Failure {
  return error instanceof UserError || error instanceof SystemError
}

/** The text of anything thrown, for a message that wraps it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

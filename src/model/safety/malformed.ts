/**
 * Ends the reading of one artifact: it breaks its format. Thrown by cursors and readers of formats, caught by the scan
 * alone, which keeps what was seen before and adds this. It never reaches a caller of the scan.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed'
  /** Offset in the artifact, in bytes. */
  readonly byte: number | undefined

  /** @param what one sentence: what was seen, and what the format demands */
  constructor(what: string, byte?: number) {
    // Nobody looks at its stack, and a ZIP of many damaged members throws one for each: the stack takes most of the time.
    const {stackTraceLimit} = Error
    Error.stackTraceLimit = 0
    super(what)
    Error.stackTraceLimit = stackTraceLimit
    this.byte = byte
  }
}

/** Ends the reading of one artifact, or of the whole scan: a limit on work is reached. Caught by the scan alone. */
export class OverLimit extends Error {
  override readonly name = 'OverLimit'
  readonly limit: LimitName

  /** @param what one sentence: which limit, what was seen */
  constructor(limit: LimitName, what: string) {
    super(what)
    this.limit = limit
  }
}

/**
 * `ratio`, `unpacked` and `members` are marks of a bomb; `depth` and `work` only say that the file is beyond what is
 * read.
 */
export type LimitName = 'depth' | 'members' | 'unpacked' | 'ratio' | 'work'

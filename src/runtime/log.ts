/** Progress for a person who watches. Verdicts never travel this way. Text may come from outside: implementations escape it. */
export interface Log {
  info(message: string): void
  warning(message: string): void
  debug(message: string): void
}

export const silentLog: Log = {info: () => {}, warning: () => {}, debug: () => {}}

/** Writes to stderr, so that stdout stays machine-readable. */
export const stderrLog: Log = {
  info: message => console.error(message),
  warning: message => console.error(`warning: ${message}`),
  debug: message => {
    if (process.env.SLIPWAY_DEBUG) console.error(message)
  },
}

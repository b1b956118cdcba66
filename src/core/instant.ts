/** Points in time as the ledger and evidence write them, without asking what time it is. Unit: milliseconds since 1970, UTC. */

/** `2026-01-01T00:05:00.000Z`: ISO 8601, UTC. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString()
}

/** `2026-01-01 00:05`: for people, UTC. */
export function formatMinute(ms: number): string {
  return formatInstant(ms).slice(0, 16).replace('T', ' ')
}

/** NaN when `text` is no ISO 8601 instant; whoever reads from outside has checked it with a schema. */
export function parseInstant(text: string): number {
  return Date.parse(text)
}

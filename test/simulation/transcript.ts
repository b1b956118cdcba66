/** What a person reads of a run that failed: each call, each fault and each event in order, with the time of the world. */
import {dawn} from './story.ts'

export interface Transcript {
  /** One line; `text` is made only when somebody will read it. */
  line(text: () => string): void
  /** A fault or a trouble; counted by kind. */
  trouble(kind: string, what: string): void
  /** Something that must not be. */
  breach(message: string): void
  readonly breaches: readonly string[]
  readonly troubles: ReadonlyMap<string, number>
  read(): string
}

/** Of a run that goes round in circles, its beginning and its end say enough. */
const linesKept = 3000
const breachesKept = 20

export function createTranscript(time: {readonly now: number}): Transcript {
  const first: (() => string)[] = []
  const last: (() => string)[] = []
  const breaches: string[] = []
  const troubles = new Map<string, number>()

  function line(text: () => string): void {
    const at = time.now
    const lines = first.length < linesKept ? first : last
    lines.push(() => `${clockTime(at)}  ${text()}`)
    if (last.length > 2 * linesKept) last.splice(0, linesKept)
  }

  return {
    line,
    trouble(kind, what) {
      troubles.set(kind, (troubles.get(kind) ?? 0) + 1)
      line(() => `      ~ ${kind}: ${what}`)
    },
    breach(message) {
      if (breaches.length < breachesKept) breaches.push(`${clockTime(time.now)}  ${message}`)
      line(() => `      ! BREACH: ${message}`)
    },
    breaches,
    troubles,
    read: () => [...first, ...last.slice(-linesKept)].map(text => text()).join('\n'),
  }
}

/** `01:02:03.456` after dawn. */
function clockTime(at: number): string {
  const ms = at - dawn
  const hours = Math.floor(ms / 3_600_000)
  return `${`${hours}`.padStart(2, '0')}${new Date(ms).toISOString().slice(13, 23)}`
}

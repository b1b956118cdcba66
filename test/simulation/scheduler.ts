/**
 * Time of a simulated world: a queue of happenings, the earliest first. A process is an ordinary async function that
 * waits at each call of a port; between two happenings all processes run until they wait again. So whatever can be in
 * flight at the same time is in flight here, in an order that the seed chooses, and no real time passes.
 */

export interface Scheduler {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Lets `happen` take place at `time`, or now where that is over. */
  at(time: number, happen: () => void): void
  /** Until nothing is left to happen, or `isOver` says so. */
  run(isOver: () => boolean): Promise<void>
}

interface Happening {
  readonly time: number
  readonly happen: () => void
}

export function createScheduler(start: number): Scheduler {
  let now = start
  const queue: Happening[] = []

  /** The queue is short: a few processes, each with one call in flight, and the stories of people. */
  function takeEarliest(): Happening | undefined {
    let best = 0
    for (let index = 1; index < queue.length; index++) {
      if ((queue[index]?.time ?? 0) < (queue[best]?.time ?? 0)) best = index
    }
    return queue.splice(best, 1)[0]
  }

  return {
    get now() {
      return now
    },
    at(time, happen) {
      queue.push({time: Math.max(time, now), happen})
    },
    async run(isOver) {
      while (!isOver()) {
        const next = takeEarliest()
        if (!next) return
        now = next.time
        next.happen()
        await untilAllWait()
      }
    },
  }
}

/** A tick of the process is taken when no microtask is left: then every async function stands at a call of a port. */
function untilAllWait(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve))
}

/** What must hold at every act of the router. */
import type {Act, EventOf, LedgerEvent} from '../../src/rollout/events.ts'
import type {Process} from './process.ts'
import type {World} from './world.ts'

/** A request to deploy that takes effect when its rollout is over. */
export const lateDeploy = 'late deploy after the end'

/** What the ledger says of one rollout, as far as acts depend on it. */
interface Ledgered {
  readonly started: EventOf<'rollout-started'>
  readonly intents: EventOf<'act-intended'>[]
  /** Place in the ledger of the first event by which the rollout is to end badly; null while there is none. */
  abortedAt: number | null
  /** Places of its first event, and of its end. */
  readonly startedAt: number
  overAt: number | null
}

export interface ActWatch {
  act(process: Process, act: Act, known: number, cleared: ReadonlySet<string>): void
  acted(process: Process): void
  appended(event: LedgerEvent): void
}

export function watchActs(world: World): ActWatch {
  const {transcript, router, ledger, story} = world
  const rollouts = new Map<string, Ledgered>()
  let latest: Ledgered | null = null

  function appended(event: LedgerEvent): void {
    if (event.type === 'rollout-started') {
      latest = {started: event, intents: [], abortedAt: null, startedAt: ledger.events.length, overAt: null}
      rollouts.set(event.rollout, latest)
      return
    }
    const rollout = event.rollout === null ? undefined : rollouts.get(event.rollout)
    if (!rollout) return
    if (event.type === 'act-intended') rollout.intents.push(event)
    if (event.type === 'rollout-ended' || event.type === 'restored') rollout.overAt ??= ledger.events.length
    if (isAbort(event)) rollout.abortedAt ??= ledger.events.length
  }

  function act(process: Process, asked: Act, known: number, cleared: ReadonlySet<string>): void {
    transcript.line(() => `      the router is asked by ${process.name}: ${describe(asked)}`)
    // A rollback acts first and writes afterwards; it only ever takes traffic away.
    if (process.kind === 'roll-back' && isTaking(asked)) return
    const whole = [...rollouts.values()]
    if (!whole.some(({intents}) => intents.some(intent => isIntended(asked, intent)))) {
      transcript.breach(`intent-first: ${describe(asked)}, and no intent in the ledger says so`)
    }
    if (!latest || !isGiving(asked)) return
    const isLate = latest.overAt !== null && known < latest.overAt
    if (isLate && asked.kind === 'deploy') transcript.trouble(lateDeploy, `by ${process.name}`)
    const isOfLatest = latest.intents.some(intent => isIntended(asked, intent))
    if (!isOfLatest) {
      // Nobody can call back a request that is on its way since an older rollout: the ledger must get the better of it.
      if (known < latest.startedAt) transcript.trouble('late act of an older rollout', describe(asked))
      else transcript.breach(`intent-first: ${describe(asked)} is intended by an older rollout only`)
      return
    }
    if (latest.abortedAt !== null && known >= latest.abortedAt) {
      transcript.breach(`abort-wins: ${describe(asked)} by a process that knew of the abort`)
    }
    const isMirrored = (router.read().mirrorPercent ?? 0) > 0
    if (asked.kind === 'set-weight' && isMirrored && story.hands.length === 0) {
      transcript.breach(`mirror-or-weight: ${describe(asked)} while requests are copied to the candidate as well`)
    }
    if (asked.kind === 'promote' && !cleared.has(asked.release.version)) {
      transcript.breach(`evidence-first: ${describe(asked)} without passing evidence for its digests`)
    }
  }

  /** After every act: the way back stands ready until the promotion. A rollback to a named release goes another way. */
  function acted({kind}: Process): void {
    if (kind === 'roll-back' || !latest || latest.overAt !== null) return
    const {stable} = latest.started
    const isPromoting = latest.intents.some(({act: {kind}}) => kind === 'promote')
    if (stable === null || isPromoting) return
    const {stable: serves, candidate} = router.read()
    if (serves !== stable.version && candidate !== stable.version) {
      transcript.breach(`way-back: ${stable.version} is not deployed, and nothing was promoted`)
    }
  }

  return {act, acted, appended}
}

function isAbort(event: LedgerEvent): boolean {
  if (event.type === 'requested') return event.request === 'abort'
  return (event.type === 'act-intended' && event.act.kind === 'restore') || event.type === 'restored'
}

function isTaking(act: Act): boolean {
  return (
    act.kind === 'restore' ||
    (act.kind === 'set-weight' && act.weightPercent === 0) ||
    (act.kind === 'mirror' && act.percent === 0)
  )
}

function isGiving(act: Act): boolean {
  return act.kind !== 'restore' && !isTaking(act)
}

/** Exactly this act; a weight, or one that is higher. */
function isIntended(asked: Act, {act}: EventOf<'act-intended'>): boolean {
  switch (asked.kind) {
    case 'set-weight':
      return act.kind === 'set-weight' && act.weightPercent >= asked.weightPercent
    case 'mirror':
      return act.kind === 'mirror' && act.percent >= asked.percent
    case 'deploy':
    case 'promote':
    case 'restore':
      return act.kind === asked.kind && act.release.version === asked.release.version
  }
}

function describe(act: Act): string {
  switch (act.kind) {
    case 'set-weight':
      return `weight ${act.weightPercent}%`
    case 'mirror':
      return `mirror ${act.percent}%`
    case 'deploy':
    case 'promote':
    case 'restore':
      return `${act.kind} ${act.release.version}`
  }
}

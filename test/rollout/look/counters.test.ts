import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {clockSkewMs, type FoldRule, foldSeries} from '../../../src/rollout/look/counters.ts'
import type {CountedQuery} from '../../../src/rollout/look/growth.ts'
import type {KeptSeries} from '../../../src/rollout/look/kept-series.ts'
import type {Series} from '../../../src/telemetry/source.ts'

const none = {n: 0, bad: 0, suspect: 0}
/** All requests from here on count. */
const since = 1_000_000
const share: CountedQuery = {kind: 'share', name: 'errors', of: 'requests_total', bad: 'code=~"5.."'}
const rule: FoldRule = {query: share, since, now: since + 60_000}

describe('counts between two looks', () => {
  test.each<[string, Series, Series, {n: number; bad: number; suspect: number}]>([
    ['the first look is the base line and counts nothing', {}, {a: {n: 900, bad: 9}}, none],
    ['growth is counted', {a: {n: 10, bad: 1}}, {a: {n: 30, bad: 3}}, {n: 20, bad: 2, suspect: 2}],
    ['the same look again counts nothing', {a: {n: 10, bad: 1}}, {a: {n: 10, bad: 1}}, none],
    ['a restarted process counts from 0', {a: {n: 100, bad: 5}}, {a: {n: 7, bad: 1}}, {n: 7, bad: 1, suspect: 1}],
    ['a restart shows in any counter', {a: {n: 100, bad: 5}}, {a: {n: 150, bad: 1}}, {n: 150, bad: 1, suspect: 1}],
    [
      'a process that began since counts from 0',
      {a: {n: 10, bad: 0}},
      {a: {n: 10, bad: 0}, b: {n: 4, bad: 2, beganAt: since}},
      {n: 4, bad: 2, suspect: 2},
    ],
    [
      'a process that began before is a base line',
      {a: {n: 10, bad: 0}},
      {b: {n: 9000, bad: 2, beganAt: since - clockSkewMs - 1}},
      none,
    ],
    ['a process of unknown beginning is a base line', {a: {n: 10, bad: 0}}, {b: {n: 9000, bad: 2}}, none],
    [
      'a process that fell without a restart is a new base line',
      {a: {n: 100, bad: 5, beganAt: 7}},
      {a: {n: 95, bad: 5, beganAt: 7}},
      none,
    ],
    [
      'a process that fell and began anew counts from 0',
      {a: {n: 100, bad: 5, beganAt: 7}},
      {a: {n: 95, bad: 5, beganAt: 8}},
      {n: 95, bad: 5, suspect: 5},
    ],
    [
      'a process that vanished counts nothing',
      {a: {n: 10, bad: 1}, b: {n: 5, bad: 0}},
      {a: {n: 12, bad: 1}},
      {n: 2, bad: 0, suspect: 0},
    ],
    ['no process at all counts nothing', {a: {n: 10, bad: 1}}, {}, none],
    [
      'suspects are counted apart',
      {a: {n: 10, bad: 1, suspect: 2}},
      {a: {n: 20, bad: 2, suspect: 6}},
      {n: 10, bad: 1, suspect: 4},
    ],
    ['bad requests never exceed requests', {a: {n: 10, bad: 1}}, {a: {n: 11, bad: 4}}, {n: 1, bad: 1, suspect: 1}],
  ])('%s', (_, previous, reading, counts) => {
    expect(foldSeries(previous, reading, rule)).toMatchObject({kind: 'folded', tally: counts})
  })

  test('a process that returns after a gap is not counted twice', () => {
    const gone = foldSeries({a: {n: 10, bad: 1}}, {}, rule)
    const back = gone.kind === 'folded' ? foldSeries(gone.snapshot, {a: {n: 15, bad: 1}}, rule) : gone
    expect(back).toMatchObject({tally: {n: 5, bad: 0}})
  })

  test('a look that is the base line of whatever is new counts nothing of it, however young it is', () => {
    expect(foldSeries({}, {a: {n: 4, bad: 2, beganAt: since + 5000}}, {...rule, since: null})).toMatchObject({
      tally: none,
      notes: [],
    })
  })

  test('a look whose counts are left out loses nothing: the next one counts them', () => {
    const first = foldSeries({a: {n: 10, bad: 0}}, {a: {n: 15, bad: 1}, b: {n: 3, bad: 3, beganAt: since}}, rule)
    if (first.kind !== 'folded') throw new Error(first.detail)
    const next = foldSeries(first.uncounted, {a: {n: 16, bad: 1}, b: {n: 4, bad: 3, beganAt: since}}, rule)
    expect(next).toMatchObject({tally: {n: 10, bad: 4}, notes: []})
  })

  test.each<[string, Series, Series, string]>([
    ['a restart', {a: {n: 9, bad: 0}}, {a: {n: 1, bad: 0}}, 'series a began anew'],
    [
      'a history left out',
      {},
      {a: {n: 9, bad: 0}},
      'series a is new with 9 requests, which do not count: nothing says',
    ],
    ['since when it was', {}, {a: {n: 9, bad: 0, beganAt: 0}}, 'it began at 1970-01-01T00:00:00.000Z'],
    [
      'a fall without a restart',
      {a: {n: 9, bad: 0, beganAt: 5}},
      {a: {n: 1, bad: 0, beganAt: 5}},
      'series a fell from 9 to 1 requests',
    ],
  ])('%s is told', (_, previous, reading, said) => {
    expect(foldSeries(previous, reading, rule)).toMatchObject({notes: [expect.stringContaining(said)]})
  })

  test.each<[string, Series[string]]>([
    ['negative', {n: -1, bad: 0}],
    ['a fraction', {n: 1.5, bad: 0}],
    ['not a number', {n: Number.NaN, bad: 0}],
    ['infinite', {n: Number.POSITIVE_INFINITY, bad: 0}],
    ['more bad than all', {n: 1, bad: 2}],
    ['more bad than suspect', {n: 9, bad: 3, suspect: 2}],
    ['more suspect than all', {n: 9, bad: 3, suspect: 10}],
  ])('a counter that no process can have makes the look unusable: %s', (_, counter) => {
    expect(foldSeries({}, {ok: {n: 1, bad: 0}, odd: counter}, rule)).toMatchObject({
      kind: 'impossible',
      detail: expect.stringContaining('odd'),
    })
  })

  test('whatever a process counts, and however often it restarts, looks add up to what it served', () => {
    const steps = fc.array(fc.record({n: fc.nat(50), bad: fc.nat(50), restart: fc.boolean()}), {maxLength: 30})
    fc.assert(
      fc.property(steps, growth => {
        let now = {n: 0, bad: 0}
        let snapshot: Series = {a: now}
        let served = 0
        let counted = 0
        for (const {n, bad, restart} of growth) {
          // A restart is only visible when a counter falls: then the process has served something before and less after.
          const isSeen = restart && now.n > n
          const more = {n, bad: Math.min(n, bad)}
          now = isSeen ? more : {n: now.n + more.n, bad: now.bad + more.bad}
          served += n
          const fold = foldSeries(snapshot, {a: now}, rule)
          if (fold.kind !== 'folded') return false
          snapshot = fold.snapshot
          counted += fold.tally.n
        }
        return counted === served
      }),
    )
  })
})

const folded = (previous: KeptSeries, reading: Series, more: Partial<FoldRule> = {}) => {
  const fold = foldSeries(previous, reading, {...rule, ...more})
  if (fold.kind !== 'folded') throw new Error(fold.detail)
  return fold
}

describe('clocks that differ', () => {
  test.each<[string, number, number]>([
    ['a process that began a moment before the deployment, by its own clock, counts', since - clockSkewMs, 4],
    ['one that began earlier than clocks differ is a base line', since - clockSkewMs - 1, 0],
    ['one that began a moment ahead of our clock counts', rule.now + clockSkewMs, 4],
    ['one that says it began in the future is a base line', rule.now + clockSkewMs + 1, 0],
  ])('%s', (_, beganAt, n) => {
    const {tally, notes} = folded({a: {n: 10, bad: 0}}, {a: {n: 10, bad: 0}, b: {n: 4, bad: 2, beganAt}})
    expect(tally).toMatchObject({n})
    expect(notes).toEqual(n > 0 ? [] : [expect.stringContaining('series b is new with 4 requests')])
  })

  test('a process with a clock that is wrong is told', () => {
    const {notes} = folded({}, {b: {n: 4, bad: 2, beganAt: Date.parse('2030-01-01T00:00:00Z')}})
    expect(notes).toEqual([expect.stringContaining('it says that it began at 2030-01-01T00:00:00.000Z')])
    expect(notes).toEqual([expect.stringContaining('its clock is wrong')])
  })

  test('a sample from the future is counted, and does not make the next one an old one', () => {
    const future = folded({a: {n: 10, bad: 0}}, {a: {n: 14, bad: 0, sampledAt: rule.now + 10 * clockSkewMs}})
    expect(future).toMatchObject({tally: {n: 4}, snapshot: {a: {n: 14, bad: 0}}})
    const next = folded(future.snapshot, {a: {n: 20, bad: 1, sampledAt: rule.now}})
    expect(next).toMatchObject({tally: {n: 6, bad: 1}, notes: []})
  })

  test('an old answer is known as such also where our clock is a minute or two behind', () => {
    const ahead = rule.now + 3 * clockSkewMs
    const {snapshot} = folded({}, {a: {n: 5_000_000, bad: 9, sampledAt: ahead}})
    const late = folded(snapshot, {a: {n: 4_999_000, bad: 9, sampledAt: ahead - 60_000}})
    expect(late).toMatchObject({tally: {n: 0, bad: 0}})
    expect(folded(late.snapshot, {a: {n: 5_000_100, bad: 9, sampledAt: ahead + 60_000}})).toMatchObject({
      tally: {n: 100},
    })
  })
})

describe('samples late, twice and out of order', () => {
  const at = (n: number, sampledAt: number) => ({a: {n, bad: 0, beganAt: 7, sampledAt}})

  test('the same sample read twice adds nothing, and is known as no news', () => {
    expect(folded(at(10, 500), at(10, 500))).toMatchObject({tally: {n: 0}, renewed: false})
    expect(folded(at(10, 500), at(10, 501))).toMatchObject({tally: {n: 0}, renewed: true})
  })

  test('a look that some process has news for is news', () => {
    const reading = {...at(10, 500), b: {n: 5, bad: 0, sampledAt: 900}}
    expect(folded({...at(10, 500), b: {n: 4, bad: 0, sampledAt: 800}}, reading)).toMatchObject({renewed: true})
  })

  test('an answer of a server that lags behind counts nothing, and nothing of it is counted twice', () => {
    const lagging = folded(at(100, 500), at(80, 400))
    expect(lagging).toMatchObject({tally: {n: 0}, renewed: false, snapshot: at(100, 500)})
    expect(lagging.notes).toEqual([expect.stringContaining('older sample')])
    expect(folded(lagging.snapshot, at(130, 600))).toMatchObject({tally: {n: 30}, notes: []})
  })

  test('an older answer in which a process looks restarted counts nothing either', () => {
    const before = {a: {n: 100, bad: 5, sampledAt: 500}}
    expect(folded(before, {a: {n: 90, bad: 4, sampledAt: 400}})).toMatchObject({tally: {n: 0}})
  })

  test('a late sample is counted by the look that finds it', () => {
    const stale = folded(at(10, 500), at(10, 500))
    expect(folded(stale.snapshot, at(60, 600))).toMatchObject({tally: {n: 50}})
  })

  test('a process that lost counts is no late answer: its sample is newer', () => {
    expect(folded(at(100, 500), at(90, 600))).toMatchObject({tally: {n: 0}, snapshot: at(90, 600)})
  })
})

describe('a source that answers with fewer series than before', () => {
  const both = {a: {n: 10, bad: 0}, b: {n: 20, bad: 0}}

  test('counts what is there and names what is missing, until that has been gone for three looks', () => {
    const first = folded(both, {a: {n: 15, bad: 1}})
    expect(first).toMatchObject({tally: {n: 5, bad: 1}, missing: ['b'], notes: []})
    const second = folded(first.snapshot, {a: {n: 16, bad: 1}})
    expect(second).toMatchObject({tally: {n: 1}, missing: ['b'], notes: []})
    const third = folded(second.snapshot, {a: {n: 17, bad: 1}})
    expect(third).toMatchObject({missing: [], notes: ['series b was not in the last 3 looks: taken as gone']})
    const fourth = folded(third.snapshot, {a: {n: 18, bad: 1}})
    expect(fourth).toMatchObject({missing: [], notes: []})
    expect(fourth.snapshot).toEqual(third.snapshot && {...third.snapshot, a: {n: 18, bad: 1}})
  })

  test.each([1, 3])('counts all that a series served meanwhile when it returns after %i looks', looks => {
    let snapshot: KeptSeries = both
    for (let look = 0; look < looks; look++) snapshot = folded(snapshot, {a: {n: 10, bad: 0}}).snapshot
    const back = folded(snapshot, {a: {n: 10, bad: 0}, b: {n: 27, bad: 2}})
    expect(back).toMatchObject({tally: {n: 7, bad: 2}, missing: [], notes: []})
    // The next time it is missing, it is missing anew.
    expect(folded(back.snapshot, {a: {n: 10, bad: 0}})).toMatchObject({missing: ['b']})
  })

  test('misses no process that another start at the same address has replaced', () => {
    const before = {'http://v2:1/metrics started 100': {n: 50, bad: 0, beganAt: 100_000}}
    const now = {'http://v2:1/metrics started 2000': {n: 3, bad: 0, beganAt: 2_000_000}}
    const fold = folded(before, now, {now: 2_060_000})
    expect(fold).toMatchObject({tally: {n: 3}, missing: [], notes: []})
    expect(folded(fold.snapshot, now, {now: 2_060_000})).toMatchObject({tally: {n: 0}, missing: [], notes: []})
  })

  test('counts two processes that take turns at one address once each, and never calls such a look whole', () => {
    const [one, two] = ['http://lb/metrics started 2000', 'http://lb/metrics started 2001']
    const see = (snapshot: KeptSeries, name: string, n: number) =>
      folded(snapshot, {[name]: {n, bad: 0, beganAt: 2_000_000}}, {now: 2_060_000})
    const first = see({}, one, 10)
    const second = see(first.snapshot, two, 20)
    const third = see(second.snapshot, one, 15)
    const fourth = see(third.snapshot, two, 27)
    expect([first, second, third, fourth].map(look => look.tally.n)).toEqual([10, 20, 5, 7])
    expect([third, fourth].map(look => look.missing)).toEqual([[two], [one]])
  })

  test('misses nothing at a base line', () => {
    const base = folded(both, {a: {n: 10, bad: 0}}, {since: null})
    expect(base).toMatchObject({missing: [], notes: []})
    expect(folded(base.snapshot, {a: {n: 11, bad: 0}})).toMatchObject({tally: {n: 1}, missing: []})
  })
})

describe('events of a process that counts nothing else', () => {
  const complaints: CountedQuery = {kind: 'events', name: 'c', of: 'complaints_total', per: 'requests_total'}
  const first = {pod: {n: 12, bad: 0}, desk: {n: 0, bad: 1, beganAt: 5}}

  test('count from the first one on the side where nothing may be missed, though the process is old', () => {
    const fold = folded({pod: {n: 10, bad: 0}}, first, {query: complaints, firstEventsCount: true})
    expect(fold).toMatchObject({tally: {n: 2, bad: 1}, notes: []})
  })

  test('are a base line where there was no look before, and on the other side', () => {
    expect(folded({}, first, {query: complaints, firstEventsCount: true}).tally).toMatchObject({bad: 0})
    const stable = folded({pod: {n: 10, bad: 0}}, first, {query: complaints})
    expect(stable.tally).toMatchObject({n: 2, bad: 0})
    expect(stable.notes).toEqual([expect.stringContaining('series desk is new with 1 events')])
  })
})

import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {clockSkewMs, type FoldRule, foldSeries} from '../../src/rollout/counters.ts'
import type {CountedQuery} from '../../src/rollout/growth.ts'
import type {Series} from '../../src/telemetry/source.ts'

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

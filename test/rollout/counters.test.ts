import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {foldSeries} from '../../src/rollout/counters.ts'
import type {Series} from '../../src/telemetry/source.ts'

const none = {n: 0, bad: 0, suspect: 0}

describe('counts between two looks', () => {
  test.each<[string, Series | null, Series, {n: number; bad: number; suspect: number}]>([
    ['the first look is the base line and counts nothing', null, {a: {n: 900, bad: 9}}, none],
    ['growth is counted', {a: {n: 10, bad: 1}}, {a: {n: 30, bad: 3}}, {n: 20, bad: 2, suspect: 2}],
    ['the same look again counts nothing', {a: {n: 10, bad: 1}}, {a: {n: 10, bad: 1}}, none],
    ['a restarted process counts from 0', {a: {n: 100, bad: 5}}, {a: {n: 7, bad: 1}}, {n: 7, bad: 1, suspect: 1}],
    ['a restart shows in any counter', {a: {n: 100, bad: 5}}, {a: {n: 150, bad: 1}}, {n: 150, bad: 1, suspect: 1}],
    [
      'a new process counts from 0',
      {a: {n: 10, bad: 0}},
      {a: {n: 10, bad: 0}, b: {n: 4, bad: 2}},
      {n: 4, bad: 2, suspect: 2},
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
    expect(foldSeries(previous, reading)).toMatchObject({kind: 'folded', counts})
  })

  test('a process that returns after a gap is not counted twice', () => {
    const gone = foldSeries({a: {n: 10, bad: 1}}, {})
    const back = gone.kind === 'folded' ? foldSeries(gone.snapshot, {a: {n: 15, bad: 1}}) : gone
    expect(back).toMatchObject({counts: {n: 5, bad: 0}})
  })

  test('a restart is told', () => {
    expect(foldSeries({a: {n: 9, bad: 0}}, {a: {n: 1, bad: 0}})).toMatchObject({
      notes: [expect.stringContaining('began anew')],
    })
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
    expect(foldSeries({}, {ok: {n: 1, bad: 0}, odd: counter})).toMatchObject({
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
          const fold = foldSeries(snapshot, {a: now})
          if (fold.kind !== 'folded') return false
          snapshot = fold.snapshot
          counted += fold.counts.n
        }
        return counted === served
      }),
    )
  })
})

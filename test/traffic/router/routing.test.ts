import {describe, expect, test} from 'vitest'
import * as routing from '../../../src/traffic/router/routing.ts'

const url = (version: string) => ({kind: 'url', url: `http://${version}`}) as const

/** Everything known, nothing serving. */
const known: routing.Routing = {...routing.emptyRouting, releases: {v1: url('v1'), v2: url('v2'), v3: url('v3')}}

function given(...acts: ((from: routing.Routing) => routing.Change)[]): routing.Routing {
  return acts.reduce((from, act) => {
    const change = act(from)
    if (change.kind === 'refused') throw new Error(change.detail)
    return change.routing
  }, known)
}

const deploy = (version: string) => (from: routing.Routing) => routing.deploy(from, version)
const weight = (percent: number) => (from: routing.Routing) => routing.setWeight(from, percent)
const promote =
  (version: string, standbyUntil: number | null = null) =>
  (from: routing.Routing) =>
    routing.promote(from, version, standbyUntil)
const restore =
  (version: string, ...up: string[]) =>
  (from: routing.Routing) =>
    routing.restore(from, version, new Set(up))

describe('the release before a promotion', () => {
  test('is not needed any more', () => {
    const promoted = given(deploy('v1'), deploy('v2'), weight(100), promote('v2'))
    expect(promoted).toMatchObject({stable: 'v2', candidate: null, standby: null, standbyUntil: null, weightPercent: 0})
    expect([...routing.wanted(promoted)]).toEqual(['v2'])
  })

  test('is kept running where that was asked for, so that going back takes no start, until its time is over', () => {
    const promoted = given(deploy('v1'), deploy('v2'), weight(50), promote('v2', 1000))
    expect(promoted).toMatchObject({stable: 'v2', candidate: null, standby: 'v1', weightPercent: 0})
    expect([...routing.wanted(promoted)]).toEqual(['v2', 'v1'])
    expect(routing.endStandby(promoted, 999)).toBe(promoted)
    expect([...routing.wanted(routing.endStandby(promoted, 1000))]).toEqual(['v2'])
  })

  test('is kept no longer when the promotion is repeated', () => {
    expect(given(deploy('v1'), deploy('v2'), promote('v2', 1000), promote('v2', 5000))).toMatchObject({
      standby: 'v1',
      standbyUntil: 1000,
    })
  })

  test('makes room for the next candidate', () => {
    expect(given(deploy('v1'), deploy('v2'), promote('v2', 1000), deploy('v3'))).toMatchObject({
      stable: 'v2',
      candidate: 'v3',
      standby: null,
      standbyUntil: null,
    })
  })
})

describe('a release that is restored', () => {
  test('serves at once when it is up', () => {
    expect(given(deploy('v1'), deploy('v2'), promote('v2', 1000), restore('v1', 'v1', 'v2'))).toMatchObject({
      stable: 'v1',
      candidate: null,
      restoring: null,
      standby: null,
      standbyUntil: null,
    })
  })

  test('takes all traffic from the candidate at once when it is up, whatever the candidate serves', () => {
    const back = given(deploy('v1'), deploy('v2'), weight(100), restore('v1', 'v1', 'v2'))
    expect(back).toMatchObject({stable: 'v1', candidate: null, weightPercent: 0, restoring: null})
  })

  test('waits for its start while the old stable release serves everything', () => {
    const waiting = given(deploy('v1'), deploy('v2'), weight(25), restore('v3', 'v1', 'v2'))
    expect(waiting).toMatchObject({stable: 'v1', candidate: null, weightPercent: 0, restoring: 'v3'})
    expect(routing.chooseRelease(waiting, 0)).toBe('v1')
    expect(routing.arrive(waiting, 'v3')).toMatchObject({stable: 'v3', restoring: null})
  })

  test('and is down leaves everything to the candidate that serves everything, until it is up: nobody else could', () => {
    const waiting = given(deploy('v1'), deploy('v2'), weight(100), restore('v1', 'v2'))
    expect(waiting).toMatchObject({stable: 'v1', candidate: 'v2', weightPercent: 100, restoring: 'v1'})
    expect(routing.chooseRelease(waiting, 99.99)).toBe('v2')
    const arrived = routing.arrive(waiting, 'v1')
    expect(arrived).toMatchObject({stable: 'v1', candidate: null, weightPercent: 0, restoring: null})
    expect([...routing.wanted(arrived)]).toEqual(['v1'])
  })

  test.each([
    ['to an older release while the stable one is up', weight(100), restore('v3', 'v1', 'v2'), {restoring: 'v3'}],
    ['to the stable one, down, from a part of the traffic', weight(99.99), restore('v1', 'v2'), {restoring: null}],
    ['to the stable one, down as the candidate is', weight(100), restore('v1'), {restoring: null}],
    ['to an older release while nobody is up', weight(100), restore('v3'), {restoring: 'v3'}],
  ])('%s takes the candidate away at once', (_, share, back, expected) => {
    const after = given(deploy('v1'), deploy('v2'), share, back)
    expect(after).toMatchObject({stable: 'v1', candidate: null, weightPercent: 0, ...expected})
    expect(routing.chooseRelease(after, 0)).toBe('v1')
  })

  test('does not keep a candidate whose weight somebody takes away by hand, though it is the last one up', () => {
    const taken = given(deploy('v1'), deploy('v2'), weight(100), restore('v1', 'v2'), weight(0))
    expect(routing.chooseRelease(taken, 0)).toBe('v1')
    expect(routing.arrive(taken, 'v1')).toMatchObject({stable: 'v1', candidate: null})
  })

  test('is not waited for any more when the candidate that goes on is promoted', () => {
    const promoted = given(deploy('v1'), deploy('v2'), weight(100), restore('v1', 'v2'), promote('v2'))
    expect(routing.arrive(promoted, 'v1')).toMatchObject({stable: 'v2', candidate: null, restoring: null})
  })

  test('no longer waits when another act came between', () => {
    const changed = given(deploy('v1'), restore('v3', 'v1'), deploy('v2'))
    expect(routing.arrive(changed, 'v3')).toMatchObject({stable: 'v1', candidate: 'v2'})
  })
})

describe('a candidate that gets copies', () => {
  const mirror = (percent: number) => (from: routing.Routing) => routing.mirror(from, percent)
  const rehearsal = given(deploy('v1'), deploy('v2'), mirror(50))

  test.each([
    [0, 'v2'],
    [49.99, 'v2'],
    [50, null],
    [99.99, null],
  ])('gets one at a draw of %s of 100, half of all', (draw, expected) => {
    expect(routing.chooseMirror(rehearsal, 'v1', draw)).toBe(expected)
  })

  test('gets none of what it serves itself', () => {
    expect(routing.chooseMirror(rehearsal, 'v2', 0)).toBe(null)
  })

  test('gets no more when it is promoted, replaced, taken away or deployed again', () => {
    for (const act of [promote('v2'), deploy('v3'), restore('v1', 'v1'), restore('v3', 'v1'), deploy('v2')]) {
      const after = act(rehearsal)
      expect(after).toMatchObject({kind: 'changed', routing: {mirrorPercent: 0}})
    }
  })

  test('gets them apart from its weight', () => {
    expect(given(deploy('v1'), deploy('v2'), mirror(50), weight(5))).toMatchObject({
      weightPercent: 5,
      mirrorPercent: 50,
    })
    expect(given(deploy('v1'), deploy('v2'), mirror(50), weight(0))).toMatchObject({mirrorPercent: 50})
  })
})

test('at everything for the candidate the stable release is still wanted, so that going back takes no start', () => {
  const all = given(deploy('v1'), deploy('v2'), weight(100))
  expect([...routing.wanted(all)]).toEqual(['v1', 'v2'])
  expect(routing.chooseRelease(given(deploy('v1'), deploy('v2'), weight(100), restore('v1', 'v1')), 0)).toBe('v1')
})

test.each([
  ['a release that is not known', routing.deploy(known, 'v9'), 'release-unknown'],
  ['a name that every object has', routing.deploy(known, 'constructor'), 'release-unknown'],
  ['restoring one that is not known', routing.restore(known, 'v9', new Set()), 'release-unknown'],
  ['a weight without a candidate', routing.setWeight(given(deploy('v1')), 5), 'no-candidate'],
  ['copies without a candidate', routing.mirror(given(deploy('v1')), 5), 'no-candidate'],
  ['promoting without a candidate', routing.promote(given(deploy('v1')), 'v2', null), 'other-candidate'],
  ['promoting another candidate', routing.promote(given(deploy('v1'), deploy('v2')), 'v3', null), 'other-candidate'],
])('refuses %s', (_, change, reason) => {
  expect(change).toMatchObject({kind: 'refused', reason})
})

test.each([
  [0, 0, 'v1'],
  [24.99, 25, 'v2'],
  [25, 25, 'v1'],
  [99.999, 100, 'v2'],
])('a draw of %s at %s %% goes to its release', (draw, percent, expected) => {
  expect(routing.chooseRelease(given(deploy('v1'), deploy('v2'), weight(percent)), draw)).toBe(expected)
})

test('nobody serves before the first release', () => {
  expect(routing.chooseRelease(routing.emptyRouting, 0)).toBe(null)
})

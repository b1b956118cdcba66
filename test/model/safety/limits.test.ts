import {describe, expect, test} from 'vitest'
import {usualLimits, Work} from '../../../src/model/safety/limits.ts'
import {OverLimit} from '../../../src/model/safety/malformed.ts'

const small = {...usualLimits, depth: 2, members: 3, unpackedBytes: 1000, ratio: 10, ratioFrom: 100, steps: 5}

function limitOf(spend: (work: Work) => void): string | null {
  try {
    spend(new Work(small))
    return null
  } catch (error) {
    return error instanceof OverLimit ? error.limit : 'another error'
  }
}

describe('a scan ends where a limit is passed, not before', () => {
  test.each([
    ['two levels', (work: Work) => work.enter(2), null],
    ['three levels', (work: Work) => work.enter(3), 'depth'],
    ['three members', (work: Work) => work.member(3), null],
    ['four members, one by one', (work: Work) => [work.member(3), work.member()], 'members'],
    ['five steps', (work: Work) => work.step(5), null],
    ['six steps', (work: Work) => work.step(6), 'work'],
    ['a small file that grows a lot', (work: Work) => work.unpack(100, {unpacked: 100, packed: 1}), null],
    ['ten times its size', (work: Work) => work.unpack(200, {unpacked: 200, packed: 20}), null],
    ['more than ten times its size', (work: Work) => work.unpack(201, {unpacked: 201, packed: 20}), 'ratio'],
    ['more than all may unpack to', (work: Work) => work.unpack(1001, {unpacked: 1001, packed: 900}), 'unpacked'],
  ])('%s', (_, spend, limit) => expect(limitOf(spend)).toBe(limit))

  test('what several files unpack to is added up', () => {
    const work = new Work(small)
    work.unpack(600, {unpacked: 600, packed: 600})
    expect(() => work.unpack(600, {unpacked: 600, packed: 600})).toThrow(OverLimit)
  })

  // Four times the ratio of one member, because a member may be unpacked for several readers.
  test('archives inside of archives end by the size of the file that they are in', () => {
    const nested = (unpacked: number) => () => {
      const work = new Work(small)
      work.admit(20)
      work.unpack(unpacked, {unpacked: 1, packed: 1})
    }
    expect(nested(800)).not.toThrow()
    expect(nested(801)).toThrow('All of it unpacks to more than 40 times the size of its files.')
  })
})

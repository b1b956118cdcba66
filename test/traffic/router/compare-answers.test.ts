import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib'
import {describe, expect, test} from 'vitest'
import {type Answer, compareAnswers} from '../../../src/traffic/router/compare-answers.ts'

const agreement = {tolerance: 1e-6, ignore: new Set(['model_version'])}
const maxBytes = 10_000

const answered = (status: number, body: string | Buffer, headers: Record<string, string> = {}): Answer => ({
  kind: 'answered',
  status,
  headers: {'content-type': 'application/json', ...headers},
  body: {kind: 'whole', bytes: Buffer.from(body)},
})
const cut = (status: number, kind: 'too-large' | 'broken-off'): Answer => ({
  kind: 'answered',
  status,
  headers: {},
  body: {kind},
})
const plain = {'content-type': 'text/plain'}
const good = answered(200, '{"score": 0.25, "label": "good"}')
const none: Answer = {kind: 'none'}
const late: Answer = {kind: 'late'}

describe('a copy of a request that the stable release answered', () => {
  test.each([
    ['by the same bytes', good, 'same'],
    ['in another order and another layout', answered(200, '{"label":"good","score":0.2500000001}'), 'same'],
    ['under the name of another release', answered(200, '{"score":0.25,"label":"good","model_version":"v2"}'), 'same'],
    ['compressed', answered(200, gzipSync('{"score":0.25,"label":"good"}'), {'content-encoding': 'gzip'}), 'same'],
    ['with another score', answered(200, '{"score": 0.26, "label": "good"}'), 'different'],
    ['with another label', answered(200, '{"score": 0.25, "label": "bad"}'), 'different'],
    ['with JSON that is cut off', answered(200, '{"score": 0.25, "la'), 'different'],
    ['with nothing', answered(200, ''), 'different'],
    ['with a refusal', answered(400, '{"score": 0.25, "label": "good"}'), 'different'],
    ['with much more than it', cut(200, 'too-large'), 'different'],
    ['with what is not compressed as it says', answered(200, 'x', {'content-encoding': 'gzip'}), 'different'],
    ['with an error', answered(500, '{"score": 0.25, "label": "good"}'), 'failed'],
    ['with half an answer', cut(200, 'broken-off'), 'failed'],
    ['not at all', none, 'failed'],
    ['too late', late, 'failed'],
  ] as const)('and the candidate %s', async (_, candidate, result) => {
    expect(await compareAnswers(good, candidate, agreement, maxBytes)).toEqual({kind: 'compared', result})
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is compared behind its compression by %s', async (encoding, compress) => {
    const as = (text: string) => answered(200, compress(text), {'content-encoding': encoding})
    const compare = async (text: string) => compareAnswers(good, as(text), agreement, maxBytes)
    expect(await compare('{"label": "good", "score": 0.25}')).toMatchObject({result: 'same'})
    expect(await compare('{"label": "good", "score": 0.75}')).toMatchObject({result: 'different'})
  })

  test('is compared byte by byte where it is no JSON', async () => {
    const csv = answered(200, '0.25,good', plain)
    expect(await compareAnswers(csv, answered(200, '0.25,good', plain), agreement, maxBytes)).toMatchObject({
      result: 'same',
    })
    expect(await compareAnswers(csv, answered(200, '0.250,good', plain), agreement, maxBytes)).toMatchObject({
      result: 'different',
    })
  })

  test('with a refusal of both is the same: the two agree what is wrong input', async () => {
    const refusal = answered(422, '{"error": "age is missing"}')
    expect(await compareAnswers(refusal, refusal, agreement, maxBytes)).toMatchObject({result: 'same'})
  })
})

describe('a copy says nothing of the candidate', () => {
  test.each([
    ['the stable release did not answer', none, good, 'stable-unanswered'],
    ['the user gave up in the middle of the answer', cut(200, 'broken-off'), good, 'stable-unanswered'],
    ['the stable release failed', answered(503, ''), good, 'stable-failed'],
    ['both failed: the request may be a poisonous one', answered(500, ''), answered(500, ''), 'stable-failed'],
    ['the stable release took too long', late, good, 'stable-late'],
    ['both took too long', late, late, 'stable-late'],
    ['both answers are too large', cut(200, 'too-large'), cut(200, 'too-large'), 'answers-too-large'],
  ] as const)('when %s', async (_, stable, candidate, reason) => {
    expect(await compareAnswers(stable, candidate, agreement, maxBytes)).toEqual({kind: 'skipped', reason})
  })

  test('when both unfold to more than is kept: a few bytes shall not fill the memory', async () => {
    const bomb = (text: string) => answered(200, gzipSync(text.repeat(50_000)), {'content-encoding': 'gzip'})
    expect(await compareAnswers(bomb('1'), bomb('2'), agreement, maxBytes)).toEqual({
      kind: 'skipped',
      reason: 'answers-too-large',
    })
  })
})

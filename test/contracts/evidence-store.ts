/** What every evidence store must do. Each store's own test calls this. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type Digest, digestOfText} from '../../src/core/digest.ts'
import type {Evidence} from '../../src/evidence/evidence.ts'
import type {EvidenceStore} from '../../src/evidence/store.ts'

/** The evidence of the service `credit`, wherever it is kept. */
export interface EvidencePlace {
  /** Another handle on the same evidence, with no memory: another job. */
  open(): EvidenceStore
  /** Puts a file at a path below the store's root, as a person would. */
  put(path: string, text: string): Promise<void>
  /** Text of the file at a path below the store's root. */
  read(path: string): Promise<string>
  close(): Promise<void>
}

export function digestOf(digit: string): Digest {
  return `sha256:${digit.repeat(64)}`
}

export function evidenceOf(changes: Partial<Evidence> = {}): Evidence {
  return {
    schemaVersion: 1,
    kind: 'model',
    service: 'credit',
    digest: digestOf('a'),
    verdict: 'pass',
    reason: 'model/passed',
    summary: 'All 3 checks passed.',
    policy: digestOf('b'),
    at: '2026-11-21T10:00:00.000Z',
    by: 'local',
    findings: [
      {
        id: 'model/metric-at-least',
        verdict: 'pass',
        reason: 'model/metric-above-limit',
        subject: 'accuracy',
        what: 'accuracy is 0.91.',
        value: 0.91,
        limit: 'at least 0.85',
        interval: {low: 0.88, high: Number.POSITIVE_INFINITY, confidence: 0.95, method: 'Wilson'},
        n: 200,
        details: {positive: 'good', folds: 1, paired: true, groups: ['a', 'b']},
      },
    ],
    measures: {
      evaluation: digestOf('c'),
      predictions: digestOf('d'),
      rows: 200,
      reading: 'binary, positive "bad", weighted',
      values: {
        accuracy: {value: 0.91, low: 0.87, high: 0.94, confidence: 0.9, n: 200},
        'ndcg at 10': {value: 0.5},
      },
    },
    reported: {'test.f1': {value: 0.8, n: 200, stderr: 0.03}},
    ...changes,
  }
}

export function describeEvidenceStore(name: string, create: () => Promise<EvidencePlace>): void {
  describe(`${name} as an evidence store`, () => {
    let place: EvidencePlace
    beforeEach(async () => {
      place = await create()
    })
    afterEach(() => place.close())

    test('bytes that nobody judged have no evidence, and that is no error', async () => {
      expect(await place.open().find('model', digestOf('a'))).toEqual([])
    })

    test('another job finds what was recorded, whole, an open interval included', async () => {
      await place.open().record(evidenceOf())
      expect(await place.open().find('model', digestOf('a'))).toEqual([evidenceOf()])
    })

    test('evidence vouches for exactly its bytes and its kind', async () => {
      await place.open().record(evidenceOf())
      expect(await place.open().find('model', digestOf('c'))).toEqual([])
      expect(await place.open().find('image', digestOf('a'))).toEqual([])
    })

    test('a later judgement is added and comes last; none is replaced', async () => {
      const early = evidenceOf()
      const late = evidenceOf({at: '2026-11-21T10:00:00.001Z', verdict: 'fail', reason: 'model/accuracy-below-limit'})
      const store = place.open()
      await store.record(late)
      await store.record(early)
      expect(await store.find('model', digestOf('a'))).toEqual([early, late])
    })

    test('the same evidence recorded twice is kept once', async () => {
      await place.open().record(evidenceOf())
      await place.open().record(evidenceOf())
      expect(await place.open().find('model', digestOf('a'))).toHaveLength(1)
    })

    test('another verdict on the same bytes at the same instant is refused, and the first one stays', async () => {
      await place.open().record(evidenceOf({verdict: 'fail', reason: 'model/accuracy-below-limit'}))
      await expect(place.open().record(evidenceOf())).rejects.toMatchObject({code: 'evidence/conflict'})
      expect(await place.open().find('model', digestOf('a'))).toMatchObject([{verdict: 'fail'}])
    })

    test('twelve jobs that record at once all leave their evidence', async () => {
      const times = Array.from({length: 12}, (_, index) => `2026-11-21T10:00:00.${String(index).padStart(3, '0')}Z`)
      await Promise.all(times.map(at => place.open().record(evidenceOf({at}))))
      const found = await place.open().find('model', digestOf('a'))
      expect(found.map(({at}) => at)).toEqual(times)
    })

    test('a file that evidence names is kept beside it, and is not taken for evidence', async () => {
      const text = '{"bomFormat":"CycloneDX"}'
      const attached = {name: 'sbom-linux-amd64.cdx.json', digest: digestOfText(text), size: text.length}
      const evidence = evidenceOf({attachments: [attached]})
      await place.open().record(evidence, {[attached.name]: text})
      await place.open().record(evidence, {[attached.name]: text})
      expect(await place.open().find('model', digestOf('a'))).toEqual([evidence])
      expect(await place.read(`model/${'a'.repeat(64)}/20261121T100000.000Z.sbom-linux-amd64.cdx.json`)).toBe(text)
    })

    test.each([
      ['is not given', {}],
      ['is another one', {'sbom.cdx.json': 'other'}],
    ])('a file that evidence names and that %s is refused, and nothing is recorded', async (_, given) => {
      const evidence = evidenceOf({attachments: [{name: 'sbom.cdx.json', digest: digestOfText('text'), size: 4}]})
      await expect(place.open().record(evidence, given)).rejects.toMatchObject({code: 'evidence/attachment-differs'})
      expect(await place.open().find('model', digestOf('a'))).toEqual([])
    })

    test('what could not be read back is not recorded', async () => {
      await expect(place.open().record(evidenceOf({at: 'yesterday'}))).rejects.toMatchObject({
        code: 'evidence/malformed',
      })
      await expect(place.open().record(evidenceOf({service: 'fraud'}))).rejects.toMatchObject({
        code: 'evidence/misplaced',
      })
      expect(await place.open().find('model', digestOf('a'))).toEqual([])
    })

    const folder = `model/${'a'.repeat(64)}`
    const file = `${folder}/20261121T100000.000Z.json`
    const edited = (changes: object) => JSON.stringify({...evidenceOf(), ...changes})
    test.each([
      ['garbage', 'garbage', 'evidence/malformed'],
      ['half a file', edited({}).slice(0, 100), 'evidence/malformed'],
      ['an empty file', '', 'evidence/malformed'],
      ['a verdict that does not exist', edited({verdict: 'passed'}), 'evidence/malformed'],
      ['a field that nobody knows', edited({approved: true}), 'evidence/malformed'],
      ['a newer format', edited({schemaVersion: 2}), 'evidence/malformed'],
      ['evidence for other bytes', edited({digest: digestOf('c')}), 'evidence/misplaced'],
      ['evidence of another kind', edited({kind: 'image'}), 'evidence/misplaced'],
      ['evidence of another service', edited({service: 'fraud'}), 'evidence/misplaced'],
      ['evidence of another time', edited({at: '2027-01-01T00:00:00.000Z'}), 'evidence/misplaced'],
    ])('a file that was put there by hand is an error, never ignored: %s', async (_, text, code) => {
      await place.put(file, text)
      await expect(place.open().find('model', digestOf('a'))).rejects.toMatchObject({name: 'UserError', code})
    })
  })
}

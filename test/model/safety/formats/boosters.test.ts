import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Format} from '../../../../src/model/safety/format.ts'
import {catboost, catboostJson} from '../../../../src/model/safety/formats/catboost.ts'
import {lightgbm} from '../../../../src/model/safety/formats/lightgbm.ts'
import {pmml} from '../../../../src/model/safety/formats/pmml.ts'
import {xgboostBinary, xgboostJson, xgboostUbjson} from '../../../../src/model/safety/formats/xgboost.ts'
import {joined} from './protobuf-bytes.ts'
import {record, sampleOf} from './recorded-scan.ts'

const folder = resolve(import.meta.dirname, '../../../fixtures/models/boosters')
const fixture = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)))
const bytes = (text: string) => new TextEncoder().encode(text)
const formats = [xgboostJson, xgboostUbjson, xgboostBinary, lightgbm, catboost, catboostJson, pmml]

const real: readonly (readonly [string, Format, string, readonly string[]])[] = [
  ['xgboost.json', xgboostJson, 'XGBoost, 2 trees', []],
  ['xgboost.ubj', xgboostUbjson, 'XGBoost, 2 trees', []],
  ['lightgbm.txt', lightgbm, 'LightGBM, 2 trees', []],
  ['lightgbm-custom.txt', lightgbm, 'LightGBM, 2 trees', ['note lightgbm-custom-objective']],
  ['catboost.cbm', catboost, 'CatBoost', []],
  ['catboost-custom.cbm', catboost, 'CatBoost', ['note catboost-custom-loss']],
  ['catboost.json', catboostJson, 'CatBoost (JSON)', []],
  ['catboost.pmml', pmml, 'PMML', []],
]

describe('what the libraries wrote', () => {
  test.each([
    ['xgboost.json', xgboostJson],
    ['catboost.json', catboostJson],
  ])('%s is known behind blanks too, as their parsers pass over them', (name, format) => {
    const content = Buffer.concat([Buffer.from(' \n'.repeat(1000)), fixture(name)])
    expect(format.recognise(sampleOf(content, 'model'))).toBe(true)
  })

  test.each(real)('%s is known by its content, alone', async (name, format, is, sights) => {
    const content = fixture(name)
    expect(formats.filter(each => each.recognise(sampleOf(content, 'model')))).toEqual([format])
    const recorded = await record(format, content)
    expect({is: recorded.reading?.is, sights: recorded.sights, ended: recorded.ended}).toEqual({
      is,
      sights,
      ended: null,
    })
  })

  test.each(real.filter(([name]) => !name.startsWith('catboost-')))(
    '%s, cut after a quarter, is refused',
    async (name, format) => {
      const content = fixture(name)
      const {ended, sights} = await record(format, content.subarray(0, content.length / 4))
      expect(ended !== null || sights.some(sight => sight.startsWith('damaged'))).toBe(true)
    },
  )

  test('changed bytes never end in anything but a refusal', async () => {
    const files = real.map(([name, format]) => [format, fixture(name)] as const)
    const change = fc.record({
      file: fc.nat(files.length - 1),
      edits: fc.array(fc.tuple(fc.double({min: 0, max: 1, noNaN: true}), fc.nat(255)), {minLength: 1, maxLength: 8}),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({file, edits}) => {
        const [format, original] = files[file] ?? [pmml, new Uint8Array(0)]
        const content = original.slice()
        for (const [where, byte] of edits) content[Math.floor(where * (content.length - 1))] = byte
        const {ended} = await record(format, content, {limits: {steps: 5_000_000}})
        expect(['Malformed', 'OverLimit', undefined]).toContain(ended?.name)
      }),
      {numRuns: 300},
    )
  })
})

describe('XGBoost', () => {
  const model = (objective: string) =>
    `{"learner":{"gradient_booster":{"model":{},"name":"gbtree"},"learner_model_param":{},"objective":{"name":"${objective}"}},"version":[3,2,0]}`

  test.each<[string, string, readonly string[], RegExp | null]>([
    ['an objective of its own', model('fleet:cost'), ['note xgboost-unknown-objective'], null],
    ['no booster', '{"learner":{"learner_model_param":{}},"version":[1]}', ['damaged xgboost-no-model'], null],
    ['a key twice', '{"learner":{"gradient_booster":1,"gradient_booster":2},"version":[1]}', [], /names a key twice/],
    ['something behind its end', `${model('reg:squarederror')} {}`, [], /not JSON/],
    ['brackets that do not match', '{"learner":{"gradient_booster":[1,2}},"version":[1]}', [], /not JSON/],
    ['a wrong number', '{"learner":{"gradient_booster":01},"version":[1]}', [], /not JSON/],
    ['a word that is none', '{"learner":{"gradient_booster":tru},"version":[1]}', [], /not JSON/],
    ['no end', '{"learner":{"gradient_booster":{', [], /ends inside/],
    ['no end of depth', `{"learner":{"gradient_booster":${'['.repeat(300)}`, [], /nested deeper than 200/],
  ])('JSON with %s', async (_, text, sights, ended) => {
    expect(xgboostJson.recognise(sampleOf(bytes(text)))).toBe(/gradient_booster|learner_model_param/.test(text))
    const recorded = await record(xgboostJson, bytes(text))
    expect(recorded.sights).toEqual(sights)
    if (ended === null) expect(recorded.ended).toBeNull()
    else expect(recorded.ended?.message).toMatch(ended)
  })

  test('the old binary form is not read', async () => {
    expect(xgboostBinary.recognise(sampleOf(bytes('binf\0\0\0\0')))).toBe(true)
    expect((await record(xgboostBinary, bytes('binf\0\0\0\0'))).sights).toEqual(['unread xgboost-binary-form'])
  })

  test.each([
    ['a list that claims 2^50 numbers', '{i\x07learner{i\x10gradient_booster[$d#L\0\x04\0\0\0\0\0\0'],
    ['a text that claims 2^50 bytes', '{i\x07learnerSL\0\x04\0\0\0\0\0\0'],
    ['a negative count', '{i\x07learner[#i\xff'],
    ['lists in lists without end', `{i\x07learner${'['.repeat(5000)}`],
    ['an unknown marker', '{i\x07learner?'],
  ])('UBJSON: %s', async (_, text) => {
    const {ended, fetched} = await record(xgboostUbjson, Buffer.from(text, 'latin1'))
    expect(ended?.name).toBe('Malformed')
    expect(fetched).toBeLessThan(100_000)
  })

  test('UBJSON with bytes behind its model is two files in one', async () => {
    const {ended} = await record(xgboostUbjson, joined([fixture('xgboost.ubj'), bytes('PK')]))
    expect(ended?.message).toBe('2 bytes follow the model.')
  })
})

describe('LightGBM', () => {
  const text = new TextDecoder().decode(fixture('lightgbm.txt'))

  test('a tree that is missing', async () => {
    const [head = '', rest = ''] = text.split('Tree=1')
    const without = head + rest.slice(rest.indexOf('end of trees'))
    expect((await record(lightgbm, bytes(without))).observations.map(({what}) => what)).toEqual([
      'Its header speaks of 2 trees, and it has 1.',
    ])
  })

  test('trees in another order', async () => {
    expect((await record(lightgbm, bytes(text.replace('Tree=1', 'Tree=7')))).ended?.message).toBe(
      'Tree 1 does not follow the one before it.',
    )
  })
})

describe('PMML', () => {
  const document = (head: string, body = '') => bytes(`${head}<PMML version="4.4">${body}</PMML>\n`)

  test.each<[string, Uint8Array, string]>([
    [
      'an entity that reads a file',
      document('<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      'runs pmml-document-type: It declares "<!DOCTYPE p [".',
    ],
    [
      'a style sheet',
      document('<?xml-stylesheet href="http://x/"?>'),
      'look pmml-includes: It has "<?xml-stylesheet".',
    ],
    [
      'an extension',
      document('', '<Extension name="class" value="java.lang.Runtime"/>'),
      'note pmml-extension: It has the extension "<Extension name=\\"class\\" value=\\"java.lang.Runtime\\"/".',
    ],
    [
      'another encoding',
      document('<?xml version="1.0" encoding="UTF-7"?>'),
      'unread pmml-encoding-unread: It says that its encoding is "UTF-7".',
    ],
  ])('%s', async (_, content, sight) => {
    expect(pmml.recognise(sampleOf(content))).toBe(true)
    const {observations} = await record(pmml, content)
    expect(observations.map(({rule, what}) => `${rule.means} ${rule.id}: ${what}`)).toEqual([sight])
  })

  test('a mark across two reads is seen once', async () => {
    const padding = ' '.repeat(2 ** 20 - 45)
    const {sights} = await record(pmml, document('', `${padding}<!DOCTYPE x>${' '.repeat(1000)}`))
    expect(sights).toEqual(['runs pmml-document-type'])
  })
})

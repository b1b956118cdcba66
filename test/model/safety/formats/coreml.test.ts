import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {coreml, coremlManifest, coremlWeights} from '../../../../src/model/safety/formats/coreml.ts'
import {onnx} from '../../../../src/model/safety/formats/onnx.ts'
import {field, joined, message} from './protobuf-bytes.ts'
import {folderOf, record, sampleOf} from './recorded-scan.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/models/coreml/${name}`, import.meta.url)))
const inPackage = 'program.mlpackage/Data/com.apple.CoreML'
const weights = fixture(`${inPackage}/weights/weight.bin`)
const program = fixture(`${inPackage}/model.mlmodel`)

const model = (...parts: readonly Uint8Array[]) =>
  message(field(1, 7), field(2, message(field(10, message(field(1, 'y'))))), ...parts)

/** A text in messages in messages: the fields that lead to it, outermost first. */
const nest = (path: readonly number[], content: string) =>
  path.toReversed().reduce<Uint8Array>((inner, number) => field(number, inner), new TextEncoder().encode(content))

describe('Core ML models of coremltools 9', () => {
  test.each<[string, readonly string[]]>([
    ['plain.mlmodel', []],
    ['custom-layer.mlmodel', ['look coreml-custom-class']],
    ['custom-model.mlmodel', ['look coreml-custom-class']],
    ['pipeline.mlmodel', ['look coreml-custom-class']],
    ['linked.mlmodel', ['runs coreml-path-outside']],
  ])('%s', async (name, expected) => {
    const file = fixture(name)
    expect(coreml.recognise(sampleOf(file))).toBe(true)
    expect(onnx.recognise(sampleOf(file))).toBe(false)
    const {sights, ended} = await record(coreml, file)
    expect({sights, ended}).toEqual({sights: expected, ended: null})
  })

  test('a program finds its weights in the package, and vouches for their file', async () => {
    const siblings = folderOf({'weights/weight.bin': weights})
    const {sights, reading, tensors} = await record(coreml, program, {siblings})
    expect(coreml.recognise(sampleOf(program))).toBe(true)
    expect(sights).toEqual([])
    expect(reading?.dataFiles).toEqual(['weights/weight.bin'])
    const [matrix] = tensors
    expect(matrix).toMatchObject({dtype: 'F32', shape: [1024]})
    const bytes = weights.slice(matrix?.data?.begin, matrix?.data?.end)
    expect([...new Float32Array(bytes.buffer)]).toEqual(Array.from({length: 1024}, (_, index) => index))
  })

  test.each<[string, ReturnType<typeof folderOf> | null, string]>([
    ['no file', folderOf({}), 'damaged coreml-file-missing'],
    ['a link', folderOf({'weights/weight.bin': {kind: 'link'}}), 'runs coreml-path-outside'],
    [
      'a file that is cut off',
      folderOf({'weights/weight.bin': weights.slice(0, 200)}),
      'damaged coreml-weights-damaged',
    ],
    ['another file', folderOf({'weights/weight.bin': new Uint8Array(5000)}), 'damaged coreml-weights-damaged'],
    ['an archive around it', null, 'unsure coreml-file-unchecked'],
  ])('where its weights should be there is %s', async (_, siblings, expected) => {
    expect((await record(coreml, program, {siblings})).sights).toContain(expected)
  })

  test('its weights and its manifest are known by themselves', async () => {
    expect(coremlWeights.recognise(sampleOf(weights))).toBe(true)
    expect(coremlWeights.recognise(sampleOf(program))).toBe(false)
    const manifest = fixture('program.mlpackage/Manifest.json')
    expect(coremlManifest.recognise(sampleOf(manifest, 'Manifest.json'))).toBe(true)
    const siblings = folderOf({
      'Data/com.apple.CoreML/model.mlmodel': program,
      'Data/com.apple.CoreML/weights': {kind: 'folder'},
    })
    expect((await record(coremlManifest, manifest, {siblings})).sights).toEqual([])
  })
})

describe('hostile Core ML models', () => {
  const blob = (file: string, offset = 64) => field(5, message(field(1, file), field(2, offset)))
  const programOf = (value: Uint8Array) => {
    const operation = message(field(1, 'const'), field(5, message(field(1, 'val'), field(2, value))))
    const block = field(3, message(field(1, 'CoreML7'), field(2, message(field(3, operation)))))
    return model(field(502, message(field(2, message(field(1, 'main'), field(2, message(block)))))))
  }
  test.each<[string, Uint8Array, readonly string[]]>([
    ['weights upwards', programOf(blob('@model_path/../../secret')), ['runs coreml-path-outside']],
    ['weights at an absolute path', programOf(blob('/etc/passwd')), ['runs coreml-path-outside']],
    [
      'weights in a list',
      programOf(field(3, message(field(3, message(field(1, blob('/etc/passwd'))))))),
      ['runs coreml-path-outside'],
    ],
    [
      'weights in a tuple',
      programOf(field(3, message(field(2, message(field(1, blob('/etc/passwd'))))))),
      ['runs coreml-path-outside'],
    ],
    ['a serialized model', model(field(3000, message(field(1, 'x')))), ['unread coreml-serialized-part']],
    ['a kind that does not exist yet', model(field(900, ''), field(4000, 'x')), ['unread coreml-unknown-kind']],
    ['a custom layer in a branch', model(nest([500, 1, 605, 2, 1, 500, 10], 'C')), ['look coreml-custom-class']],
    ['a linked model beside it', model(nest([556, 1, 1, 1], 'other')), ['look coreml-linked-model']],
    ['a tree', model(field(402, message(field(1, 'x')))), []],
  ])('%s', async (_, file, expected) => {
    expect(coreml.recognise(sampleOf(file))).toBe(true)
    expect((await record(coreml, file)).sights).toEqual(expected)
  })

  test('what was met before the file breaks still counts', async () => {
    const {sights, ended} = await record(coreml, joined([programOf(blob('/etc/passwd')), Uint8Array.of(0xff)]))
    expect(sights).toEqual(['runs coreml-path-outside'])
    expect(ended?.name).toBe('Malformed')
  })

  test.each<[string, string, readonly string[]]>([
    ['a path upwards', '{"itemInfoEntries":{"a":{"path":"../../x"}}}', ['runs coreml-path-outside']],
    ['a path that is not there', '{"itemInfoEntries":{"a":{"path":"x"}}}', ['damaged coreml-file-missing']],
    ['no path', '{"itemInfoEntries":{"a":{}}}', ['damaged coreml-manifest-malformed']],
    ['no entries', '{"itemInfoEntries":[]}', ['damaged coreml-manifest-malformed']],
    [
      'an entry twice',
      '{"itemInfoEntries":{"a":{"path":"x"},"a":{"path":"y"}}}',
      ['damaged coreml-manifest-malformed'],
    ],
  ])('a manifest with %s', async (_, json, expected) => {
    const {sights} = await record(coremlManifest, new TextEncoder().encode(json), {siblings: folderOf({})})
    expect(sights).toEqual(expected)
  })

  test('no change of a real file makes the reader throw untyped', async () => {
    const files = [program, fixture('pipeline.mlmodel'), fixture('linked.mlmodel')]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(900), fc.nat(255)), {minLength: 1, maxLength: 4}),
        async (whole, changes) => {
          const changed = whole.slice()
          for (const [place, byte] of changes) changed[place % changed.length] = byte
          coreml.recognise(sampleOf(changed))
          await record(coreml, changed, {siblings: folderOf({'weights/weight.bin': weights}), limits: {steps: 100_000}})
        },
      ),
      {numRuns: 400},
    )
  })
})

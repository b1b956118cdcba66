import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {FlatBuffer} from '../../../../src/model/safety/formats/flatbuffer.ts'
import {tflite} from '../../../../src/model/safety/formats/tflite.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {Malformed} from '../../../../src/model/safety/malformed.ts'
import {record, sampleOf} from './recorded-scan.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/models/tflite/${name}`, import.meta.url)))

describe('TensorFlow Lite models', () => {
  test.each<[string, readonly string[]]>([
    ['plain.tflite', []],
    ['detection.tflite', []],
    ['custom.tflite', ['look tflite-custom-operator']],
    ['flex.tflite', ['look tflite-tensorflow-operator']],
    ['python.tflite', ['runs tensorflow-calls-python']],
    ['reads-file.tflite', ['runs tensorflow-reads-files']],
    ['edge-tpu.tflite', ['code tflite-compiled-part']],
    ['size.tflite', ['damaged tflite-size-mismatch']],
  ])('%s', async (name, expected) => {
    const file = fixture(name)
    expect(tflite.recognise(sampleOf(file))).toBe(true)
    const {sights, ended, reading} = await record(tflite, file)
    expect({sights, ended}).toEqual({sights: expected, ended: null})
    expect(reading).toEqual({is: 'TFLite, 1 operator, 1 tensor', holds: 'weights'})
  })

  test('weights lie where the interpreter takes them', async () => {
    const file = fixture('plain.tflite')
    const {tensors} = await record(tflite, file)
    expect(tensors).toMatchObject([{name: 'w', dtype: 'F32', shape: [4]}])
    const bytes = file.slice(tensors[0]?.data?.begin, tensors[0]?.data?.end)
    expect([...new Float32Array(bytes.buffer)]).toEqual([0, 1, 2, 3])
  })

  test.each<[string, Uint8Array]>([
    ['a root behind the end', Uint8Array.from([0xff, 0xff, 0xff, 0x7f, 0x54, 0x46, 0x4c, 0x33])],
    ['a table whose vtable lies before the file', Uint8Array.from([8, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 0xff, 0, 0, 0])],
    ['a vtable of one byte', Uint8Array.from([12, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 1, 0, 4, 0, 4, 0, 0, 0])],
    ['nothing behind the mark', Uint8Array.from([0, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33])],
  ])('%s is malformed', async (_, file) => {
    expect((await record(tflite, file)).ended?.name).toBe('Malformed')
  })

  test('a hundred vectors that share their tables end at a limit of work', async () => {
    expect((await record(tflite, fixture('plain.tflite'), {limits: {steps: 5}})).ended?.name).toBe('OverLimit')
  })

  test('no change of a real file makes the reader throw untyped, or read outside of the file', async () => {
    const files = ['plain.tflite', 'custom.tflite', 'python.tflite'].map(fixture)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), {minLength: 1, maxLength: 4}),
        fc.option(fc.nat(400)),
        async (whole, changes, cut) => {
          const changed = whole.slice(0, cut === null ? whole.length : cut % whole.length)
          for (const [place, byte] of changes) changed[place % Math.max(1, changed.length)] = byte
          const {tensors} = await record(tflite, changed, {limits: {steps: 100_000}})
          for (const {data} of tensors) expect(data?.end).toBeLessThanOrEqual(changed.length)
        },
      ),
      {numRuns: 500},
    )
  })
})

describe('FlatBuffer', () => {
  test('numbers across the edge of a page are read whole', async () => {
    const bytes = new Uint8Array(2 * 65_536).fill(0)
    for (const [index, byte] of [1, 2, 3, 4, 5, 6, 7, 0].entries()) bytes[65_534 + index] = byte
    const buffer = new FlatBuffer(bytesOf(bytes), new Work())
    expect(await buffer.u32(65_534)).toBe(0x0403_0201)
    expect(await buffer.u16(65_535)).toBe(0x0302)
    expect(await buffer.u64(65_534)).toBe(0x07_0605_0403_0201)
  })

  test('a vector longer than the file is malformed before anything is taken of it', async () => {
    const buffer = new FlatBuffer(bytesOf(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 1, 2])), new Work())
    await expect(buffer.vector(0, 4)).rejects.toThrow(Malformed)
    await expect(buffer.text(0)).rejects.toThrow(Malformed)
  })
})

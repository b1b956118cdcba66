import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {readTexts} from '../../../../src/model/safety/formats/hdf5/attributes.ts'
import {GlobalHeap} from '../../../../src/model/safety/formats/hdf5/global-heap.ts'
import {openHdf5} from '../../../../src/model/safety/formats/hdf5/source.ts'
import {walkHdf5} from '../../../../src/model/safety/formats/hdf5/walk.ts'
import {hdf5} from '../../../../src/model/safety/formats/hdf5.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'
import {record, sampleOf} from './recorded-scan.ts'

const folder = resolve(import.meta.dirname, '../../../fixtures/models/hdf5')
const fixture = (name: string) => new Uint8Array(readFileSync(resolve(folder, name)))

const truth = z.record(
  z.string(),
  z.object({
    tree: z.record(z.string(), z.nullable(z.tuple([z.array(z.number()), z.string()]))),
    attributes: z.array(z.string()),
  }),
)
const files = Object.entries(truth.parse(JSON.parse(readFileSync(resolve(folder, 'tree.json'), 'utf8'))))

async function walked(content: Uint8Array) {
  const source = await openHdf5(bytesOf(content), new Work())
  const heap = new GlobalHeap(source)
  const shapes = new Map<string, readonly number[] | null>()
  const texts = new Map<string, readonly string[] | null>()
  for await (const object of walkHdf5(source, heap)) {
    shapes.set(object.path, object.kind === 'dataset' ? object.shape : null)
    if (object.path !== '/') continue
    for (const attribute of object.attributes) texts.set(attribute.name, await readTexts(heap, attribute))
  }
  shapes.delete('/')
  return {shapes, texts}
}

describe('what h5py wrote is what is read', () => {
  test.each(files)('%s: the same tree and the same attributes', async (name, {tree, attributes}) => {
    const {shapes, texts} = await walked(fixture(name))
    const expected = new Map(
      Object.entries(tree).map(([path, dataset]) => [path, dataset === null ? null : dataset[0]]),
    )
    expect(new Map([...shapes].toSorted())).toEqual(new Map([...expected].toSorted()))
    expect([...texts.keys()].toSorted()).toEqual(attributes)
    expect(texts.get('texts')).toEqual(['a', 'bcd', 'ü'])
    expect(texts.get('layer_names')).toEqual(['dense', 'dense_1'])
    expect(texts.get('number_00')).toBeNull()
  })

  test('an attribute that is stored outside of its object is read whole', async () => {
    for (const name of ['latest.h5', 'v108.h5']) {
      expect((await walked(fixture(name))).texts.get('large')).toEqual(['y'.repeat(5000)])
    }
  })

  test('datasets become tensors, with a place only where their elements lie in one piece', async () => {
    const {tensors, reading, sights, ended} = await record(hdf5, fixture('latest.h5'))
    expect(ended).toBeNull()
    expect(reading).toEqual({is: 'Keras model (HDF5), 25 datasets', holds: 'weights'})
    expect(sights).toEqual(['look hdf5-soft-link'])
    const byName = new Map(tensors.map(tensor => [tensor.name, tensor]))
    const kernel = byName.get('model_weights/dense_0/kernel')
    expect(kernel).toMatchObject({dtype: 'F32', shape: [2, 3]})
    // np.arange(6): 0, 1, 2 … as float32, little-endian.
    const elements = await kernel?.data?.bytes.slice(kernel.data.begin, kernel.data.end)
    expect([...new Float32Array(elements?.slice().buffer ?? new ArrayBuffer(0))]).toEqual([0, 1, 2, 3, 4, 5])
    expect(byName.get('model_weights/dense_0/half')?.dtype).toBe('F16')
    expect(byName.get('model_weights/dense_0/long')?.dtype).toBe('I64')
    expect(byName.get('model_weights/dense_0/packed')?.data).toBeNull()
    expect(byName.get('model_weights/dense_0/big_endian')?.data).toBeNull()
  })
})

describe('what leads out of the file is seen', () => {
  test.each([
    ['external-link.h5', 'runs hdf5-external-link', '"/model_weights" leads to "/weights" in the file "/etc/hostname"'],
    ['external-data.h5', 'runs hdf5-external-data', '"/bias" keeps its elements in the file "../../secret"'],
    ['virtual.h5', 'runs hdf5-virtual-dataset', '"/kernel" is put together from "/srv/other.h5"'],
    ['shape-bomb.h5', 'bomb hdf5-shape-bomb', 'Its datasets claim 4 TiB of elements'],
    ['family.h5', 'unread hdf5-several-files', 'several files'],
  ])('%s: %s', async (name, sight, what) => {
    const {sights, observations} = await record(hdf5, fixture(name))
    expect(sights).toEqual([sight])
    expect(observations[0]?.what).toContain(what)
  })

  test('a link of a user-defined kind cannot be decided', async () => {
    const content = fixture('external-link.h5')
    // Symbol table entries of old groups know no other kinds: the link message of an external link has the type 64.
    const at = content.findIndex((byte, index) => byte === 64 && content[index - 2] === 1 && content[index - 1] === 8)
    content[at] = 65
    expect((await record(hdf5, content)).sights).toEqual(['unsure hdf5-user-defined-link'])
  })
})

describe('PyTables, and pandas with it, unpickles what it finds', () => {
  test('a pickle in an attribute is looked at as one, and a dataset of pickled rows is not read', async () => {
    const {observations} = await scan(fixture('pytables.h5'))
    expect(observations.map(({rule}) => rule.id)).toEqual(['pickle-import', 'hdf5-pickled-rows'])
    const [pickled, rows] = observations
    expect(pickled?.imported).toMatchObject({module: 'builtins', name: 'print'})
    expect(pickled?.place.path).toEqual(['frame.h5', '/frame (attribute info)'])
    expect(rows?.what).toBe('"/frame/values" is marked as holding pickled objects.')
  })

  test('attributes of Keras are no pickles', async () => {
    expect((await scan(fixture('latest.h5'))).observations.map(({rule}) => rule.id)).toEqual(['hdf5-soft-link'])
  })
})

function scan(content: Uint8Array) {
  const artifact = {path: ['frame.h5'], bytes: bytesOf(content), loader: 'any', siblings: null} as const
  return scanArtifact(artifact, {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))})
}

describe('a broken file is refused', () => {
  test('one that was cut', async () => {
    const {ended} = await record(hdf5, fixture('earliest.h5').subarray(0, 9000))
    expect(ended?.message).toMatch(/^It has 9000 bytes, and its superblock says that it ends at byte \d+\.$/)
  })

  test('a file named .h5 that holds something else', async () => {
    const content = new Uint8Array(200_000).fill(65)
    expect(hdf5.recognise(sampleOf(content, 'model.h5'))).toBe(true)
    expect((await record(hdf5, content)).ended?.message).toBe(
      'No HDF5 signature stands where the library looks for it.',
    )
  })

  test('one with a user block is known by its content', () => {
    expect(hdf5.recognise(sampleOf(fixture('user-block.h5'), 'weights'))).toBe(true)
    expect(hdf5.recognise(sampleOf(new Uint8Array(4096), 'weights'))).toBe(false)
  })

  test('one that asks for too much work is left', async () => {
    const {ended} = await record(hdf5, fixture('latest.h5'), {limits: {steps: 2000}})
    expect(ended?.name).toBe('OverLimit')
  })

  test('a block that claims more than any library writes is not fetched', async () => {
    const content = fixture('earliest.h5')
    // The size of the root object's header stands 8 bytes behind its beginning, at the address in the superblock (byte 64).
    const root = new DataView(content.buffer, content.byteOffset).getUint32(64, true)
    new DataView(content.buffer, content.byteOffset).setUint32(root + 8, 0xffff_fff0, true)
    const {ended, fetched} = await record(hdf5, content, {size: 2 ** 40})
    expect(ended?.message).toBe('A block claims 4294967280 bytes.')
    expect(fetched).toBeLessThan(1_000_000)
  })

  test('changed bytes never end in anything but a refusal, and never without end', async () => {
    const contents = ['earliest.h5', 'v110.h5', 'external-data.h5', 'virtual.h5', 'user-block.h5'].map(fixture)
    const change = fc.record({
      file: fc.nat(contents.length - 1),
      edits: fc.array(fc.tuple(fc.double({min: 0, max: 1, noNaN: true}), fc.nat(255)), {minLength: 1, maxLength: 12}),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({file, edits}) => {
        const content = (contents[file] ?? new Uint8Array(0)).slice()
        for (const [where, byte] of edits) content[Math.floor(where * (content.length - 1))] = byte
        const {ended} = await record(hdf5, content, {limits: {steps: 5_000_000}})
        expect(['Malformed', 'OverLimit', undefined]).toContain(ended?.name)
      }),
      {numRuns: 400},
    )
  })
})

describe('where the library looks for a superblock', () => {
  // h5py 3.16 opens it: H5Fis_hdf5 tries 0, 512, 1024 and every further power of two.
  test.each([512, 65_536, 131_072, 1_048_576])('a file that begins at byte %i is found under any name', async at => {
    const content = new Uint8Array(at + fixture('v110.h5').length)
    content.set(fixture('v110.h5'), at)
    const {readings} = await scanArtifact(
      {path: ['model.bin'], bytes: bytesOf(content), loader: 'any', siblings: null},
      {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))},
    )
    expect(readings.map(({is}) => is)).toEqual([expect.stringMatching(/HDF5/)])
  })
})

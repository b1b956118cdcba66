import {expect, test} from 'vitest'
import {type Artifact, bytesOf, type Loader} from '../../../../src/model/safety/artifact.ts'
import type {Scan} from '../../../../src/model/safety/format.ts'
import {readZip} from '../../../../src/model/safety/formats/zip.ts'
import type {ZipLayout} from '../../../../src/model/safety/formats/zip-layout.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {type Lying, zip} from './zip-writer.ts'

const members: readonly Lying[] = [
  {name: 'archive/data.pkl', content: 'pickle'},
  {name: 'archive/DATA.PKL', content: 'another'},
  {name: 'archive/data.pkl', content: 'the last', method: 8},
  {name: 'archive/', content: ''},
  {name: 'hidden.pkl', content: 'hidden', only: 'local'},
]

async function readBy(layouts: readonly ZipLayout[]) {
  const inside: [string, Loader | undefined][] = []
  const artifact: Artifact = {path: ['model.pt'], bytes: bytesOf(zip(members)), loader: 'any', siblings: null}
  const scan: Scan = {
    work: new Work(),
    see: () => {},
    inside: async (_, member, __, loader) => void inside.push([member, loader]),
    unpack: async (chunks, _, use) => {
      const parts: Uint8Array[] = []
      for await (const chunk of chunks) parts.push(chunk)
      return use(bytesOf(Buffer.concat(parts)))
    },
    tensors: async () => {},
  }
  return {reading: await readZip(artifact, scan, layouts), inside}
}

function layout(name: string, loader: Loader | undefined, read: ZipLayout['read']): ZipLayout {
  return {
    name,
    matches: ({members: found}) => found.some(each => each.name.endsWith('data.pkl')),
    loaderOf: () => loader,
    read,
  }
}

test('a layout reads every member that some loader may take for a name', async () => {
  const seen: unknown[] = []
  const {reading} = await readBy([
    layout('torch', 'torch', async contents => {
      const text = (name: string) => {
        const member = contents.find(name)
        return member && contents.open(member, async bytes => Buffer.from(await bytes.slice(0, 99)).toString())
      }
      seen.push(contents.members.map(({name, listed}) => [name, listed]))
      seen.push(contents.named('archive/data.pkl').map(({name, size}) => [name, size]))
      seen.push(await text('archive/data.pkl'), contents.find('archive/nothing'))
      return {is: 'torch checkpoint', holds: 'weights', dataFiles: ['weights.bin']}
    }),
  ])
  expect(seen).toEqual([
    [
      ['archive/data.pkl', true],
      ['archive/DATA.PKL', true],
      ['archive/data.pkl', true],
      ['hidden.pkl', false],
    ],
    [
      ['archive/data.pkl', 6],
      ['archive/DATA.PKL', 7],
      ['archive/data.pkl', 8],
    ],
    'the last',
    undefined,
  ])
  expect(reading).toEqual({is: 'torch checkpoint', holds: 'weights', dataFiles: ['weights.bin']})
})

test('a member that two layouts know is looked at as each of its loaders would see it', async () => {
  const program = layout('program', 'joblib', async () => ({is: 'a program', holds: 'program'}))
  const weights = layout('weights', 'torch', async () => ({is: 'weights', holds: 'weights'}))
  const unknown = layout('unknown', undefined, async () => ({is: 'something', holds: 'text'}))
  const {reading, inside} = await readBy([program, unknown, weights])
  expect(inside.filter(([name]) => name === 'hidden.pkl').map(([, loader]) => loader)).toEqual(['joblib', 'torch'])
  expect(reading).toMatchObject({is: 'a program; something; weights', holds: 'program'})
})

test('without a layout every member is looked at as anybody may load it', async () => {
  const {reading, inside} = await readBy([])
  expect([...new Set(inside.map(([, loader]) => loader))]).toEqual(['any'])
  expect(reading).toMatchObject({is: 'ZIP archive, 4 members', holds: 'container'})
})

import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {openvino} from '../../../../src/model/safety/formats/openvino.ts'
import {type XmlMark, xmlMarks} from '../../../../src/model/safety/formats/xml-tags.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {folderOf, record, sampleOf} from './recorded-scan.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/models/openvino/${name}`, import.meta.url)))
const text = (content: string) => new TextEncoder().encode(content)

const layer = (type: string, data = '', version = 'opset1') =>
  `<layer id="0" name="l" type="${type}" version="${version}">${data === '' ? '' : `<data ${data}/>`}</layer>`
const net = (...layers: readonly string[]) =>
  text(`<?xml version="1.0"?><net name="m"><layers>${layers.join('')}</layers></net>`)
const beside = folderOf({'m.bin': new Uint8Array(16)})

describe('OpenVINO models', () => {
  test('a model that OpenVINO 2026 wrote is read, and its weights lie in the .bin file', async () => {
    const bin = fixture('plain.bin')
    const file = fixture('plain.xml')
    expect(openvino.recognise(sampleOf(file))).toBe(true)
    const {reading, sights, ended, tensors} = await record(openvino, file, {
      name: 'plain.xml',
      siblings: folderOf({'plain.bin': bin}),
    })
    expect({sights, ended}).toEqual({sights: [], ended: null})
    expect(reading).toEqual({is: 'OpenVINO model, 7 layers', holds: 'weights', dataFiles: ['plain.bin']})
    expect(tensors.map(({name, dtype, shape}) => `${name} ${dtype} ${shape}`)).toEqual(['w F32 4,4', 'b F16 4'])
    const bytes = bin.slice(tensors[0]?.data?.begin, tensors[0]?.data?.end)
    expect([...new Float32Array(bytes.buffer)]).toEqual(Array.from({length: 16}, (_, index) => index))
  })

  test('blanks in front hide no model', () => {
    const blanks = ' \n'.repeat(1000)
    expect(openvino.recognise(sampleOf(text(`${blanks}<net name="m"><layers></layers></net>`)))).toBe(true)
  })

  const constant = 'element_type="f32" shape="4" offset="0" size="16"'
  test.each<[string, Uint8Array, ReturnType<typeof folderOf> | null, readonly string[]]>([
    ['a constant', net(layer('Const', constant)), beside, []],
    ['a scalar', net(layer('Const', 'element_type="i64" shape="" offset="8" size="8"')), beside, []],
    ['four bits', net(layer('Const', 'element_type="u4" shape="3" offset="0" size="2"')), beside, []],
    ['no constant, and no .bin file', net(layer('Add')), folderOf({}), []],
    ['no .bin file', net(layer('Const', constant)), folderOf({}), ['damaged openvino-weights-missing']],
    [
      'a .bin file that is a link',
      net(layer('Const', constant)),
      folderOf({'m.bin': {kind: 'link'}}),
      ['runs openvino-weights-link'],
    ],
    ['an archive around it', net(layer('Const', constant)), null, ['unsure openvino-weights-unchecked']],
    [
      'a constant behind the end',
      net(layer('Const', 'element_type="f32" shape="4" offset="4" size="16"')),
      beside,
      ['damaged openvino-weights-bounds'],
    ],
    [
      'an offset that is no number',
      net(layer('Const', 'element_type="f32" shape="4" offset="-1" size="16"')),
      beside,
      ['damaged openvino-weights-bounds'],
    ],
    [
      'a constant of another size',
      net(layer('Const', 'element_type="f32" shape="5" offset="0" size="16"')),
      beside,
      ['damaged openvino-size-mismatch'],
    ],
    ['a layer of a library', net(layer('Own', '', 'extension')), beside, ['look openvino-extension-layer']],
    ['layers of OpenVINO', net(layer('Add', '', 'opset16'), layer('X', '', 'ie_internal_opset')), beside, []],
    [
      'a document type',
      text(`<!DOCTYPE net SYSTEM "http://example.org/x"><net><layers>${layer('Add')}</layers></net>`),
      beside,
      ['runs openvino-document-type'],
    ],
    [
      'an entity',
      text(`<!DOCTYPE n [<!ENTITY a "b">]><net><layers>${layer('Add')}</layers></net>`),
      beside,
      ['runs openvino-document-type'],
    ],
    [
      'a document type in a comment',
      text(`<!-- <!DOCTYPE x> --><net><layers>${layer('Add')}</layers></net>`),
      beside,
      [],
    ],
    ['a layer in CDATA', text(`<net><layers><![CDATA[${layer('Own', '', 'mine')}]]></layers></net>`), beside, []],
    [
      'weights of version 7',
      text(
        '<net><layers><layer id="0" name="l" type="FullyConnected"><weights offset="8" size="16"/></layer></layers></net>',
      ),
      beside,
      ['damaged openvino-weights-bounds'],
    ],
    [
      'a body inside a layer',
      net(`<layer type="Loop" version="opset5"><body><layers>${layer('Own', '', 'mine')}</layers></body></layer>`),
      beside,
      ['look openvino-extension-layer'],
    ],
  ])('%s', async (_, file, siblings, expected) => {
    const {sights, ended} = await record(openvino, file, {name: 'm.xml', siblings})
    expect({sights, ended}).toEqual({sights: expected, ended: null})
    expect(openvino.recognise(sampleOf(file))).toBe(true)
  })

  test.each<[string, Uint8Array]>([
    ['a tag without an end', text('<net><layers><layer name="')],
    ['bytes that are no UTF-8', new Uint8Array([...text('<net><layers>'), 0xff])],
    ['a tag of megabytes', text(`<net><layers><layer name="${'a'.repeat(6 * 2 ** 20)}"/></layers></net>`)],
  ])('%s is malformed', async (_, file) => {
    expect((await record(openvino, file)).ended?.name).toBe('Malformed')
  })

  test.each<[string, string]>([
    ['PMML', '<?xml version="1.0"?><PMML version="4.4"><Header/></PMML>'],
    ['a page', '<html><body>net layers</body></html>'],
    ['text', 'a <net> with <layers>'],
  ])('%s is none', (_, content) => {
    expect(openvino.recognise(sampleOf(text(content)))).toBe(false)
  })
})

describe('xmlMarks', () => {
  async function marks(content: string): Promise<XmlMark[]> {
    const found: XmlMark[] = []
    for await (const mark of xmlMarks(bytesOf(text(content)), new Work())) found.push(mark)
    return found
  }

  test('attributes stand in both kinds of quotation marks, and may hold the other and ">"', async () => {
    const [mark] = await marks(`<a b='1"2>' c = "x'y" d="" b="later"/>`)
    expect(mark).toEqual({
      kind: 'start',
      name: 'a',
      attributes: new Map([
        ['b', '1"2>'],
        ['c', "x'y"],
        ['d', ''],
      ]),
      at: 0,
    })
  })

  test('marks are the same wherever a MiB ends', async () => {
    const tag = '<layer id="1" name="ü"/><!-- <x> --><![CDATA[<y>]]></layer>'
    for (let cut = 0; cut < tag.length + 2; cut++) {
      const before = 2 ** 20 - cut
      const found = await marks(`${' '.repeat(before)}${tag}`)
      expect(found.map(({kind, at}) => `${kind} ${at - before}`)).toEqual(['start 0', `end ${tag.length - 8}`])
    }
  })

  test('nothing makes it hang or throw untyped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('<', '>', '"', "'", '!', '--', '[CDATA[', '?', '/', 'a', '=', ' ', ']]')),
        async parts => {
          await marks(parts.join('')).catch(error => expect(error.name).toBe('Malformed'))
        },
      ),
    )
  })
})

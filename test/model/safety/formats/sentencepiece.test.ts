import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'
import {systemFiles} from '../../../../src/runtime/files.ts'

const scan = (content: Uint8Array) =>
  scanArtifact(
    {path: ['tokenizer.model'], bytes: bytesOf(content), loader: 'any', siblings: null},
    {work: new Work(), scratch: systemFiles.scratch},
  )

const field = (number: number, content: readonly number[]) => [8 * number + 2, content.length, ...content]
const piece = (text: string, type?: number) =>
  field(1, [...field(1, [...Buffer.from(text)]), 0x15, 0, 0, 0x80, 0xbf, ...(type === undefined ? [] : [0x18, type])])
const trainer = field(2, [0x18, 1])
const normaliser = field(3, field(1, [...Buffer.from('nmt_nfkc')]))

describe('a SentencePiece tokenizer', () => {
  test('is data', async () => {
    const content = [...piece('<unk>', 2), ...piece('<s>', 3), ...piece('▁the'), ...trainer, ...normaliser]
    expect(await scan(Uint8Array.from(content))).toMatchObject({
      readings: [{is: 'SentencePiece tokenizer, 3 pieces', holds: 'text'}],
      observations: [],
    })
  })

  test.each([
    ['that was cut off', [...piece('<unk>'), ...piece('<s>'), ...piece('▁the').slice(0, -1)]],
    ['with a field of another message', [...piece('<unk>'), ...piece('<s>'), ...field(9, [1])]],
    ['with a number in the place of a piece', [...piece('<unk>'), ...piece('<s>'), 0x08, 1]],
  ])('%s is damaged', async (_, content) => {
    const {observations} = await scan(Uint8Array.from(content))
    expect(observations.map(({rule}) => rule.id)).toContain('file-damaged')
  })

  test.each([
    ['nothing but a header', [0x0a, 0x05]],
    ['one piece', piece('<unk>')],
    ['another protobuf', [...field(1, [1, 2, 3]), ...field(1, [1, 2, 3])]],
  ])('%s is none', async (_, content) => {
    const {readings} = await scan(Uint8Array.from(content))
    expect(readings.map(({is}) => is).join()).not.toContain('SentencePiece')
  })
})

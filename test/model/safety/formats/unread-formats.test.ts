import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'

const text = (content: string) => new TextEncoder().encode(content)

describe('formats that are known and not read', () => {
  test.each<[string, readonly number[] | string]>([
    ['TensorRT engine', 'ftrt\0\0\0\0'],
    ['RKNN', 'RKNN\0\0\0\0'],
    ['Hailo HEF', '\x01HEF\0\0\0\0'],
    ['ncnn', '7767517\n75 83\nInput data 0 1 data\n'],
    ['MXNet parameters', [0x12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['MATLAB', 'MATLAB 5.0 MAT-file, Platform: GLNXA64'],
    ['R data', 'RDX3\nX\n\0\0\0\x03'],
    ['Java objects', [0xac, 0xed, 0, 5, 0x73, 0x72]],
    ['GGML of 2023', 'tjgg\x03\0\0\0'],
  ])('%s is named, and nothing is said about its content', async (name, content) => {
    const bytes = bytesOf(typeof content === 'string' ? text(content) : Uint8Array.from(content))
    const {readings, observations} = await scanArtifact(
      {path: ['model.bin'], bytes, loader: 'any', siblings: null},
      {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))},
    )
    expect(readings.map(({is}) => is)).toEqual([name])
    expect(observations.map(({rule, what}) => `${rule.means}: ${what}`)).toEqual([
      `unread: It is a ${name} file, which is not read.`,
    ])
  })
})

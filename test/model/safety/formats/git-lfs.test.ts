import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'

const oid = 'a'.repeat(64)
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 1234\n`

function scan(name: string, content: string) {
  return scanArtifact(
    {path: [name], bytes: bytesOf(new TextEncoder().encode(content)), loader: 'any', siblings: null},
    {work: new Work(), scratch: () => Promise.reject(new Error('Nothing here is packed.'))},
  )
}

describe('a pointer of Git LFS', () => {
  test.each([
    'model.safetensors',
    'model.onnx',
    'pytorch_model.bin',
    'model.safetensors.index.json',
    'config.json',
    'weights',
  ])('in the place of %s is said to be that', async name => {
    const {observations} = await scan(name, pointer)
    expect(observations.find(({rule}) => rule.id === 'git-lfs-pointer')?.what).toBe(
      `It is a pointer of Git LFS, for "sha256:${oid}" with 1234 bytes.`,
    )
    expect(observations.map(({rule}) => rule.id)).not.toContain('polyglot')
  })

  test.each<[string, string]>([
    ['a text that tells of one', `# LFS\n${pointer}`],
    ['a longer text that begins like one', pointer + 'x'.repeat(2000)],
  ])('%s is none', async (_, content) => {
    const {readings} = await scan('README.md', content)
    expect(readings.map(({is}) => is)).not.toContain('Git LFS pointer')
  })
})

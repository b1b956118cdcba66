import {createHash} from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type {Digest} from '../../../../src/core/digest.ts'
import type {ModelFile} from '../../../../src/model/digest.ts'

const folder = path.join(import.meta.dirname, '../../../fixtures/provenance')

export function fixture(name: string): string {
  return fs.readFileSync(path.join(folder, name), 'utf8')
}

export function hex(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

export function fileOf(name: string, content: string): ModelFile {
  return {path: name, size: content.length, digest: `sha256:${hex(content)}`}
}

/** The model that `make.py` signs. */
export const model: readonly ModelFile[] = [
  fileOf('config.json', '{"a":1}'),
  fileOf('model.safetensors', 'weights'),
  fileOf('notes.txt', 'later'),
  fileOf('sub/part.bin', 'x'),
]

export function without(name: string): readonly ModelFile[] {
  return model.filter(({path: each}) => each !== name)
}

export function withChanged(name: string): readonly ModelFile[] {
  return model.map(file => (file.path === name ? fileOf(name, 'other') : file))
}

/** What the attestations in the fixtures are about: the digest of pypi_attestations-0.0.19.tar.gz. */
export const attested: Digest = 'sha256:9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3'

import * as fs from 'node:fs'
import type {ManifestsConfig} from '../../../src/config/image-schema.ts'
import {checkManifests, type ManifestsChecked} from '../../../src/image/manifests/check.ts'

/** The defaults of `image.manifests`. */
export const defaults: ManifestsConfig = {
  files: ['k8s/*.yaml'],
  'replicas-at-least': 3,
  'available-at-least': 2,
  ignore: [],
}

export const careful = fs.readFileSync('test/fixtures/manifests/careful.yaml', 'utf8')

/** `text` with each left side replaced by its right side, which must be there. */
export function changed(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`The manifest does not hold ${JSON.stringify(from)}.`)
    return before.replaceAll(from, to)
  }, text)
}

export function check(text: string, config: Partial<ManifestsConfig> = {}): ManifestsChecked {
  return checkManifests([{path: 'k8s/credit.yaml', text}], {...defaults, ...config})
}

export function idsOf(text: string, config: Partial<ManifestsConfig> = {}): readonly string[] {
  return [...new Set(check(text, config).flaws.map(({id}) => id))].sort()
}

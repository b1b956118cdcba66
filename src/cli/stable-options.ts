import type {Release} from '../core/release.ts'
import {namedRelease} from '../gates/release.ts'
import type {Given, Option} from './command.ts'

/** Options that name the release in production, where the ledger does not know it. */
export const stableOptions = {
  'stable-version': {what: 'Version in production, where Slipway does not know it yet.', value: 'text'},
  'stable-model-digest': {what: 'Digest of its model.', value: 'sha256:…'},
  'stable-image-digest': {what: 'Digest of its image.', value: 'sha256:…'},
} as const satisfies Record<string, Option>

/** @throws UserError what `namedRelease` refuses */
export function namedStable(given: Given): Release | undefined {
  return namedRelease(
    given.text('stable-version'),
    given.text('stable-model-digest'),
    given.text('stable-image-digest'),
  )
}

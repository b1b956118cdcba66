import type {Format} from '../format.ts'
import {quote, type Rule} from '../observation.ts'
import {signsOf} from './signs.ts'

export const gitLfsPointer: Rule = {
  id: 'git-lfs-pointer',
  title: 'A pointer of Git LFS in the place of a file',
  means: 'damaged',
  why: 'The file itself was never fetched: neither the service nor this check has seen it.',
  remedy: 'Fetch it before the check: git lfs pull, or actions/checkout with lfs: true.',
}

const beginning = 'version https://git-lfs.github.com/spec/v1\n'
/** The specification allows no longer pointers. */
const longest = 1024

/** Whether a file is what Git LFS leaves in the place of another (git-lfs/docs/spec.md). */
export function isGitLfsPointer(head: Uint8Array, size: number): boolean {
  return size < longest && signsOf(head.subarray(0, beginning.length)) === beginning
}

export const gitLfs: Format = {
  name: 'Git LFS pointer',
  // What it stands for has a name that other formats go by.
  with: ['config of a model library', 'index of shards', 'file named .skops', 'Core ML manifest'],
  recognise: ({head, size}) => isGitLfsPointer(head, size),
  read: async ({path, bytes}, scan) => {
    const text = signsOf(await bytes.slice(0, longest))
    const digest = /^oid (sha256:[0-9a-f]{64})$/m.exec(text)?.[1]
    const size = /^size (\d{1,15})$/m.exec(text)?.[1]
    const stands = digest === undefined || size === undefined ? '' : `, for ${quote(digest)} with ${size} bytes`
    scan.see({rule: gitLfsPointer, what: `It is a pointer of Git LFS${stands}.`, place: {path}, sure: 'certain'})
    return {is: 'Git LFS pointer', holds: 'container'}
  },
}

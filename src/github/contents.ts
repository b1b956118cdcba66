/** A file of the repository at a ref, without a checkout. https://docs.github.com/rest/repos/contents */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import type {GitHub} from './client.ts'

const content = z.union([
  z.object({type: z.literal('file'), encoding: z.string(), content: z.string()}),
  z.object({type: z.enum(['symlink', 'submodule'])}),
  z.array(z.unknown()),
])

/**
 * Text of the file at `path` as of `ref` (a commit, branch or tag); null where there is none.
 * @throws UserError `github/not-a-file` for a folder, a link, or a file over 1 MB.
 */
export async function readFileAt(github: GitHub, path: string, ref: string): Promise<string | null> {
  const found = await github.find(
    'GET /repos/{owner}/{repo}/contents/{path}',
    {path, ref},
    {permission: 'contents: read', answer: content},
  )
  if (found === null) return null
  if (Array.isArray(found) || found.type !== 'file') throw notAFile(path, ref, 'a folder or a link')
  // GitHub answers files over 1 MB with the encoding "none" and no content.
  if (found.encoding !== 'base64') throw notAFile(path, ref, 'too large (over 1 MB)')
  return Buffer.from(found.content, 'base64').toString('utf8')
}

function notAFile(path: string, ref: string, what: string): UserError {
  return new UserError('github/not-a-file', `"${path}" at ${ref} is ${what}.`, {hint: 'Expected a text file.'})
}

/** A file of the repository at a ref, without a checkout. https://docs.github.com/rest/repos/contents */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import type {GitHub} from './client.ts'
import {GitHubRefusal} from './failures.ts'

const content = z.union([
  z.object({type: z.literal('file'), encoding: z.string(), content: z.string()}),
  z.object({type: z.enum(['symlink', 'submodule'])}),
  z.array(z.unknown()),
])

/**
 * Text of the file at `path` as of `ref` (a commit, branch or tag); null where that commit has no such file.
 * @throws UserError `github/ref-not-found`; `github/not-a-file` for a folder, a link, or a file over 1 MB.
 */
export async function readFileAt(github: GitHub, path: string, ref: string): Promise<string | null> {
  const found = await github.find(
    'GET /repos/{owner}/{repo}/contents/{path}',
    {path, ref},
    {permission: 'contents: read', answer: content},
  )
  if (found === null) {
    await requireRef(github, ref)
    return null
  }
  if (Array.isArray(found) || found.type !== 'file') throw notAFile(path, ref, 'a folder or a link')
  // GitHub answers files over 1 MB with the encoding "none" and no content.
  if (found.encoding !== 'base64') throw notAFile(path, ref, 'too large (over 1 MB)')
  return Buffer.from(found.content, 'base64').toString('utf8')
}

/** GitHub answers 404 for a missing file and for a missing ref alike; only the first means that there is no file. */
async function requireRef(github: GitHub, ref: string): Promise<void> {
  try {
    const found = await github.find(
      'GET /repos/{owner}/{repo}/commits/{ref}',
      {ref},
      {permission: 'contents: read', answer: z.object({sha: z.string()})},
    )
    if (found === null) throw refNotFound(github, ref)
  } catch (error) {
    // A text that cannot be a ref is answered with 422.
    throw error instanceof GitHubRefusal ? refNotFound(github, ref) : error
  }
}

function refNotFound({repository}: GitHub, ref: string): UserError {
  const where = `${repository.owner}/${repository.name}`
  return new UserError('github/ref-not-found', `There is no commit, branch or tag "${ref}" in ${where}.`, {
    hint: 'Check the ref; GitHub also answers so when the token lacks "contents: read".',
  })
}

function notAFile(path: string, ref: string, what: string): UserError {
  return new UserError('github/not-a-file', `"${path}" at ${ref} is ${what}.`, {hint: 'Expected a text file.'})
}

/** What Trivy's database says of itself, in the file beside it (`pkg/metadata` of aquasecurity/trivy-db). */
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import {parseJson} from '../../core/json.ts'
import {firstIssue} from '../../core/schema-issue.ts'
import type {ScannerPorts} from '../scanners/ports.ts'

const metadata = z.object({
  Version: z.number(),
  /** When it was built; NextUpdate and DownloadedAt say how it is refreshed, which nobody here does. */
  UpdatedAt: z.string().refine(text => !Number.isNaN(Date.parse(text)), 'expected a time in ISO 8601'),
})

/**
 * @param shown how messages name the file
 * @returns when the database was built, ISO 8601
 * @throws UserError `image/database-malformed`, `image/database-version-unknown`
 */
export async function readBuilt(
  file: string,
  schemaVersion: number,
  files: Pick<ScannerPorts['files'], 'readText'>,
  shown = file,
): Promise<string> {
  const parsed = metadata.safeParse(parseJson(await files.readText(file)))
  if (!parsed.success) {
    const problem = firstIssue(parsed.error.issues)
    throw new UserError('image/database-malformed', `${shown} does not say when the database was built: ${problem}.`, {
      hint: 'Copy trivy.db and metadata.json together, from the same download.',
    })
  }
  const {Version, UpdatedAt} = parsed.data
  if (Version === schemaVersion) return new Date(UpdatedAt).toISOString()
  throw new UserError(
    'image/database-version-unknown',
    `${shown} has the schema version ${Version}. Expected ${schemaVersion}.`,
    {hint: `Take the database with the tag ":${schemaVersion}", and a Trivy that reads it.`},
  )
}

import type * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import {describeIssue} from '../../core/schema-issue.ts'

/**
 * The door: JSON through a schema, or what is wrong with it.
 * @param what for the message: `a SARIF report`
 * @throws UserError `image/report-malformed` with the first problems and where they are
 */
export function shaped<T>(schema: z.ZodType<T>, json: unknown, source: string, what: string): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const {issues} = parsed.error
  const shown = issues.slice(0, 3).map(issue => describeIssue(issue, 'the report'))
  const rest = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : ''
  throw new UserError(
    'image/report-malformed',
    `${source} is not ${what} as its format asks: ${shown.join('; ')}${rest}.`,
    {
      hint: 'Nothing of it is judged. Let the tool write it again, and tell its maker if it does so each time.',
    },
  )
}

/** @throws UserError `image/report-version-unknown` */
export function versionUnknown(source: string, format: string, seen: unknown, expected: string): UserError {
  const shown = seen === undefined ? 'no version' : `the version ${JSON.stringify(seen)?.slice(0, 40)}`
  return new UserError('image/report-version-unknown', `${source} is ${format} with ${shown}. Expected ${expected}.`, {
    hint: 'Its fields may mean something else, so nothing is judged. Let the tool write a version that is known.',
  })
}

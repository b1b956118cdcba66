import type * as z from 'zod'
import {UserError} from '../../core/failure.ts'

/** `statements[3].status: Invalid option …` of the first thing that is wrong, and how many more are. */
export function malformed(format: string, source: string, error: z.ZodError): UserError {
  const [first] = error.issues
  const path = (first?.path ?? []).map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  const more = error.issues.length > 1 ? ` ${error.issues.length - 1} more are wrong.` : ''
  const where = path === '' ? '' : `${path.replace(/^\./, '')}: `
  return new UserError(
    'vex/malformed',
    `${source} is not ${format}: ${where}${first?.message ?? 'unreadable'}.${more}`,
    {
      hint: 'Write it again with the tool that made it; nothing of it was believed.',
    },
  )
}

/** @param places of the statements that lack a reason */
export function unjustified(source: string, places: readonly string[]): UserError {
  const shown = places.slice(0, 10).join(', ')
  const rest = places.length > 10 ? ` and ${places.length - 10} more` : ''
  return new UserError('vex/unjustified', `${source} says "not affected" without saying why: ${shown}${rest}.`, {
    hint: 'A statement needs a justification or an impact statement: add it, or remove the statement.',
  })
}

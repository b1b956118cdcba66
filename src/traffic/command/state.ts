/** What the `read` script prints. */
import * as z from 'zod'
import {SystemError} from '../../core/failure.ts'
import {printable} from '../printable.ts'
import {maxWords} from './outcome.ts'

const version = z.string().min(1).max(128).nullable()
const stateAnswer = z
  .strictObject({
    stable: version,
    candidate: version,
    weight: z.number().min(0).max(100),
    mirror: z.number().min(0).max(100).optional(),
    ready: z.boolean().nullable(),
    detail: z
      .string()
      .transform(text => printable(text, maxWords))
      .optional(),
  })
  .refine(state => state.candidate !== null || state.weight === 0, 'weight: expected 0 without a candidate')
  .refine(state => state.candidate !== null || !state.mirror, 'mirror: expected 0 without a candidate')
  .refine(state => state.candidate === null || state.candidate !== state.stable, 'candidate: the same as stable')

/**
 * @param mirrors whether the config names a script that mirrors: then what it did must be seen
 * @throws SystemError `command/answer-malformed`
 */
export function parseState(output: string, mirrors: boolean): z.output<typeof stateAnswer> {
  const refuse = (problem: string): never => {
    const begin = output.trim().slice(0, 200)
    const printed = begin === '' ? 'nothing' : `"${printable(begin, 200)}"`
    throw new SystemError('command/answer-malformed', `target.read printed ${printed}: ${problem}`, {
      system: 'command',
      retryable: false,
      hint: `Expected one JSON object and nothing else: {"stable": "v1", "candidate": "v2" or null, "weight": 25, ${mirrors ? '"mirror": 0, ' : ''}"ready": true, false or null}.`,
    })
  }
  let json: unknown
  try {
    // Some shells begin what they print with a byte order mark.
    json = JSON.parse(output.replace(/^\uFEFF/, ''))
  } catch {
    return refuse('that is not JSON.')
  }
  const state = stateAnswer.safeParse(json)
  if (!state.success) return refuse(z.prettifyError(state.error))
  if (mirrors && state.data.mirror === undefined) {
    return refuse(
      '"mirror" is missing, and target.mirror is configured: nobody could see whether requests are mirrored.',
    )
  }
  return state.data
}

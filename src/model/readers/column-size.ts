import {UserError} from '../../core/failure.ts'

/** Offsets into the text of a column are 32 bits wide. */
export const maxColumnBytes = 2 ** 32 - 1

/** @param what `The column "answer"` */
export function columnTooLarge(what: string): UserError {
  return new UserError('model/column-too-large', `${what} holds more than 4 GiB of text.`, {
    hint: 'Judge a sample of the rows, or name a shorter column.',
  })
}

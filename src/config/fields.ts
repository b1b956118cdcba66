/** The kinds of values that `slipway.yml` is written in: text with a unit, shares, names. */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import {parseDuration, parsePercent, parseRate} from '../core/quantity.ts'

/** Text with a unit, parsed; the parser's own message becomes the issue. */
export function quantity(parse: (text: string) => number, example: string) {
  return z
    .string(`expected text with a unit such as "${example}"`)
    .transform((text, context) => {
      try {
        return parse(text)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        context.addIssue({code: 'custom', message: `expected text with a unit such as "${example}"`})
        return z.NEVER
      }
    })
    .meta({examples: [example]})
}

/** An address that may stand in reports and in the ledger: no user and no password in it, which fetch refuses anyway. */
export function withoutLogin<S extends z.ZodType<string>>(address: S) {
  return address.refine(
    url => !/^[a-z][a-z0-9+.-]{0,31}:\/\/[^/?#]*@/i.test(url),
    'expected an address without user and password, which would stand in reports and in the ledger',
  )
}

/** A part of the design that does not work yet. Refused with its name, so that nobody believes it is in force. */
export function notYet(what: string) {
  return z
    .custom<never>(() => false, {
      message: `${what}: designed but not built yet. Remove it: Slipway refuses what it would not do.`,
    })
    .meta({not: {}, description: `Not built yet: ${what}.`})
    .optional()
}

export const duration = () => quantity(parseDuration, '2h')
export const percent = () => quantity(parsePercent, '5%')
export const rate = () => quantity(parseRate, '1000/s')
/** A time that something takes: zero would be a loop without a pause, or a limit that nothing keeps. */
export const positiveDuration = () => duration().refine(durationMs => durationMs > 0, 'expected more than 0s')

const fractionOrPercent = 'expected a fraction from 0 to 1, or text such as "0.1%"'
/** `0.1%` or a fraction in [0, 1]; parsed to the fraction. */
export const share = () =>
  z
    .union([
      z.number().min(0, fractionOrPercent).max(1, fractionOrPercent),
      quantity(text => parsePercent(text) / 100, '0.1%'),
    ])
    .refine(fraction => fraction <= 1, fractionOrPercent)
    .meta({examples: ['0.1%', 0.001]})

export const column = (what: string) => z.string().min(1).describe(what)
export const name = (what: string) =>
  z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,49}$/,
      'expected lower-case letters, digits and "-", at most 50, not starting with "-"',
    )
    .describe(what)

/** The form of one entry of the waiver file. What its keys say together is `waiver-rules.ts`. */
import * as z from 'zod'
import {parseDay} from '../core/day.ts'
import {justifications} from '../core/justification.ts'
import {parsePackageUrl} from '../core/package-url.ts'

const text = (what: string) =>
  z
    .string()
    .regex(/\S/, 'text that is not empty')
    .transform(value => value.trim())
    .describe(what)
const name = (what: string) => text(what).refine(value => !value.includes('*'), 'one exact name: a waiver has no "*"')
const pattern = (what: string) =>
  text(what).refine(value => /[^*/]/.test(value), 'a name with "*" in it: what covers everything is left out')

export const waiverEntry = z.strictObject({
  vulnerability: name('Id of the vulnerability: its CVE, or another name that the scanner knows it by.').optional(),
  kind: z
    .enum(['secret', 'misconfiguration', 'licence', 'package', 'end-of-life'])
    .optional()
    .describe('What `id` is the id of, where it is no vulnerability.'),
  id: name('Id of a secret’s rule, of a check, of a licence, of a package or of an operating system.').optional(),
  package: name('Package in which it is accepted, by name or package URL; without it, in every package.')
    .refine(value => !/^pkg:/i.test(value) || parsePackageUrl(value) !== undefined, 'a name or a package URL')
    .optional(),
  path: pattern('Where it is accepted: `*` stands for signs but "/", `**` for folders.').optional(),
  image: pattern('Name of the image in which it is accepted, without tag: `*` stands for signs but "/".')
    .refine(value => !/[@:][^/]*$/.test(value), 'the name of an image without tag and digest')
    .optional(),
  status: z
    .enum(['accepted', 'not_affected'])
    .default('accepted')
    .describe('accepted: the risk is taken. not_affected: there is none, and OpenVEX may say so.'),
  justification: z.enum(justifications).optional().describe('Why it is not affected, in the words of OpenVEX.'),
  owner: text('Who answers for it.'),
  reason: text('Why it is acceptable.'),
  expires: z
    .string()
    .transform((value, context) => {
      const day = parseDay(value)
      if (day !== undefined) return day
      context.addIssue({code: 'custom', message: 'a day such as 2027-01-31'})
      return z.NEVER
    })
    .describe('Last day on which the waiver holds, in UTC.'),
})
export type WaiverEntry = z.output<typeof waiverEntry>

export const waiverEntries = z.array(waiverEntry)

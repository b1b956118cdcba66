/**
 * The waiver file: vulnerabilities that are accepted for a while, each by somebody and for a reason. What a waiver does
 * to a verdict is `image/waivers.ts`.
 *
 *     - vulnerability: CVE-2022-48174
 *       package: busybox            # without it: in every package
 *       owner: platform-team
 *       reason: The image has no shell that reads input from outside.
 *       expires: 2027-01-31         # the last day on which it holds, in UTC
 */
import * as z from 'zod'
import {type Day, parseDay} from '../core/day.ts'
import {explain} from './explain.ts'
import {ConfigError, type Problem} from './problem.ts'
import {readYaml, type YamlSource} from './yaml-source.ts'

const text = (what: string) =>
  z
    .string()
    .regex(/\S/, 'text that is not empty')
    .transform(value => value.trim())
    .describe(what)
const name = (what: string) => text(what).refine(value => !value.includes('*'), 'one exact name: a waiver has no "*"')

const waiverSchema = z.strictObject({
  vulnerability: name('Id of the vulnerability, exactly as the scanner reports it.'),
  package: name('Package in which it is accepted; without it, in every package.').optional(),
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

/** An accepted vulnerability. `line` is where it stands in the file, for messages. */
export interface Waiver {
  readonly vulnerability: string
  readonly package?: string | undefined
  readonly owner: string
  readonly reason: string
  readonly expires: Day
  readonly line: number
}

/**
 * An empty file is an empty list.
 * @param file name of the file for messages, as the user gave it
 * @throws ConfigError `config/invalid` with every problem and its line and column
 */
export function parseWaivers(content: string, file: string): readonly Waiver[] {
  const source = readYaml(content)
  if (source.problems.length > 0) throw new ConfigError(file, source.problems)
  if (source.value === null || source.value === undefined) return []
  if (!Array.isArray(source.value)) throw new ConfigError(file, [notAList(source)])
  const schema = z.array(waiverSchema)
  const parsed = schema.safeParse(source.value)
  if (!parsed.success) throw new ConfigError(file, explain(schema, source))
  const repeated = repetitions(parsed.data, source)
  if (repeated.length > 0) throw new ConfigError(file, repeated)
  return parsed.data.map((waiver, index) => ({...waiver, line: source.place([index], 'value').line}))
}

function notAList(source: YamlSource): Problem {
  return {
    path: '',
    ...source.place([], 'value'),
    seen: 'something that is not a list',
    expected: 'a list of waivers, each with vulnerability, owner, reason and expires',
  }
}

/** Two waivers for the same thing would leave open which date counts. */
function repetitions(waivers: readonly Omit<Waiver, 'line'>[], source: YamlSource): readonly Problem[] {
  const firstLines = new Map<string, number>()
  return waivers.flatMap((waiver, index) => {
    const key = JSON.stringify([waiver.vulnerability, waiver.package ?? null])
    const place = source.place([index], 'value')
    const first = firstLines.get(key)
    if (first === undefined) {
      firstLines.set(key, place.line)
      return []
    }
    const where = waiver.package === undefined ? 'every package' : waiver.package
    return {
      path: `[${index}]`,
      ...place,
      seen: `a second waiver of ${waiver.vulnerability} in ${where}`,
      expected: 'one',
      hint: `The first stands on line ${first}: remove one of the two.`,
    }
  })
}

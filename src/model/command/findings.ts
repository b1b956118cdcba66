/** What a business rule's program prints: the one door through which its words come in. */
import * as z from 'zod'

/** One finding of a program. Its verdict is believed; everything else is for the reader. */
export interface CommandFinding {
  readonly verdict: 'pass' | 'warn' | 'inconclusive' | 'fail' | 'error'
  readonly what: string
  readonly subject?: string
  readonly why?: string
  readonly remedy?: string
  readonly value?: number | string
  readonly limit?: string
  readonly n?: number
}

const line = z.string().min(1).max(1000)

const finding: z.ZodType<CommandFinding> = z.strictObject({
  verdict: z.enum(
    ['pass', 'warn', 'inconclusive', 'fail', 'error'],
    'expected pass, warn, inconclusive, fail or error',
  ),
  what: line,
  subject: z.exactOptional(line),
  why: z.exactOptional(line),
  remedy: z.exactOptional(line),
  value: z.exactOptional(z.union([z.number(), line])),
  limit: z.exactOptional(line),
  n: z.exactOptional(z.number().min(0)),
})

const findings = z.union(
  [z.array(finding), z.strictObject({findings: z.array(finding)})],
  'expected a list of findings, or {"findings": [...]}',
)

/** Above this many a person reads none of them. */
const most = 200

/** The findings on a program's standard output, or one sentence that says what is wrong with it. */
export function parseCommandFindings(output: string): readonly CommandFinding[] | string {
  const text = output.trim()
  if (text === '') return 'it printed nothing'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'what it printed is not JSON'
  }
  const list = Array.isArray(value) ? value : isObject(value) ? value.findings : undefined
  if (Array.isArray(list)) {
    // Item by item: the message of a union would not say which one is wrong.
    for (const [index, each] of list.entries()) {
      const parsed = finding.safeParse(each)
      if (!parsed.success) return `finding ${index + 1} of ${list.length}: ${firstProblem(parsed.error)}`
    }
  }
  const parsed = findings.safeParse(value)
  if (!parsed.success) return 'it printed JSON that is neither a list of findings nor {"findings": [...]}'
  const found = Array.isArray(parsed.data) ? parsed.data : parsed.data.findings
  if (found.length === 0) return 'it printed no finding: a rule that holds is a finding with the verdict pass'
  if (found.length > most) return `it printed ${found.length} findings; at most ${most} are read`
  return found
}

function firstProblem({issues}: z.ZodError): string {
  const [issue] = issues
  if (!issue) return 'it is no finding'
  const place = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  return `${place}${issue.message}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

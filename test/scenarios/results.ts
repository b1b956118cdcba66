/** What the tests look for in a result file. */
import * as z from 'zod'

const finding = z.object({
  id: z.string(),
  verdict: z.string(),
  reason: z.string(),
  subject: z.string(),
  what: z.string(),
})
const document = z.looseObject({findings: z.array(finding)})

export type ResultFinding = z.output<typeof finding>

export function findingsIn(result: unknown, id?: string): readonly ResultFinding[] {
  const {findings} = document.parse(result)
  return findings.filter(each => id === undefined || each.id === id)
}

export function modelDigestIn(result: unknown): string {
  return z.looseObject({subject: z.looseObject({model: z.string()})}).parse(result).subject.model
}

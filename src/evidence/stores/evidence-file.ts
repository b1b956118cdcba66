/** Evidence as a file: its name, its text, and the one door through which it comes back. Both stores keep the same files. */
import * as z from 'zod'
import {type Digest, digestOfText, isDigest} from '../../core/digest.ts'
import {messageOf, UserError} from '../../core/failure.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {verdicts} from '../../core/verdict.ts'
import type {Evidence, EvidenceKind} from '../evidence.ts'

/** `model/<64 hex digits>`: the folder of everything that is known about these bytes. */
export function evidenceFolder(kind: EvidenceKind, digest: Digest): string {
  return `${kind}/${digest.slice('sha256:'.length)}`
}

/** `model/<64 hex digits>/20261121T104258.123Z.json`: the time without ":", which not every file system allows. */
export function evidencePath({kind, digest, at}: Evidence): string {
  return `${evidenceFolder(kind, digest)}/${at.replaceAll(/[-:]/g, '')}.json`
}

/** `model/<64 hex digits>/20261121T104258.123Z.sbom.cdx.json`: beside the evidence that names it. */
export function attachmentPath(evidence: Evidence, name: string): string {
  return evidencePath(evidence).replace(/json$/, name)
}

/** Whether a file of the folder claims to be evidence. Such a file must parse; others are none of ours, or attachments. */
export function isEvidenceFile(name: string): boolean {
  return /^[^.]*(\.\d{3}Z)?\.json$/.test(name)
}

/**
 * The files of one judgement: the evidence itself last, so that what it names is there when it is.
 * @throws as `formatEvidence`; UserError `evidence/attachment-differs` for a text that is not the one that is named
 */
export function filesOf(
  evidence: Evidence,
  attachments: Readonly<Record<string, string>>,
  service: string,
): Readonly<Record<string, string>> {
  const named = (evidence.attachments ?? []).map(({name, digest}): [string, string] => {
    const text = attachments[name]
    if (text !== undefined && digestOfText(text) === digest) return [attachmentPath(evidence, name), text]
    throw new UserError(
      'evidence/attachment-differs',
      `${name} is not the file that the evidence names by ${digest}.`,
      {
        hint: 'Run the gate again.',
      },
    )
  })
  return Object.fromEntries([...named, [evidencePath(evidence), formatEvidence(evidence, service)]])
}

/**
 * The text to keep.
 * @throws UserError `evidence/malformed` for what could not be read back, `evidence/misplaced` for another service.
 */
export function formatEvidence(evidence: Evidence, service: string): string {
  const text = `${JSON.stringify(evidence, null, 2)}\n`
  parseEvidence(text, evidencePath(evidence), service)
  return text
}

/**
 * Evidence from the file at `path`, which begins with `<kind>/<hex>/`.
 * @throws UserError `evidence/malformed` when it is none, `evidence/misplaced` when it speaks of another service, of other
 * bytes or of another time than its place says: a file that was copied vouches for nothing.
 */
export function parseEvidence(text: string, path: string, service: string): Evidence {
  const parsed = evidenceSchema.safeParse(jsonOf(text, path))
  if (!parsed.success) throw malformed(path, z.prettifyError(parsed.error))
  const evidence = parsed.data
  if (evidence.service === service && evidencePath(evidence) === path) return evidence
  throw new UserError(
    'evidence/misplaced',
    `${path} of ${service} holds evidence of ${evidence.service} that belongs at ${evidencePath(evidence)}.`,
    {hint: 'Evidence is written by the gates alone. Remove the file and run the gate again.'},
  )
}

/**
 * Whether the text that is kept already is the same evidence.
 * @throws UserError `evidence/conflict` when another judgement of the same bytes has the same time.
 */
export function requireSame(kept: string, added: string, path: string): void {
  if (kept === added) return
  throw new UserError('evidence/conflict', `${path} exists and says something else.`, {
    hint: 'Two gates judged the same bytes at the same millisecond. Run the gate again.',
  })
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(path, messageOf(error))
  }
}

function malformed(path: string, what: string): UserError {
  return new UserError('evidence/malformed', `${path} is no evidence: ${what}`, {
    hint: 'Evidence is written by the gates alone. Remove the file and run the gate again.',
  })
}

const text = z.string().min(1)
const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected a sha256 digest')
const reason = z.custom<ReasonCode>(
  value => typeof value === 'string' && /^[a-z0-9-]+\/[a-z0-9-]+$/.test(value),
  'expected a reason code such as model/passed',
)
const verdict = z.enum(verdicts)
// JSON has no infinity: an open end of an interval arrives as null.
const bound = (open: number) =>
  z
    .number()
    .nullable()
    .transform(value => value ?? open)

const finding = z.strictObject({
  id: reason,
  verdict,
  reason,
  subject: z.string(),
  what: z.string(),
  why: z.exactOptional(z.string()),
  remedy: z.exactOptional(z.string()),
  value: z.exactOptional(z.union([z.number(), z.string()])),
  limit: z.exactOptional(z.string()),
  interval: z.exactOptional(
    z.strictObject({
      low: bound(Number.NEGATIVE_INFINITY),
      high: bound(Number.POSITIVE_INFINITY),
      confidence: z.number().gt(0).lt(1),
      method: z.string(),
    }),
  ),
  n: z.exactOptional(z.number()),
  details: z.exactOptional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))),
  place: z.exactOptional(
    z.strictObject({
      file: z.string(),
      inside: z.exactOptional(z.array(z.string())),
      byte: z.exactOptional(z.number()),
      opcode: z.exactOptional(z.number()),
    }),
  ),
})

const measured = z.strictObject({
  value: z.number(),
  low: z.exactOptional(bound(Number.NEGATIVE_INFINITY)),
  high: z.exactOptional(bound(Number.POSITIVE_INFINITY)),
  confidence: z.exactOptional(z.number().gt(0).lt(1)),
  stderr: z.exactOptional(z.number().min(0)),
  n: z.exactOptional(z.number().min(0)),
})

const measures = z.strictObject({
  evaluation: digest,
  predictions: digest,
  rows: z.int().min(1),
  reading: text,
  values: z.record(z.string(), measured),
})

const evidenceSchema: z.ZodType<Evidence> = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.enum(['model', 'image']),
  service: text,
  digest,
  verdict,
  reason,
  summary: z.string(),
  policy: digest,
  at: z.iso.datetime({precision: 3}),
  by: text,
  findings: z.array(finding),
  measures: z.exactOptional(measures),
  reported: z.exactOptional(z.record(z.string(), measured)),
  tensors: z.exactOptional(
    z.array(z.strictObject({name: z.string(), dtype: z.string(), shape: z.array(z.number().min(0))})),
  ),
  flaws: z.exactOptional(
    z.array(
      z.strictObject({
        ids: z.array(text).min(1),
        package: z.exactOptional(z.string()),
        place: z.exactOptional(z.string()),
      }),
    ),
  ),
  attachments: z.exactOptional(
    z.array(z.strictObject({name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/), digest, size: z.int().min(0)})),
  ),
})

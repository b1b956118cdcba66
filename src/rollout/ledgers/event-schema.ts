/** The one door through which ledger events come in. Strict: what is not understood is refused, never skipped. */
import * as z from 'zod'
import {type Digest, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {type LedgerEvent, ledgerSchemaVersion, requestKinds} from '../events.ts'
import {planSchema as plan} from './plan-schema.ts'
import {armTallies, series} from './tally-schema.ts'

/**
 * One event from JSON. `where` names its place for the message: a file, a line.
 * @throws UserError `ledger/newer-version` when a newer Slipway wrote it, `ledger/unreadable` when it is no event.
 */
export function parseEvent(value: unknown, where: string): LedgerEvent {
  const stamp = z.looseObject({schemaVersion: z.int().min(1)}).safeParse(value)
  if (stamp.success && stamp.data.schemaVersion > ledgerSchemaVersion) {
    throw new UserError(
      'ledger/newer-version',
      `${where} has format ${stamp.data.schemaVersion}; this version of Slipway reads up to ${ledgerSchemaVersion}.`,
      {hint: 'Use the newer version of Slipway that wrote it.'},
    )
  }
  const parsed = eventSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.length ? ` at ${issue.path.join('.')}` : ''
  throw new UserError('ledger/unreadable', `${where} is not a ledger event${path}: ${issue?.message ?? 'unknown'}.`, {
    hint: 'Ledgers are written by Slipway alone. Restore the history, or roll back to a named release and start anew.',
    cause: parsed.error,
  })
}

const text = z.string().min(1)
const count = z.int().min(0)
const percent = z.number().min(0).max(100)
const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected a sha256 digest')
const reason = z.custom<ReasonCode>(
  value => typeof value === 'string' && /^[a-z0-9-]+\/[a-z0-9-]+$/.test(value),
  'expected a reason code such as rollout/held',
)
const release = z.strictObject({version: text, model: digest, image: z.exactOptional(digest)})

const act = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('deploy'), release}),
  z.strictObject({kind: z.literal('set-weight'), weightPercent: percent, stage: z.int().min(-1)}),
  z.strictObject({kind: z.literal('mirror'), percent, stage: z.int().min(-1)}),
  z.strictObject({kind: z.literal('promote'), release}),
  z.strictObject({kind: z.literal('restore'), release}),
])

const past = z.strictObject({
  spanMs: z.number().positive(),
  clusters: z.record(z.string(), z.strictObject({pairs: count, chiSquare: z.number().min(0)})),
})

const stamp = {schemaVersion: z.int().min(1).max(ledgerSchemaVersion), id: text, at: z.iso.datetime(), by: text}
const ofRollout = {...stamp, rollout: text}

const eventSchema: z.ZodType<LedgerEvent> = z.discriminatedUnion('type', [
  z.strictObject({
    ...ofRollout,
    type: z.literal('rollout-started'),
    candidate: release,
    stable: release.nullable(),
    plan,
    retryOf: z.exactOptional(text),
    past: z.exactOptional(past),
  }),
  z.strictObject({...ofRollout, type: z.literal('approved'), as: text}),
  z.strictObject({
    ...ofRollout,
    type: z.literal('requested'),
    request: z.enum(requestKinds),
    why: z.string(),
    despiteFreeze: z.exactOptional(z.boolean()),
  }),
  z.strictObject({
    ...ofRollout,
    type: z.literal('measured'),
    weightPercent: percent,
    guards: z.record(z.string(), armTallies),
    absent: z.record(z.string(), z.strictObject({kind: z.enum(['no-data', 'query-failed']), detail: z.string()})),
    snapshot: z.record(z.string(), z.strictObject({candidate: series, stable: series})),
    alerts: z.exactOptional(z.record(z.string(), z.array(text))),
    partial: z.exactOptional(z.record(z.string(), text)),
    notes: z.array(z.string()),
  }),
  z.strictObject({...ofRollout, type: z.literal('held'), reason, why: z.string()}),
  z.strictObject({...ofRollout, type: z.literal('continued'), reason, why: z.string()}),
  z.strictObject({
    ...ofRollout,
    type: z.literal('evidence-was-short'),
    stage: count,
    answer: z.enum(['extend', 'continue', 'hold']),
    guards: z.array(text),
    why: z.string(),
  }),
  z.strictObject({...ofRollout, type: z.literal('act-intended'), act, reason, why: z.string()}),
  z.strictObject({...ofRollout, type: z.literal('act-confirmed'), intent: text}),
  z.strictObject({
    ...ofRollout,
    type: z.literal('act-failed'),
    intent: text,
    code: reason,
    message: z.string(),
    retryable: z.boolean(),
  }),
  z.strictObject({
    ...ofRollout,
    type: z.literal('handed-over'),
    to: z.string(),
    due: z.exactOptional(z.iso.datetime()),
  }),
  z.strictObject({...ofRollout, type: z.literal('taken-over'), ticket: text.nullable()}),
  z.strictObject({
    ...ofRollout,
    type: z.literal('rollout-ended'),
    outcome: z.enum(['promoted', 'aborted', 'rolled-back']),
    reason,
    why: z.string(),
  }),
  z.strictObject({...stamp, type: z.literal('restored'), rollout: text.nullable(), release, why: z.string()}),
])

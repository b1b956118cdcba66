/** What the router writes down, and reads when it comes back after it was killed. */
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import type {Backends, ProcessRecord} from './backends.ts'
import {emptyRouting, type Routing} from './routing.ts'

export interface Memory {
  readonly routing: Routing
  /** Services of releases. */
  readonly processes: Readonly<Record<string, ProcessRecord>>
  /** Services that were being stopped. */
  readonly leaving: readonly ProcessRecord[]
}

const version = z.string().nullable()
const processRecord = z.strictObject({pid: z.int().positive(), url: z.string()})
const memoryFile = z.strictObject({
  format: z.literal(1),
  routing: z.strictObject({
    releases: z.record(
      z.string(),
      z.discriminatedUnion('kind', [
        z.strictObject({kind: z.literal('url'), url: z.string()}),
        z.strictObject({kind: z.literal('start'), argv: z.tuple([z.string()], z.string())}),
      ]),
    ),
    stable: version,
    candidate: version,
    weightPercent: z.number().min(0).max(100),
    // A router that did not mirror yet has not written it down.
    mirrorPercent: z.number().min(0).max(100).default(0),
    standby: version,
    // A router that kept the old release until the next deployment has written down no time: it is over.
    standbyUntil: z.number().nullable().default(0),
    restoring: version,
  }),
  processes: z.record(z.string(), processRecord),
  // A router that did not write down what it stops.
  leaving: z.array(processRecord).default([]),
})

/** @throws UserError `router/state-unreadable`: a router that forgot the weight must not guess it. */
export async function recall(file: string | undefined, files: Files): Promise<Memory> {
  if (file === undefined || !(await files.exists(file))) return {routing: emptyRouting, processes: {}, leaving: []}
  const text = await files.readText(file)
  const parsed = memoryFile.safeParse(parseJson(text))
  if (!parsed.success) {
    throw new UserError(
      'router/state-unreadable',
      `"${file}" is not the state of a router: ${z.prettifyError(parsed.error)}`,
      {
        hint: 'Name another file, or remove this one: the router then starts with nothing deployed.',
      },
    )
  }
  return parsed.data
}

export async function remember(
  file: string | undefined,
  files: Files,
  routing: Routing,
  backends: Pick<Backends, 'records' | 'leaving'>,
): Promise<void> {
  if (file === undefined) return
  const memory: Memory = {routing, processes: backends.records(), leaving: backends.leaving()}
  await files.writeText(file, `${JSON.stringify({format: 1, ...memory}, null, 2)}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

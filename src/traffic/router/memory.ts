/** What the router writes down, and reads when it comes back after it was killed. */
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import type {ProcessRecord} from './backends.ts'
import {emptyRouting, type Routing} from './routing.ts'

export interface Memory {
  readonly routing: Routing
  readonly processes: Readonly<Record<string, ProcessRecord>>
}

const version = z.string().nullable()
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
    restoring: version,
  }),
  processes: z.record(z.string(), z.strictObject({pid: z.int().positive(), url: z.string()})),
})

/** @throws UserError `router/state-unreadable`: a router that forgot the weight must not guess it. */
export async function recall(file: string | undefined, files: Files): Promise<Memory> {
  if (file === undefined || !(await files.exists(file))) return {routing: emptyRouting, processes: {}}
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
  processes: Memory['processes'],
): Promise<void> {
  if (file === undefined) return
  await files.writeText(file, `${JSON.stringify({format: 1, routing, processes}, null, 2)}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

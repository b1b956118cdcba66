import {type Artifact, bytesOf} from '../../../../src/model/safety/artifact.ts'
import type {Format, Reading, Scan} from '../../../../src/model/safety/format.ts'
import {type Limits, usualLimits, Work} from '../../../../src/model/safety/limits.ts'
import {Malformed, OverLimit} from '../../../../src/model/safety/malformed.ts'
import type {Observation} from '../../../../src/model/safety/observation.ts'

/** What one format makes of a file, without looking into what is inside. */
export interface Looked {
  readonly reading: Reading | null
  /** `means rule-id`, each once, in order. */
  readonly sights: readonly string[]
  readonly observations: readonly Observation[]
  /** Name and content of everything that was handed on, in order. */
  readonly inside: readonly (readonly [name: string, content: string])[]
  /** Message of what ended it. */
  readonly ended: string | null
}

/** Reads bytes with one format, and takes what is inside as text (one sign a byte). */
export async function look(
  format: Pick<Format, 'read'>,
  content: Uint8Array,
  limits: Partial<Limits> = {},
): Promise<Looked> {
  const observations: Observation[] = []
  const inside: [string, string][] = []
  const work = new Work({...usualLimits, ...limits})
  const scan: Scan = {
    work,
    see: observation => void observations.push(observation),
    inside: async (_, member, bytes) => {
      work.member()
      inside.push([member, Buffer.from(await bytes.slice(0, bytes.size)).toString('latin1')])
    },
    unpack: async (chunks, packed, use) => {
      const parts: Uint8Array[] = []
      let unpacked = 0
      for await (const chunk of chunks) {
        unpacked += chunk.length
        work.unpack(chunk.length, {unpacked, packed})
        parts.push(chunk)
      }
      return use(bytesOf(Buffer.concat(parts)))
    },
    tensors: async () => {},
  }
  const artifact: Artifact = {path: ['model.bin'], bytes: bytesOf(content), loader: 'any', siblings: null}
  const {reading, ended} = await attempt(() => format.read(artifact, scan))
  const sights = [...new Set(observations.map(({rule}) => `${rule.means} ${rule.id}`))]
  return {reading, sights, observations, inside, ended}
}

async function attempt(read: () => Promise<Reading>): Promise<Pick<Looked, 'reading' | 'ended'>> {
  try {
    return {reading: await read(), ended: null}
  } catch (error) {
    if (error instanceof Malformed || error instanceof OverLimit) return {reading: null, ended: error.message}
    throw error
  }
}

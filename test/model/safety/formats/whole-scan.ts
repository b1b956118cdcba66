import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {bytesOf, type Siblings} from '../../../../src/model/safety/artifact.ts'
import type {TensorEntry} from '../../../../src/model/safety/format.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import type {Observation} from '../../../../src/model/safety/observation.ts'
import {scanArtifact} from '../../../../src/model/safety/scan.ts'

export interface Looked {
  readonly is: readonly string[]
  /** `means rule-id: sentence`, without the imports. */
  readonly sights: readonly string[]
  /** `module.name`, in order, each once. */
  readonly imports: readonly string[]
  /** Those that are called. */
  readonly calls: readonly string[]
  /** `name F32 [2, 3]`. */
  readonly tensors: readonly string[]
  readonly observations: readonly Observation[]
  /** Elements of each tensor whose place is known, as little-endian bytes. */
  readonly data: ReadonlyMap<string, Uint8Array>
}

/** Scans one file as `slipway inspect` does: with every format. */
export async function lookAt(
  content: Uint8Array,
  {name = 'model.bin', siblings = null}: {name?: string; siblings?: Siblings | null} = {},
): Promise<Looked> {
  const found: TensorEntry[] = []
  const data = new Map<string, Uint8Array>()
  const {readings, observations} = await scanArtifact(
    {path: [name], bytes: bytesOf(content), loader: 'any', siblings},
    {
      work: new Work(),
      scratch: async (chunks, use) => use(bytesOf(await joined(chunks))),
      onTensor: async (_, tensor) => {
        found.push(tensor)
        if (tensor.data) data.set(tensor.name, await tensor.data.bytes.slice(tensor.data.begin, tensor.data.end))
      },
    },
  )
  const imported = observations.flatMap(observation => observation.imported ?? [])
  const nameOf = ({module, name: each}: {module: string; name: string}) => `${module}.${each}`
  return {
    is: readings.map(({is}) => is),
    sights: observations.flatMap(({rule, what}) =>
      rule.means === 'import' ? [] : [`${rule.means} ${rule.id}: ${what}`],
    ),
    imports: [...new Set(imported.map(nameOf))],
    calls: [...new Set(imported.filter(({uses}) => uses.some(({how}) => how === 'call')).map(nameOf))],
    tensors: found.map(({name: each, dtype, shape}) => `${each} ${dtype} [${shape.join(', ')}]`),
    observations,
    data,
  }
}

/** A file that a library wrote: see ORIGIN.md there. */
export function fixture(path: string): Uint8Array {
  return readFileSync(resolve(import.meta.dirname, '../../../fixtures/model-formats', path))
}

/** Rules that were seen, without their sentences. */
export function rulesOf({sights}: Looked): readonly string[] {
  return sights.map(sight => sight.slice(0, sight.indexOf(':')))
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

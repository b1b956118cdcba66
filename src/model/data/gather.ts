import type {DataGate} from '../../config/model-gate-schema.ts'
import type {Files} from '../../runtime/files.ts'
import {type Gathered, gathered} from '../gather-fact.ts'
import type {Table} from '../readers/columns.ts'
import {readTable} from '../readers/table.ts'
import type {DataFacts} from './data-facts.ts'

/** Reads all columns of both data sets, and the columns of keys a second time, exactly as they are written. */
export async function gatherData(files: Files, gate: DataGate): Promise<DataFacts> {
  const fresh = await gathered(() => readTable(files, gate.data, 'all'))
  const old = await gathered(() => readTable(files, gate.against, 'all'))
  const keys = [...new Set([...gate.unique.flat(), ...gate.references.map(({column}) => column)])]
  const others = new Map<string, Gathered<Table>>()
  for (const path of new Set(gate.references.map(reference => reference.in))) {
    const asked = gate.references.filter(reference => reference.in === path)
    const names = [...new Set(asked.map(reference => reference['its-column'] ?? reference.column))]
    others.set(path, await readTexts(files, path, names))
  }
  return {fresh, old, keys: keys.length === 0 ? null : await readTexts(files, gate.data, keys), others}
}

function readTexts(files: Files, path: string, names: readonly string[]): Promise<Gathered<Table>> {
  return gathered(async () => {
    const requests = names.map(name => ({name, kind: 'text'}) as const)
    return (await readTable(files, path, requests)).table
  })
}

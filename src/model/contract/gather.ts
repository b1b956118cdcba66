import type {ContractGate} from '../../config/model-gate-schema.ts'
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {Files} from '../../runtime/files.ts'
import {type Gathered, gathered} from '../gather-fact.ts'
import {openDataSet} from '../readers/data-set.ts'
import {readRecords} from '../readers/records.ts'
import {compareContracts} from './compare/compare.ts'
import {rootOf} from './compare/located.ts'
import {type CompiledSchema, compileSchema} from './compile.ts'
import type {ContractFacts, ContractFile} from './contract-facts.ts'
import {parseContract} from './parse-contract.ts'
import {roleColumns, rowShape} from './row-shape.ts'
import {countViolations, type Violations} from './violations.ts'

/** Reads the contracts, and holds every row against the candidate's as it is read: rows are counted, none is kept. */
export async function gatherContract(
  files: Files,
  gate: ContractGate,
  predictions: PredictionsConfig | undefined,
): Promise<ContractFacts> {
  const contract = await readContract(files, gate.contract, gate)
  const before = gate['compatible-with']
  const deployed = before === undefined ? null : await readContract(files, before, gate)
  const path = gate.rows ?? predictions?.candidate
  const rows =
    contract.kind === 'missing' || path === undefined
      ? null
      : {path, violations: await readViolations(files, path, contract.value, {gate, predictions})}
  const comparison =
    contract.kind === 'gathered' && deployed?.kind === 'gathered'
      ? await gathered(async () => compareContracts(comparedOf(deployed.value), comparedOf(contract.value), gate.of))
      : null
  return {
    contract: withoutCompiled(contract),
    rows,
    // One that says nothing of single values is as good as unreadable.
    deployed: comparison?.kind === 'missing' ? comparison : deployed && withoutCompiled(deployed),
    comparison: comparison?.kind === 'gathered' ? comparison.value : null,
  }
}

interface OpenContract {
  readonly file: ContractFile
  readonly compiled: CompiledSchema
}

function readContract(files: Files, path: string, gate: ContractGate): Promise<Gathered<OpenContract>> {
  return gathered(async () => {
    const contract = parseContract(path, await files.readText(path), gate.of)
    const compiled = compileSchema(contract.schema)
    return {file: {path, digest: await files.sha256(path), contract}, compiled}
  })
}

function comparedOf({file, compiled}: OpenContract) {
  return {schema: file.contract.schema, compiled}
}

function withoutCompiled(contract: Gathered<OpenContract>): Gathered<ContractFile> {
  return contract.kind === 'missing' ? contract : {kind: 'gathered', value: contract.value.file}
}

function readViolations(
  files: Files,
  path: string,
  {file, compiled}: OpenContract,
  {gate, predictions}: {gate: ContractGate; predictions: PredictionsConfig | undefined},
): Promise<Gathered<Violations>> {
  return gathered(async () => {
    const format = (await openDataSet(files, path)).parts[0]?.form.format
    const shape = rowShape(file.contract, rootOf({root: file.contract.schema, compiled}), {
      of: gate.rows === undefined ? gate.of : 'itself',
      roles: gate.rows === undefined ? roleColumns(predictions?.columns) : new Set(),
      tabular: format !== 'jsonl',
      valueColumn:
        gate.of === 'response' ? (predictions?.columns.prediction ?? predictions?.columns.score ?? null) : null,
    })
    const counter = countViolations(compiled, shape)
    for await (const batch of readRecords(files, path)) for (const record of batch) counter.count(record)
    return counter.result()
  })
}

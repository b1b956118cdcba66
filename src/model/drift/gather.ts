import type {DriftGate} from '../../config/model-gate-schema.ts'
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import {type Gathered, gathered} from '../gather-fact.ts'
import {type DataFile, readTable} from '../readers/table.ts'

/** The two data sets of a drift gate, each with the path that names it. */
export interface DriftFacts {
  readonly judged: {readonly path: string; readonly file: Gathered<DataFile>}
  readonly reference: {readonly path: string; readonly file: Gathered<DataFile>}
}

/** Reads all columns of both: a column that only one of them has is a finding. */
export async function gatherDrift(
  files: Files,
  gate: DriftGate,
  predictions: PredictionsConfig | undefined,
): Promise<DriftFacts> {
  const path = gate.in ?? predictions?.candidate
  return {
    judged: {
      path: path ?? 'the judged data',
      file: path === undefined ? noData : await gathered(() => readTable(files, path, 'all')),
    },
    reference: {path: gate.against, file: await gathered(() => readTable(files, gate.against, 'all'))},
  }
}

const noData = {
  kind: 'missing',
  failure: new UserError(
    'model/drift-no-data',
    'Nobody names the judged data: neither the drift gate nor validation.predictions.',
    {
      hint: 'Name the data that is judged under in, or add validation.predictions.',
    },
  ),
} as const

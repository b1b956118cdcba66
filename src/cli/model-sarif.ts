import {modelSarif} from '../gates/model-sarif.ts'
import type {GateOutcome} from '../gates/session.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {Given, Option} from './command.ts'

export const sarifOption: Option = {
  what: 'Write the findings as SARIF 2.1.0, for code scanning.',
  value: 'file',
}

/** Writes the findings where asked to. @throws UserError `file/unwritable` */
export async function keepSarif(given: Given, outcome: GateOutcome, {files}: Pick<Runtime, 'files'>): Promise<void> {
  const file = given.text('sarif')
  if (file === undefined) return
  await files.writeText(file, modelSarif(outcome, outcome.judgedFiles ?? null, given.text('config') ?? 'slipway.yml'))
}

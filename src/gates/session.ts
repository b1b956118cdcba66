/**
 * Gates: one file per question. A gate joins the config, the ports and a domain, and answers with a result and a report.
 * Actions and the CLI both call it, so a verdict in a terminal is the verdict on GitHub. Nothing here publishes.
 */
import type {Measured, Measures} from '../core/measures.ts'
import type {GateResult} from '../core/result.ts'
import type {TensorShape} from '../core/tensor-shape.ts'
import type {GitHub} from '../github/client.ts'
import type {WorkflowContext} from '../github/context.ts'
import type {ImageJudgement} from '../image/judgement.ts'
import type {Report} from '../report/report.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {JudgedFiles} from './model-sarif.ts'
import type {RepositoryFiles} from './repository-files.ts'

/** What a gate is given by whoever calls it. */
export interface Session {
  readonly runtime: Runtime
  /** The repository and the run that we are part of; null in a terminal. */
  readonly github: {readonly client: GitHub; readonly context: WorkflowContext} | null
  /** Who asks, as evidence and ledger name it: a person and the run's page, or a person on this machine. */
  readonly by: string
  /** Folder of ledgers and evidence, where the caller insists on one. */
  readonly recordsFolder?: string
}

/** A judged image, and the files of the repository beside which its flaws are shown. */
export interface ScannedImage {
  readonly judgement: ImageJudgement
  readonly repository: RepositoryFiles
}

export interface GateOutcome {
  readonly result: GateResult
  readonly report: Report
  /** What the model measured, where a model was: kept with its evidence. */
  readonly measures?: Measures
  /** Values of its file of metrics that gates asked for. */
  readonly reported?: Readonly<Record<string, Measured>>
  /** The files of the model that were judged; absent where none could be read. */
  readonly judgedFiles?: JudgedFiles
  /** Its tensors, without their numbers. */
  readonly tensors?: readonly TensorShape[]
  /** What became of every flaw of an image; absent where none could be scanned. */
  readonly scanned?: ScannedImage
  /** What a pull request's comment shows, where that is less than the report: what is new. */
  readonly comment?: Report
}

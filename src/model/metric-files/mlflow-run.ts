/** A run of MLflow, wherever it is kept. */
import type {Entry} from './format.ts'

export interface MlflowRun {
  readonly name: string
  readonly id: string
  readonly status: string
  readonly deleted: boolean
  readonly entries: readonly Entry[]
}

/** mlflow.entities.RunStatus, from 1. */
export function statusOf(code: number | undefined): string {
  return statuses[(code ?? 0) - 1] ?? 'of an unknown status'
}

const statuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const

/** What is said of a model in which nothing stands in the way, and of one without any weights. */
import type {Finding} from '../../../core/finding.ts'
import {formatCount, formatSize} from '../../../core/quantity.ts'
import type {ModelScan, ScannedFile} from '../model-scan.ts'
import type {AllowedFile} from '../policy.ts'
import type {JudgedImport} from './imports.ts'
import {contextsOf} from './refused-imports.ts'
import {counted, shownPath} from './words.ts'

/** Whether a file brings weights, or a program that was looked at; also where they stand in its members. */
export function holdsWeights({readings, tensors, observations}: ScannedFile): boolean {
  return (
    tensors.length > 0 ||
    readings.some(({holds}) => holds === 'weights' || holds === 'program') ||
    observations.some(({imported}) => imported !== undefined)
  )
}

export interface Admitted {
  readonly imports: readonly JudgedImport[]
  /** Files with something that only an allowance admits. */
  readonly allowed: readonly AllowedFile[]
  /** Whether other findings ask for somebody’s look. */
  readonly isRemarked: boolean
}

export function clean({files}: ModelScan, {imports, allowed, isRemarked}: Admitted): Finding {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const tensors = files.reduce((sum, file) => sum + file.tensors.length, 0)
  const formats = formatsOf(files)
  const beyond = imports.filter(({answer}) => answer.kind !== 'listed' || answer.entry.context !== 'tensors')
  const names = new Set(beyond.map(({imported}) => `${imported.module} ${imported.name}`))
  const admitted = [
    ...(names.size === 0
      ? []
      : [`What it imports when it is loaded (${counted(names.size, 'name')}) is ${admittedBy(beyond)}.`]),
    ...allowed.map(({file, owner}) => `What ${shownPath(file)} is or needs beyond weights is allowed by ${owner}.`),
  ]
  return {
    id: 'model/files-safe',
    subject: 'model files',
    verdict: 'pass',
    reason: admitted.length === 0 ? 'model/weights-only' : 'model/allow-listed',
    what: `${counted(files.length, 'file')} (${formats.map(([name, number]) => `${formatCount(number)} ${name}`).join(', ')})${
      tensors === 0 ? '' : ` with ${counted(tensors, 'tensor')}`
    }; ${formatSize(size)} in all. ${admitted.length > 0 ? admitted.join(' ') : isRemarked ? 'Nothing that stands in the way.' : 'Nothing that runs when it is loaded.'}`,
    details: {files: files.length, tensors, bytes: size, imports: names.size, formats: formats.map(([name]) => name)},
  }
}

/** `on the allow-list: NumPy, scikit-learn; or allowed by ml-platform`. */
function admittedBy(imports: readonly JudgedImport[]): string {
  const allowed = contextsOf(imports.filter(({answer}) => answer.kind === 'allowed'))
  const listed = contextsOf(imports.filter(({answer}) => answer.kind !== 'allowed'))
  return [listed && `on the allow-list: ${listed}`, allowed].filter(text => text !== '').join('; or ')
}

export function noWeights({files}: ModelScan): Finding {
  return {
    id: 'model/files-safe',
    subject: 'model files',
    verdict: 'error',
    reason: 'model/no-weights',
    what:
      files.length === 0
        ? 'There is no file in the model.'
        : `${files.length === 1 ? 'The one file holds no' : `None of the ${counted(files.length, 'file')} holds`} weights in a format that can be checked.`,
    why: 'Nothing was checked, so nothing was shown to be safe.',
    remedy: 'Point model.files to the weights, and save them as safetensors.',
  }
}

/** How many files read as what: `safetensors, 12 tensors` counts as `safetensors`. The frequent first. */
function formatsOf(files: readonly ScannedFile[]): readonly (readonly [name: string, files: number])[] {
  const names = files.map(({readings}) => {
    const kinds = new Set(readings.map(({is}) => is.split(/[,(:;]/)[0]?.trim() ?? is))
    return [...kinds].join(' and ') || 'unknown'
  })
  const groups = [...Map.groupBy(names, name => name)].map(([name, all]) => [name, all.length] as const)
  return groups.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 12)
}

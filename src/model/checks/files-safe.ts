import type {Finding} from '../../core/finding.ts'
import {formatCount, formatSize} from '../../core/quantity.ts'
import type {ModelFacts} from '../gather.ts'
import type {ModelFiles} from '../gather-model-files.ts'
import {isCheckedWeights, judgeFile, judgeLink} from '../safety/file-safe.ts'

/**
 * The model's files under the policy `weights-only`: one finding for each file that is refused or cannot be judged, and
 * one for the rest. Without any checked weights there is no model to promote: `error`.
 */
export function judgeModelFiles({files, links}: ModelFiles, contents: ModelFacts['contents']): readonly Finding[] {
  const objections = [...links.map(judgeLink), ...contents.flatMap(({path, content}) => judgeFile(path, content) ?? [])]
  const weights = contents.filter(({content}) => isCheckedWeights(content))
  if (objections.length > 0) return objections
  if (weights.length === 0) return [noWeights(files.length)]
  const tensors = weights.reduce(
    (sum, {content}) =>
      sum + (content.kind === 'safetensors' && content.answer.kind === 'valid' ? content.answer.tensors.length : 0),
    0,
  )
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const others = files.length - weights.length
  return [
    {
      id: 'model/files-safe',
      subject: 'model files',
      verdict: 'pass',
      reason: 'model/weights-only',
      what:
        `${formatCount(weights.length)} safetensors ${weights.length === 1 ? 'file' : 'files'} with ${formatCount(tensors)} ${tensors === 1 ? 'tensor' : 'tensors'}` +
        `${others === 0 ? '' : `, ${formatCount(others)} text ${others === 1 ? 'file' : 'files'}`}; ${formatSize(size)} in all. Nothing that runs when it is loaded.`,
    },
  ]
}

function noWeights(files: number): Finding {
  return {
    id: 'model/files-safe',
    subject: 'model files',
    verdict: 'error',
    reason: 'model/no-weights',
    what: `None of the ${formatCount(files)} ${files === 1 ? 'file holds' : 'files hold'} weights in a format that can be checked (safetensors).`,
    why: 'Nothing was checked, so nothing was shown to be safe.',
    remedy: 'Point model.files to the weights, and save them as safetensors.',
  }
}

/**
 * What the Trainer of transformers writes: `all_results.json` and its like (`eval_…` beside `train_…`), and
 * `trainer_state.json` with the values of every evaluation during training.
 */
import {UserError} from '../../core/failure.ts'
import type {Ask, Entry, MetricsFormat, Reading} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, listAt, type NodeMap, numberAt, textAt} from './node.ts'
import {readNumber} from './number-text.ts'

export const trainer: MetricsFormat = {
  tool: 'trainer',
  title: 'results or state of the Trainer of transformers',
  knownBy: '"eval_runtime" or "train_runtime", or "log_history" with "global_step"',
  recognises: content => {
    const root = rootOf(content)
    return isMap(root) && (isState(root) || isResults(root))
  },
  read: (content, ask) => {
    const root = rootOf(content)
    if (!isMap(root)) return {run: null, entries: []}
    return isState(root) ? readState(root, ask) : {run: null, entries: entriesOf(root)}
  },
}

function isState(root: NodeMap): boolean {
  return listAt(root, 'log_history') !== undefined && root.has('global_step')
}

function isResults(root: NodeMap): boolean {
  return ['eval', 'train', 'test', 'predict'].some(part => root.has(`${part}_runtime`))
}

function entriesOf(results: NodeMap): readonly Entry[] {
  return [...results].flatMap(([name, node]) => {
    const reading = readNumber(node)
    if (reading === null || name === 'epoch' || name === 'step') return []
    const entry: Entry = {name, ...reading}
    if (/^train_(?!runtime|samples|steps|tokens)/.test(name)) return [{...entry, onTraining: true}]
    const alias = /^eval_(.+)/.exec(name)?.[1]
    return [alias === undefined ? entry : {...entry, alias}]
  })
}

/**
 * The last evaluation. Where the state names a better one, only its user knows which of the two was deployed: the last
 * weights, or those of the best checkpoint (load_best_model_at_end).
 * @throws UserError `model/metrics-run-needed`, `model/metrics-run-missing` or `model/metrics-empty`
 */
function readState(root: NodeMap, {path, run}: Ask): Reading {
  const evaluations = (listAt(root, 'log_history') ?? [])
    .filter(isMap)
    .filter(entry => [...entry.keys()].some(key => key.startsWith('eval_')))
  const last = evaluations.at(-1)
  if (last === undefined) {
    throw new UserError('model/metrics-empty', `${path} has no evaluation in its history.`, {
      hint: 'Evaluate during training (eval_strategy), or use the file eval_results.json.',
    })
  }
  const bestStep = numberAt(root, 'best_global_step') ?? stepOf(textAt(root, 'best_model_checkpoint'))
  const best = evaluations.find(entry => numberAt(entry, 'step') === bestStep) ?? last
  const [bestName, lastName] = [best, last].map(entry => `step ${numberAt(entry, 'step') ?? '?'}`)
  if (run === undefined && bestStep !== undefined && bestName !== lastName) {
    throw new UserError(
      'model/metrics-run-needed',
      `${path} names ${bestName} as the best evaluation, and ${lastName} is the last.`,
      {hint: 'Say under validation.metrics.run which of them is deployed: `best` or `last`.'},
    )
  }
  const chosen =
    run === undefined || run === 'last'
      ? last
      : run === 'best'
        ? best
        : evaluations.findLast(entry => `step ${numberAt(entry, 'step')}` === run)
  if (chosen === undefined) {
    throw new UserError('model/metrics-run-missing', `${path} has no evaluation "${run}".`, {
      hint: 'Write `best`, `last` or `step 500` under validation.metrics.run.',
    })
  }
  return {run: `step ${numberAt(chosen, 'step') ?? '?'}`, entries: entriesOf(chosen)}
}

function stepOf(checkpoint: string | undefined): number | undefined {
  const step = /checkpoint-(\d+)$/.exec(checkpoint ?? '')?.[1]
  return step === undefined ? undefined : Number(step)
}

/**
 * Results of Great Expectations: of one validation ("statistics" beside "results"), and of a checkpoint (several of
 * them). A suite without expectations calls itself a success; here it has shown nothing.
 */
import {failuresAmong} from './counts.ts'
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, listAt, mapAt, type Node, type NodeMap, numberAt} from './node.ts'

export const greatExpectations: MetricsFormat = {
  tool: 'great-expectations',
  title: 'a result of Great Expectations',
  knownBy: '"success" with "statistics" of expectations, or a checkpoint of such results',
  recognises: content => {
    const root = rootOf(content)
    return isMap(root) && typeof root.get('success') === 'boolean' && validationsOf(root).length > 0
  },
  read: content => {
    const root = rootOf(content)
    return {run: null, entries: isMap(root) ? entriesOf(validationsOf(root)) : []}
  },
}

/** The statistics of each validation. */
function validationsOf(root: NodeMap): readonly NodeMap[] {
  const parts: readonly (Node | undefined)[] = [
    root,
    ...(listAt(root, 'validation_results') ?? []),
    ...[...(mapAt(root, 'run_results')?.values() ?? [])].map(each => mapAt(each, 'validation_result') ?? each),
  ]
  return parts.flatMap(part => {
    const statistics = mapAt(part, 'statistics')
    return statistics?.has('evaluated_expectations') ? [statistics] : []
  })
}

function entriesOf(validations: readonly NodeMap[]): readonly Entry[] {
  const sum = (key: string) => validations.reduce((total, each) => total + (numberAt(each, key) ?? 0), 0)
  const [evaluated, failed] = [sum('evaluated_expectations'), sum('unsuccessful_expectations')]
  const empty = validations.filter(each => (numberAt(each, 'evaluated_expectations') ?? 0) === 0).length
  const asked = empty > 0 ? 0 : evaluated
  const unsuccessful = failuresAmong(
    asked,
    failed,
    0,
    empty < validations.length ? 'expectation in one of its suites' : 'expectation',
  )
  const percent = typeof unsuccessful === 'number' ? (100 * (evaluated - failed)) / evaluated : unsuccessful
  return [
    entry('evaluated_expectations', {value: evaluated}),
    entry('unsuccessful_expectations', {value: unsuccessful, better: 'less', n: evaluated}),
    entry('success_percent', {value: percent, better: 'more', n: evaluated}),
  ]
}

function entry(name: string, value: Omit<Entry, 'name'>): Entry {
  return {name: `statistics.${name}`, alias: name, ...value}
}

/** A suite of Deepchecks as JSON: results with conditions, and checks that could not run ("CheckFailure"). */
import {failuresAmong} from './counts.ts'
import type {MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {listAt, type Node, textAt} from './node.ts'

export const deepchecks: MetricsFormat = {
  tool: 'deepchecks',
  title: 'a suite result of Deepchecks',
  knownBy: '"results" of the types "CheckResult" and "CheckFailure"',
  recognises: content => isSuite(rootOf(content)),
  read: content => {
    const results = listAt(rootOf(content), 'results') ?? []
    const notRun = results.filter(each => textAt(each, 'type') === 'CheckFailure').length
    const statuses = results
      .flatMap(each => listAt(each, 'conditions_results') ?? [])
      .map(each => textAt(each, 'Status')?.toUpperCase() ?? '')
    const asked = statuses.length
    const warned = statuses.filter(status => status === 'WARN').length
    const failed = asked - warned - statuses.filter(status => status === 'PASS').length
    const among = (count: number) => failuresAmong(asked, count, notRun, notRun > 0 ? 'check' : 'condition')
    return {
      run: null,
      entries: [
        {name: 'conditions.total', value: asked},
        {name: 'conditions.failed', value: among(failed), better: 'less', n: asked},
        {name: 'conditions.warned', value: among(warned), better: 'less', n: asked},
        {name: 'checks.not-run', value: notRun, better: 'less', n: results.length},
      ],
    }
  },
}

function isSuite(root: Node): boolean {
  const results = listAt(root, 'results')
  if (results === undefined || results.length === 0) return false
  return results.every(each => ['CheckResult', 'CheckFailure'].includes(textAt(each, 'type') ?? ''))
}

/** `constraint_violations.json` of SageMaker Model Monitor: how many constraints of the baseline were violated, by kind. */
import type {Entry, MetricsFormat} from './format.ts'
import {rootOf} from './generic.ts'
import {isMap, listAt, type Node, textAt} from './node.ts'

export const sagemakerViolations: MetricsFormat = {
  tool: 'sagemaker-violations',
  title: 'a constraint_violations.json of SageMaker',
  knownBy: '"violations", a list with "constraint_check_type"',
  recognises: content => isReport(rootOf(content)),
  read: content => {
    const kinds = (listAt(rootOf(content), 'violations') ?? []).map(
      each => textAt(each, 'constraint_check_type') ?? 'unknown',
    )
    const ofKind = [...new Set([...checkTypes, ...kinds])].map(
      (kind): Entry => ({
        name: `violations.${kind}`,
        value: kinds.filter(each => each === kind).length,
        better: 'less',
      }),
    )
    return {run: null, entries: [{name: 'violations', value: kinds.length, better: 'less'}, ...ofKind]}
  },
}

/** The report is written after all of them were checked, so that none named is none found. */
const checkTypes = [
  'data_type_check',
  'completeness_check',
  'baseline_drift_check',
  'missing_column_check',
  'extra_column_check',
  'categorical_values_check',
] as const

function isReport(root: Node): boolean {
  const violations = listAt(root, 'violations')
  if (violations === undefined || !isMap(root)) return false
  return violations.length === 0
    ? root.size === 1
    : violations.every(each => textAt(each, 'constraint_check_type') !== undefined)
}

import type {FairnessGate} from '../../config/model-gate-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Block} from '../../report/report.ts'
import {formatValue} from '../checks/check.ts'
import type {Judged} from '../describe.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {groupTable} from '../fairness/group-table.ts'

/** Groups below this many rows are never shown, whatever a gate's own minimum. */
const leastGroupShown = 10
const usualMinimum = 30

/** Rates by group: for each group column, and for each combination that a gate asks for. */
export function groupBlocks({judgement, policy}: Judged): readonly Block[] {
  const {evaluation} = judgement
  const {gates, validation} = policy
  if (evaluation === null) return []
  const asked = gates.filter((gate): gate is FairnessGate => 'fairness' in gate)
  const combined = asked.flatMap(({by}) => (typeof by === 'string' ? [] : [by]))
  const columns = [...(validation.predictions?.columns.groups ?? []).map(by => [by]), ...combined]
  const distinct = new Map(columns.map(by => [by.join('\n'), by]))
  return [...distinct.values()].flatMap(by => tableOf(by, evaluation, asked))
}

function tableOf(by: readonly string[], evaluation: Evaluation, gates: readonly FairnessGate[]): readonly Block[] {
  const own = gates.filter(gate => (typeof gate.by === 'string' ? gate.by : gate.by.join('\n')) === by.join('\n'))
  const minimums = own.length > 0 ? own.map(gate => gate['min-group']) : [usualMinimum]
  const minGroup = Math.max(leastGroupShown, ...minimums)
  const only = own.find(gate => gate.class !== undefined)?.class
  const table = groupTable(evaluation, by, {minGroup, ...(only === undefined ? {} : {class: only})})
  const {rates, groups, overall, tooSmall, beyond} = table
  const hidden = [
    ...(tooSmall > 0 ? [`${tooSmall} with fewer than ${minGroup} rows`] : []),
    ...(beyond > 0 ? [`${beyond} beyond the largest`] : []),
  ]
  return [
    {
      kind: 'heading',
      // Every rate of the table is then one of this class, the accuracy too.
      text: `Groups by ${by.join(' and ')}${only === undefined ? '' : `: "${only}" against the rest`}`,
    },
    {
      kind: 'table',
      columns: [
        {name: by.join(', ')},
        {name: 'rows', align: 'right'},
        ...rates.map(name => ({name, align: 'right'}) as const),
      ],
      rows: [...groups, overall].map(({name, n, values}) => [
        name,
        formatCount(n),
        ...values.map(value => (value === null ? 'too few' : formatValue(value))),
      ]),
    },
    ...(hidden.length === 0 ? [] : [{kind: 'paragraph', text: `Hidden: ${hidden.join(', and ')}.`} as const]),
  ]
}

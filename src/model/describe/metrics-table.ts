import type {Block, Column} from '../../report/report.ts'
import {formatDifference, formatRange, formatValue} from '../checks/check.ts'
import type {Judged} from '../describe.ts'

/** Every metric of all rows, beside the baseline's where there is one. */
export function metricsTable({judgement}: Judged): readonly Block[] {
  const {asked, baseline, evaluation} = judgement
  if (evaluation === null || asked.size === 0) return []
  const isCompared = baseline.kind === 'rows' || baseline.kind === 'known'
  const columns: readonly Column[] = [
    {name: 'metric'},
    {name: 'candidate', align: 'right'},
    {name: 'interval'},
    {name: 'minus baseline', align: 'right'},
    {name: 'interval of the difference'},
  ]
  const rows = [...asked].map(([name, {estimate, comparedWith}]) => {
    const own =
      estimate.kind === 'undefined'
        ? [name, 'no value', '']
        : [name, formatValue(estimate.value), formatRange(estimate.interval)]
    if (!isCompared) return own
    const comparison = comparedWith(0)
    if (comparison?.kind !== 'compared') return [...own, 'no value', '']
    return [...own, formatDifference(comparison.difference), formatRange(comparison.interval)]
  })
  const shown = isCompared ? columns : columns.slice(0, 3)
  return [
    {kind: 'heading', text: headingOf(baseline)},
    {kind: 'table', columns: shown, rows},
  ]
}

function headingOf(baseline: Judged['judgement']['baseline']): string {
  switch (baseline.kind) {
    case 'rows':
      return 'Candidate and baseline'
    case 'known':
      return `Candidate, and values of ${baseline.source}`
    case 'none':
    case 'unusable':
      return 'Candidate'
  }
}

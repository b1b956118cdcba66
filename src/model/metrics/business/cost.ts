import type {BinaryOutcomes} from '../../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {Metric, MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'

type Costs = NonNullable<MetricQuestion['costs']>

/** Mean over decisions of what they cost, by true and by predicted class: a matrix as in Elkan, "The foundations of cost-sensitive learning", IJCAI 2001. */
export const costOfBinary: Metric<'binary'> = {
  name: 'cost',
  task: 'binary',
  convention,
  statistic: (outcomes, {costs = {}}) =>
    meanCost(costs, binaryClasses(outcomes), outcomes.positive, outcomes.predicted),
}

export const costOfMulticlass: Metric<'multiclass'> = {
  name: 'cost',
  task: 'multiclass',
  convention,
  statistic: ({classes, label, predicted}, {costs = {}}) =>
    meanCost(costs, {codeOf: new Map(classes.map((name, code) => [name, code])), names: classes}, label, predicted),
}

function convention(): string {
  return 'cost: mean of costs[true class][predicted class] over decisions; a right decision without an entry costs 0'
}

interface Classes {
  readonly codeOf: ReadonlyMap<string, number>
  readonly names: readonly string[]
}

/** `positive` and `negative` always name the two classes, unless the data has a class of that name. */
function binaryClasses({names}: BinaryOutcomes): Classes {
  const positive = names?.positive ?? 'positive'
  const negative = names?.negative ?? 'negative'
  const codeOf = new Map([
    ['negative', 0],
    ['positive', 1],
    [negative, 0],
    [positive, 1],
  ])
  return {codeOf, names: [negative, positive]}
}

function meanCost(
  costs: Costs,
  classes: Classes,
  truth: Uint8Array | Int32Array,
  predicted: Uint8Array | Int32Array,
): Statistic | Undefined {
  const table = costTable(costs, classes)
  if (!(table instanceof Float64Array)) return table
  const count = classes.names.length
  const values = new Float64Array(truth.length)
  const unknown = new Map<number, number>()
  for (let row = 0; row < values.length; row++) {
    const cell = (truth[row] ?? 0) * count + (predicted[row] ?? 0)
    const cost = table[cell] ?? 0
    values[row] = cost
    if (Number.isNaN(cost)) unknown.set(cell, (unknown.get(cell) ?? 0) + 1)
  }
  const [first] = unknown
  if (first === undefined) return meanOf(values)
  const [cell, rows] = first
  const pair = `true class "${classes.names[Math.floor(cell / count)]}", predicted "${classes.names[cell % count]}"`
  return unanswerable('model/cost-missing', `costs does not say what this decision costs: ${pair} (rows: ${rows}).`)
}

/** Row by row of the matrix; NaN where it says nothing. A wrong decision must not cost 0 because it was forgotten. */
function costTable(costs: Costs, {codeOf, names}: Classes): Float64Array | Undefined {
  const count = names.length
  const table = new Float64Array(count * count).fill(Number.NaN)
  for (const [truth, row] of Object.entries(costs)) {
    for (const [predicted, cost] of Object.entries(row)) {
      const from = codeOf.get(truth)
      const to = codeOf.get(predicted)
      const stranger = from === undefined ? truth : predicted
      if (from === undefined || to === undefined) {
        const known = [...codeOf.keys()].slice(0, 10).join(', ')
        return unanswerable('model/unknown-class', `costs names the class "${stranger}"; the classes are ${known}.`)
      }
      if (!Number.isNaN(table[from * count + to])) {
        return unanswerable(
          'model/cost-ambiguous',
          `costs says twice what "${predicted}" costs where "${truth}" is true.`,
        )
      }
      table[from * count + to] = cost
    }
  }
  for (let code = 0; code < count; code++) {
    if (Number.isNaN(table[code * count + code])) table[code * count + code] = 0
  }
  return table
}

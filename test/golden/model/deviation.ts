/**
 * `node test/golden/model/deviation.ts` prints the largest deviation of each metric from the golden files, as a share of
 * the expected value.
 */
import {answerTo, deviationOf, goldenFiles, goldenFolders, outcomesOf} from './golden.ts'

interface Worst {
  values: number
  deviation: number
  where: string
}

const worst = new Map<string, Worst>()
for (const {path, file} of goldenFolders.flatMap(goldenFiles)) {
  for (const {name, outcomes: golden, weights, questions} of file.cases) {
    const outcomes = outcomesOf(golden)
    const asked = [
      {key: 'value', rowWeights: null},
      {key: 'weighted', rowWeights: weights ? Float64Array.from(weights) : null},
    ] as const
    for (const question of questions) {
      for (const {key, rowWeights} of asked) {
        const expected = question[key]
        if (expected === undefined) continue
        const deviation = deviationOf(answerTo(outcomes, question, rowWeights), expected)
        const metric = `${golden.task} ${question.metric}`
        const before = worst.get(metric) ?? {values: 0, deviation: -1, where: ''}
        const where = deviation > before.deviation ? `${path}: ${name}, ${key}` : before.where
        worst.set(metric, {
          values: before.values + 1,
          deviation: Math.max(before.deviation, deviation),
          where,
        })
      }
    }
  }
}
const lines = [...worst]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([metric, {values, deviation, where}]) =>
    [metric.padEnd(34), String(values).padStart(6), deviation.toExponential(1).padStart(9), `  ${where}`].join(' '),
  )
const values = [...worst.values()].reduce((sum, each) => sum + each.values, 0)
const largest = Math.max(...[...worst.values()].map(each => each.deviation))
process.stdout.write(`${lines.join('\n')}\n\n${values} values, largest deviation ${largest.toExponential(1)}\n`)

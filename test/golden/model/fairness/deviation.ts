/**
 * `node test/golden/model/fairness/deviation.ts` prints the largest deviation of each measure from fairlearn, as
 * a share of the expected value; of 0.001 where it is smaller: differences of equal rates are rounding errors.
 */
import {answerTo, fairnessCases} from './golden.ts'

const worst = new Map<string, {values: number; deviation: number; where: string}>()
for (const given of fairnessCases()) {
  for (const question of given.questions) {
    for (const [isWeighted, expected] of [
      [false, question.value],
      [true, question.weighted],
    ] as const) {
      const seen = answerTo(given, question, isWeighted)
      const deviation =
        seen === expected
          ? 0
          : seen === 'undefined' || expected === 'undefined'
            ? Number.POSITIVE_INFINITY
            : Math.abs(seen - expected) / Math.max(0.001, Math.abs(expected))
      const before = worst.get(question.measure) ?? {values: 0, deviation: 0, where: ''}
      worst.set(question.measure, {
        values: before.values + 1,
        deviation: Math.max(deviation, before.deviation),
        where: deviation > before.deviation ? `${given.name}, by ${question.by.join(' and ')}` : before.where,
      })
    }
  }
}
const lines = [...worst].map(([measure, {values, deviation, where}]) =>
  [measure.padEnd(32), String(values).padStart(5), deviation.toExponential(1).padStart(8), where].join('  '),
)
process.stdout.write(`${lines.join('\n')}\n`)

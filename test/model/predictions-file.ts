import {createRandom} from '../../src/core/random.ts'

export interface Row {
  readonly id: string
  readonly label: string
  readonly score: string
  readonly sex: string
}

/**
 * An evaluation set with a known answer: `n` rows, one in three is bad, the two sexes alternate, and the model gets the
 * last `wrong` of every 100 rows wrong. Scores vary by a fixed generator, so that no two rows are alike.
 */
export function predictedRows({
  n = 1000,
  wrong = 5,
  seed = 1,
}: {
  n?: number
  wrong?: number
  seed?: number
} = {}): Row[] {
  const random = createRandom(seed)
  return Array.from({length: n}, (_, row) => {
    const bad = row % 3 === 0
    const seenAsBad = row % 100 >= 100 - wrong ? !bad : bad
    const score = (seenAsBad ? 0.55 : 0.05) + 0.4 * random.uniform()
    return {id: `customer-${row}`, label: bad ? 'bad' : 'good', score: score.toFixed(6), sex: row % 2 ? 'f' : 'm'}
  })
}

export function toCsv(rows: readonly Row[]): string {
  return ['id,label,score,sex', ...rows.map(({id, label, score, sex}) => `${id},${label},${score},${sex}`), ''].join(
    '\n',
  )
}

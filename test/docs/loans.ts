/** The files of the page's example: loans, two models of them, and everything that its gates ask for. */
import {createRandom} from '../../src/core/random.ts'
import {weights} from '../model/safetensors-file.ts'

export const rows = 4000

/** Which release serves in the example. */
export const serving = 'v12'

export function loanFiles(): Readonly<Record<string, string | Uint8Array>> {
  const loans = drawLoans()
  return {
    'models/credit/model.safetensors': weights,
    'eval/candidate.csv': predictions(loans, 0.35, 2),
    [`releases/${serving}/eval.csv`]: predictions(loans, 0.5, 3),
    // An index that pandas left in the file is no column that drifts.
    'data/training.csv': csv(
      ['loan', 'customer', 'sex', 'age', 'age_band', 'amount', '__index_level_0__'],
      drawLoans(2).map(({loan, customer, sex, age, ageBand, amount}, at) => [
        `t${loan}`,
        customer,
        sex,
        age,
        ageBand,
        amount,
        at,
      ]),
    ),
    'eval/metrics.json': JSON.stringify({eval_f1: 0.83, eval_loss: 0.41}),
    'contracts/request.json': contract(['loan']),
    'contracts/deployed.json': contract(['loan']),
    'contracts/stricter.json': contract(['loan', 'age']),
  }
}

/** The two files of the first run: the same loans without weights and customers. */
export function firstFiles(): Readonly<Record<string, string | Uint8Array>> {
  const loans = drawLoans().slice(0, 2000)
  const file = (noise: number, seed: number) => {
    const [header = '', ...lines] = predictions(loans, noise, seed).split('\n')
    const names = header.split(',')
    const places = ['loan', 'sex', 'risk', 'p_bad'].map(name => names.indexOf(name))
    const kept = lines.filter(line => line !== '').map(line => places.map(place => line.split(',')[place] ?? ''))
    return csv(['id', 'sex', 'risk', 'p_bad'], kept)
  }
  return {
    'models/credit/model.safetensors': weights,
    'eval/candidate.csv': file(0.35, 2),
    'eval/production.csv': file(0.5, 3),
  }
}

interface Loan {
  readonly loan: string
  readonly customer: string
  readonly sex: string
  readonly age: number
  readonly ageBand: string
  readonly amount: number
  readonly exposure: number
  readonly isBad: boolean
  readonly logit: number
}

/** Young borrowers fail a little more often; nothing depends on sex. Three loans in four are a customer's only one. */
function drawLoans(seed = 1): readonly Loan[] {
  const random = createRandom(seed)
  return Array.from({length: rows}, (_, at): Loan => {
    const age = 18 + random.below(58)
    const logit = -0.7 + (age < 25 ? 0.4 : 0) + 2.4 * normal(random)
    return {
      loan: `L${at}`,
      customer: `c${at % 4 === 3 ? at - 1 : at}`,
      sex: random.uniform() < 0.5 ? 'female' : 'male',
      age,
      ageBand: age < 25 ? 'young' : age < 60 ? 'middle' : 'old',
      amount: Math.round(Math.exp(7 + 0.7 * normal(random))),
      exposure: Number((0.5 + random.uniform()).toFixed(2)),
      isBad: random.uniform() < 1 / (1 + Math.exp(-logit)),
      logit,
    }
  })
}

function predictions(loans: readonly Loan[], noise: number, seed: number): string {
  const random = createRandom(seed)
  const header = ['loan', 'customer', 'sex', 'age', 'age_band', 'amount', 'exposure', 'risk', 'p_bad', 'prediction']
  return csv(
    header,
    loans.map(({loan, customer, sex, age, ageBand, amount, exposure, isBad, logit}) => {
      const score = (1 / (1 + Math.exp(-(logit + noise * normal(random))))).toFixed(6)
      const answer = Number(score) >= 0.5 ? 'bad' : 'good'
      return [loan, customer, sex, age, ageBand, amount, exposure, isBad ? 'bad' : 'good', score, answer]
    }),
  )
}

function contract(required: readonly string[]): string {
  return JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {loan: {type: 'string'}, age: {type: 'integer', minimum: 0}, amount: {type: 'number'}},
    required,
  })
}

function csv(header: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  return [header, ...lines]
    .map(line => line.join(','))
    .concat('')
    .join('\n')
}

/** Box and Muller's. */
function normal(random: ReturnType<typeof createRandom>): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
}

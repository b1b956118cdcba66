import type {ContractGate} from '../../config/model-gate-schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import type {ContractComparison} from '../contract/compare/compare.ts'
import type {Gap} from '../contract/compare/gap.ts'
import type {ContractFacts} from '../contract/contract-facts.ts'
import type {Violations} from '../contract/violations.ts'

const why = 'A client that was built on the contract breaks on what does not keep it.'

/** One finding about the rows, and one about the deployed contract where the gate asks for it. */
export function judgeContract(gate: ContractGate, facts: ContractFacts): Finding[] {
  const {contract, deployed, rows, comparison} = facts
  if (contract.kind === 'missing') return [unreadableContract(gate, gate.contract, contract.failure)]
  return [
    ...judgeRowsOf(gate, rows),
    ...(deployed?.kind === 'missing'
      ? [unreadableContract(gate, gate['compatible-with'] ?? 'the deployed contract', deployed.failure)]
      : []),
    ...(comparison === null ? [] : [judgeCompatibility(gate, comparison)]),
  ]
}

function judgeRowsOf(gate: ContractGate, rows: ContractFacts['rows']): Finding[] {
  if (rows === null) {
    // Whoever asks for compatibility alone gets it alone; a gate that asks nothing else needs rows.
    return gate['compatible-with'] === undefined ? [noRows(gate)] : []
  }
  const {path, violations} = rows
  if (violations.kind === 'gathered') return [judgeViolations(gate, path, violations.value)]
  const {failure} = violations
  return [
    {
      ...about(gate),
      verdict: 'error',
      reason: failure.code === 'file/not-found' ? 'model/contract-rows-missing' : failure.code,
      what: failure.message.includes(path) ? failure.message : `${path}: ${failure.message}`,
      why: 'Without rows nothing shows that the contract is kept.',
      ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
    },
  ]
}

function judgeViolations(
  gate: ContractGate,
  path: string,
  {rows, silent, broken, kinds, allKinds}: Violations,
): Finding {
  if (rows === 0) {
    return {
      ...about(gate),
      verdict: 'error',
      reason: 'model/contract-no-rows',
      what: `"${path}" has no row to hold against the contract.`,
      why: 'No row breaks a contract that no row was held against.',
      remedy: 'Check the job that writes it.',
      n: 0,
    }
  }
  if (silent === rows) {
    return {
      ...about(gate),
      verdict: 'error',
      reason: 'model/contract-columns-absent',
      what: `"${path}" has no column that the contract of a ${gate.of} names.`,
      why: 'Rows of something else neither keep a contract nor break it.',
      remedy: 'Name the rows that must keep it under rows, or write the columns as the contract names them.',
      n: rows,
    }
  }
  if (broken === 0) {
    return {
      ...about(gate),
      verdict: 'pass',
      reason: 'model/contract-kept',
      what: `All ${formatCount(rows)} rows keep the contract of a ${gate.of}.`,
      n: rows,
    }
  }
  const listed = kinds.map(({place, rows: count}) => `${place} (${formatCount(count)} ${count === 1 ? 'row' : 'rows'})`)
  const more = allKinds > kinds.length ? ` and ${formatCount(allKinds - kinds.length)} more kinds` : ''
  return {
    ...about(gate),
    verdict: 'fail',
    reason: 'model/contract-broken',
    what: `${formatCount(broken)} of ${formatCount(rows)} rows break the contract of a ${gate.of}: ${listed.slice(0, 3).join('; ')}${listed.length > 3 ? `; ${formatCount(allKinds - 3)} more` : ''}.`,
    why,
    remedy: 'Correct what writes the rows, or the contract where it promises too much.',
    value: broken,
    n: rows,
    details: {broken, kinds: more === '' ? listed : [...listed, more.trim()]},
  }
}

const breakingRemedies = {
  request: 'Allow what was allowed, or give the new contract a new version and serve both.',
  response: 'Answer what was promised, or give the new contract a new version and serve both.',
} as const

function judgeCompatibility(gate: ContractGate, {kind, lost, gained}: ContractComparison): Finding {
  const base = {
    id: 'model/contract-compatible',
    subject: `${gate.name ?? gate.contract} against ${gate['compatible-with'] ?? 'the deployed contract'}`,
    limit: gate.of === 'request' ? 'what was allowed stays allowed' : 'nothing is answered that was not promised',
    details: {compatibility: kind, lost: lost.map(sentence), gained: gained.map(sentence)},
  } as const
  const decisive = gate.of === 'request' ? lost : gained
  const change = gate.of === 'request' ? 'no longer allowed' : 'may be answered and was not promised'
  switch (kind) {
    case 'same':
      return {...base, verdict: 'pass', reason: 'model/contract-same', what: 'Both contracts allow the same values.'}
    case 'widening':
      return {
        ...base,
        verdict: 'pass',
        reason: 'model/contract-widened',
        what: `Everything that was allowed still is; new: ${summary(gained)}.`,
      }
    case 'narrowing':
      return {
        ...base,
        verdict: 'pass',
        reason: 'model/contract-narrowed',
        what: `Nothing is answered that was not promised; gone: ${summary(lost)}.`,
      }
    case 'breaking':
      return {
        ...base,
        verdict: 'fail',
        reason: 'model/contract-breaking',
        what: `Breaking: ${change}: ${summary(decisive.filter(({certain}) => certain))}.`,
        why,
        remedy: breakingRemedies[gate.of],
      }
    case 'cannot-tell':
      return {
        ...base,
        verdict: 'inconclusive',
        reason: 'model/contract-unclear',
        what: `It cannot be told whether the contracts are compatible: ${summary(decisive)}.`,
        why,
        remedy: 'Write that part as in the deployed contract, or without not, if and overlapping oneOf.',
      }
    default:
      return assertNever(kind)
  }
}

function summary(gaps: readonly Gap[]): string {
  const shown = gaps.slice(0, 3).map(sentence)
  return gaps.length > 3 ? `${shown.join('; ')}; ${gaps.length - 3} more` : shown.join('; ')
}

function sentence({path, keyword, values}: Gap): string {
  return `${values} at ${path} (${keyword})`
}

function unreadableContract(gate: ContractGate, path: string, failure: UserError): Finding {
  return {
    ...about(gate),
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? 'model/contract-missing' : failure.code,
    what: failure.message.includes(path) ? failure.message : `${path}: ${failure.message}`,
    why: 'A contract that cannot be read promises nothing.',
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}

function noRows(gate: ContractGate): Finding {
  return {
    ...about(gate),
    verdict: 'error',
    reason: 'model/contract-no-data',
    what: 'The gate names no rows, and the config names no predictions.',
    why: 'Without rows nothing shows that the contract is kept.',
    remedy: 'Name rows that must keep the contract under rows, or add validation.predictions.',
  }
}

function about(gate: ContractGate): Pick<Finding, 'id' | 'subject' | 'limit'> {
  return {
    id: 'model/contract-kept',
    subject: gate.name ?? `${gate.of} contract ${gate.contract}`,
    limit: 'every row keeps it',
  }
}

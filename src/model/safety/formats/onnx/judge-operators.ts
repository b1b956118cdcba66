import {quote, type Rule} from '../../observation.ts'
import {isCompiled, isKnownDomain, isStandardDomain, runsPython} from './operators.ts'
import {rules} from './rules.ts'
import type {LocalFunction, UsedOperator, Walked} from './walk.ts'

interface Seen {
  readonly rule: Rule
  readonly what: string
  readonly at: number
}

const keyOf = ({domain, name, overload}: Pick<UsedOperator, 'domain' | 'name' | 'overload'>) =>
  JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, overload])

const nameOf = ({domain, name}: Pick<UsedOperator, 'domain' | 'name'>) =>
  quote(domain === '' ? name : `${domain}.${name}`)

/** What the operators and the functions of a model say, now that all of both are known. */
export function judgeOperators({operators, functions}: Walked): readonly Seen[] {
  const seen: Seen[] = []
  const byKey = new Map<string, LocalFunction>()
  for (const local of functions) {
    const key = keyOf(local)
    const {at} = local
    if (byKey.has(key)) seen.push({rule: rules.functionTwice, what: `The function ${nameOf(local)} stands twice.`, at})
    else byKey.set(key, local)
    if (isStandardDomain(local.domain)) {
      seen.push({rule: rules.shadow, what: `The model has its own function for ${nameOf(local)}.`, at})
    }
  }
  for (const operator of operators) {
    const {domain, name, at, count} = operator
    if (isKnownDomain(domain) || byKey.has(keyOf(operator))) continue
    if (runsPython(domain, name) || isCompiled(domain, name)) continue
    const times = count === 1 ? 'once' : `${count} times`
    seen.push({rule: rules.custom, what: `It uses ${nameOf(operator)}, which is not part of ONNX, ${times}.`, at})
  }
  const circle = findCircle(byKey)
  if (circle) {
    const what = `The function ${nameOf(circle)} leads into functions that call each other in a circle.`
    seen.push({rule: rules.endless, what, at: circle.at})
  }
  return seen
}

/**
 * A function that is reached from itself; null for none. Takes away, again and again, what calls nothing that is left:
 * what stays calls in circles. Linear in the number of calls.
 */
function findCircle(functions: ReadonlyMap<string, LocalFunction>): LocalFunction | null {
  const callers = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const [key, {calls}] of functions) {
    const local = calls.map(keyOf).filter(called => functions.has(called))
    open.set(key, local.length)
    for (const called of local) {
      const known = callers.get(called)
      if (known) known.push(key)
      else callers.set(called, [key])
    }
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([key]) => key)
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    open.delete(key)
    for (const caller of callers.get(key) ?? []) {
      const left = (open.get(caller) ?? 0) - 1
      open.set(caller, left)
      if (left === 0) ready.push(caller)
    }
  }
  const [first] = open.keys()
  return first === undefined ? null : (functions.get(first) ?? null)
}

/** Rules within `model.safety`: each allowance once, and a comparison that has something to compare. */
import type {Facts} from './facts.ts'
import type {Problem} from './problem.ts'
import {isMapping} from './shape.ts'

const safety = ['model', 'safety']

export function safetyRules(facts: Facts): readonly Problem[] {
  return [...allowedTwice(facts), ...nothingToCompare(facts)]
}

/** Two entries for the same thing would leave open which day counts. */
function allowedTwice({entries, problem}: Facts): Problem[] {
  const seen = new Set<string>()
  return entries([...safety, 'allow']).flatMap(({path, value}) => {
    const key = isMapping(value) ? JSON.stringify([value.import ?? null, value.file ?? null]) : null
    if (key === null || key === '[null,null]') return []
    if (seen.has(key)) return [problem(path, 'one allowance for each name or file', 'Remove one of the two.')]
    seen.add(key)
    return []
  })
}

function nothingToCompare({raw, parsed, problem}: Facts): Problem[] {
  const weights = [...safety, 'weights']
  const changed = parsed([...weights, 'changed'])
  if (!isMapping(raw(weights)) || changed === 'report' || changed === undefined) return []
  if (raw([...weights, 'previous']) !== undefined) return []
  return [problem([...weights, 'previous'], 'the previous model, as changed compares with it')]
}

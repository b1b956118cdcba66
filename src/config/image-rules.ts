/** Rules within `image`: a report that is named where it is read, and rules of the gate that can be reached. */
import type {Facts} from './facts.ts'
import type {Problem} from './problem.ts'
import {isMapping} from './shape.ts'

export function imageRules({raw, entries, problem}: Facts): readonly Problem[] {
  const needsReport = raw(['image', 'scanner']) === 'report' && raw(['image', 'report']) === undefined
  const rules = entries(['image', 'gate']).filter(({value}) => isMapping(value))
  return [
    ...(needsReport ? [problem(['image', 'report'], 'the path of a Trivy JSON report, as scanner is report')] : []),
    ...rules.flatMap(({path, value}, index) => {
      const earlier = rules.slice(0, index).find(rule => covers(rule.value, value))
      if (!earlier) return []
      const hint = `The first match decides, and gate[${earlier.path.at(-1)}] matches everything that this rule names.`
      return [problem(path, 'a rule that can be reached', hint)]
    }),
  ]
}

/** Whether the conditions of `first` hold wherever those of `second` do. */
function covers(first: unknown, second: unknown): boolean {
  if (!isMapping(first) || !isMapping(second)) return false
  return Object.keys(first).every(key => key === 'verdict' || first[key] === second[key])
}

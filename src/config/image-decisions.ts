/**
 * Two lists of image rules, compared by what they decide and not by how they are written: the first match decides, so
 * order counts, and a rule that is never reached means nothing.
 */
import {formatDuration, formatShare} from '../core/quantity.ts'
import {casesOf, firstMatchOf, type ImageCase, kindOf, wordsOf} from './image-cases.ts'
import type {ImageRule} from './image-schema.ts'
import type {Difference} from './policy-rules.ts'

/** More lines than this are read by nobody: the rest is counted, in the direction of its worst. */
const shownDifferences = 40

/** One difference for each kind of flaw that is now judged otherwise. */
export function compareImageRules(base: readonly ImageRule[], head: readonly ImageRule[]): readonly Difference[] {
  const cases = casesOf([...base, ...head])
  if (cases === null) {
    return [
      {direction: 'changed', from: `${base.length} rules`, to: `${head.length} rules with too many names to compare`},
    ]
  }
  const [before, after] = [decisionsOf(base), decisionsOf(head)]
  const changed = cases.flatMap(each => {
    const [from, to] = [before(each), after(each)]
    return from === to ? [] : [{each, from, to}]
  })
  if (changed.length === 0) return [{direction: 'changed', from: 'one wording', to: 'another with the same meaning'}]
  const differences = simplify(cases, changed).map(({words, from, to}) => ({
    aspect: words.join(', '),
    direction: directionOf(from, to),
    from,
    to,
  }))
  return capped(differences)
}

function capped(differences: readonly (Difference & {readonly aspect: string})[]): readonly Difference[] {
  if (differences.length <= shownDifferences) return differences
  const order = ['loosened', 'changed', 'tightened'] as const
  const sorted = differences.toSorted((a, b) => order.indexOf(a.direction) - order.indexOf(b.direction))
  const rest = sorted.slice(shownDifferences)
  const [worst] = rest
  return [
    ...sorted.slice(0, shownDifferences),
    {
      aspect: `${rest.length} more kinds of flaws`,
      direction: worst?.direction ?? 'changed',
      from: 'one verdict',
      to: 'another',
    },
  ]
}

interface Changed {
  readonly each: ImageCase
  readonly from: Decision
  readonly to: Decision
}

/**
 * Leaves out facts that make no difference: where every value of a fact changes in the same way, the line is about all of
 * them. Kind, severity and fix always stay, since gates are read by them.
 */
function simplify(
  cases: readonly ImageCase[],
  changed: readonly Changed[],
): readonly {readonly words: readonly string[]; readonly from: Decision; readonly to: Decision}[] {
  const facts: readonly (keyof ImageCase)[] = ['licence', 'package', 'id', 'isNew', 'fixAgeMs', 'epss', 'exploited']
  let lines = changed.map(({each, from, to}) => ({words: wordsOf(each), from, to}))
  let known = cases.map(wordsOf)
  for (const fact of facts) {
    const keyOf = (words: ReturnType<typeof wordsOf>) =>
      words
        .filter(word => word.fact !== fact)
        .map(({words: text}) => text)
        .join('\n')
    const sizes = Map.groupBy(known, keyOf)
    const groups = Map.groupBy(lines, ({words, from, to}) => `${keyOf(words)}\n${from}\n${to}`)
    const merges = [...groups.values()].every(group => group.length === sizes.get(keyOf(group[0]?.words ?? []))?.length)
    if (!merges) continue
    lines = [...groups.values()].flatMap(([first]) =>
      first ? [{...first, words: first.words.filter(word => word.fact !== fact)}] : [],
    )
    known = [...sizes.values()].flatMap(([first]) => (first ? [first.filter(word => word.fact !== fact)] : []))
  }
  return lines.map(({words, from, to}) => ({words: words.map(({words: text}) => text), from, to}))
}

/** `critical: fail; fixable high: fail; high: warn` */
export function describeImageRules(rules: readonly ImageRule[]): string {
  return rules.map(rule => `${conditionsOf(rule)}: ${rule.verdict}`).join('; ')
}

function conditionsOf(rule: ImageRule): string {
  const {fixable, severity, id, package: packages, licence} = rule
  const exploited = rule['known-exploited']
  const epss = rule['epss-at-least']
  const fixAge = rule['fix-older-than']
  const kind = kindOf(rule)
  const conditions = [
    ...(rule.new === undefined ? [] : [rule.new ? 'new' : 'not new']),
    ...(exploited === undefined ? [] : [exploited ? 'known exploited' : 'not known exploited']),
    ...(fixable === undefined ? [] : [fixable ? 'fixable' : 'not fixable']),
    ...(severity === undefined ? [] : [severity]),
    ...(kind === 'vulnerability' ? [] : [kind]),
    ...(id === undefined ? [] : [id.join(' or ')]),
    ...(packages === undefined ? [] : [`in ${packages.join(' or ')}`]),
    ...(licence === undefined ? [] : [`under ${licence.join(' or ')}`]),
    ...(epss === undefined ? [] : [`with EPSS at least ${formatShare(epss)}`]),
    ...(fixAge === undefined ? [] : [`with a fix older than ${formatDuration(fixAge)}`]),
  ]
  const needsSeverity = kind === 'vulnerability' && severity === undefined && id === undefined
  return [...conditions, ...(needsSeverity ? ['any severity'] : [])].join(' ')
}

const reported = 'reported only'
type Decision = ImageRule['verdict'] | typeof reported

function decisionsOf(rules: readonly ImageRule[]): (each: ImageCase) => Decision {
  const firstMatch = firstMatchOf(rules)
  return each => rules[firstMatch(each)]?.verdict ?? reported
}

const strictness: Readonly<Record<Decision, number>> = {fail: 2, warn: 1, pass: 0, [reported]: 0}

function directionOf(from: Decision, to: Decision): Difference['direction'] {
  const change = strictness[to] - strictness[from]
  if (change === 0) return 'changed'
  return change < 0 ? 'loosened' : 'tightened'
}

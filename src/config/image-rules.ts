/** Rules within `image`: a report that is named where it is read, and rules of the gate that can mean something. */
import type {Facts} from './facts.ts'
import {casesOf, firstMatchOf, type ImageCase, kindOf, type RuleKind} from './image-cases.ts'
import type {ImageRule} from './image-schema.ts'
import type {Problem} from './problem.ts'
import {isMapping} from './shape.ts'
import type {Path} from './yaml-source.ts'

export function imageRules(facts: Facts): readonly Problem[] {
  const {raw, entries, problem} = facts
  const needsReport = raw(['image', 'scanner']) === 'report' && raw(['image', 'report']) === undefined
  const rules = entries(['image', 'gate'])
    .filter(({value}) => isMapping(value))
    .map(({path}) => ({path, rule: ruleAt(path, facts)}))
  return [
    ...(needsReport ? [problem(['image', 'report'], 'the path of a report, as scanner is report')] : []),
    ...rules.flatMap(({path, rule}) => foreignConditions(path, rule, facts)),
    ...rules.flatMap(({path, rule}) => newToNothing(path, rule, facts)),
    ...rules.flatMap(({path, rule}) => notLookedFor(path, rule, facts)),
    ...asksTheWrongScanner(facts),
    ...unreachable(rules, facts),
  ]
}

interface Placed {
  readonly path: Path
  readonly rule: Partial<ImageRule>
}

const keys = [
  'kind',
  'id',
  'severity',
  'fixable',
  'known-exploited',
  'epss-at-least',
  'fix-older-than',
  'new',
  'package',
  'licence',
  'verdict',
] as const

/** What can be read of a rule: a mistake in one condition hides none of the others. */
function ruleAt(path: Path, {raw, parsed}: Facts): Partial<ImageRule> {
  const known = keys.filter(key => raw([...path, key]) !== undefined)
  return Object.fromEntries(known.map(key => [key, parsed([...path, key])]))
}

type Condition = Exclude<(typeof keys)[number], 'kind' | 'verdict'>

/** What is known of flaws of each kind. Nobody rates a package or the age of an operating system. */
const conditions: Readonly<Record<RuleKind, readonly Condition[]>> = {
  vulnerability: ['id', 'severity', 'fixable', 'known-exploited', 'epss-at-least', 'fix-older-than', 'new', 'package'],
  secret: ['id', 'severity', 'new'],
  misconfiguration: ['id', 'severity', 'new'],
  licence: ['id', 'severity', 'new', 'package', 'licence'],
  package: ['new', 'package'],
  'end-of-life': ['id', 'new'],
}

function foreignConditions(path: Path, rule: Partial<ImageRule>, {nameProblem}: Facts): readonly Problem[] {
  const kind = kindOf(rule)
  const allowed: readonly string[] = [...conditions[kind], 'kind', 'verdict']
  return Object.keys(rule)
    .filter(key => !allowed.includes(key))
    .map(key => {
      const owners = Object.entries(conditions).flatMap(([owner, own]) =>
        own.some(each => each === key) ? [owner] : [],
      )
      const hint = `\`${key}\` is a question about kind ${owners.join(' or ')}: such a rule would never match.`
      return nameProblem([...path, key], `a condition of kind ${kind}: ${conditions[kind].join(', ')}`, hint)
    })
}

function newToNothing(path: Path, rule: Partial<ImageRule>, {raw, problem}: Facts): readonly Problem[] {
  if (rule.new === undefined || raw(['image', 'baseline']) !== 'none') return []
  const hint = 'With `baseline: none` every flaw counts as new: name a baseline, or leave `new` out.'
  return [problem([...path, 'new'], 'a baseline to compare with', hint)]
}

/** A rule about secrets where nobody looks for them is inconclusive for ever. */
function notLookedFor(path: Path, rule: Partial<ImageRule>, {raw, entries, problem}: Facts): readonly Problem[] {
  if (kindOf(rule) !== 'secret' || rule.verdict === 'pass' || raw(['image', 'scanner']) === 'report') return []
  const isAsked = entries(['image', 'looks-for']).some(({value}) => value === 'secret')
  if (isAsked || entries(['image', 'reports']).length > 0) return []
  const hint =
    'Add `secret` to `image.looks-for`, or name a report of the tool that looks for them under `image.reports`.'
  return [problem([...path, 'kind'], 'a kind that somebody looks for', hint)]
}

/** Grype knows vulnerabilities, and the licences of packages. */
function asksTheWrongScanner({raw, entries, problem}: Facts): readonly Problem[] {
  if (raw(['image', 'scanner']) !== 'grype' || entries(['image', 'reports']).length > 0) return []
  const hint = 'Grype looks for no such thing: use `scanner: both`, or name a report of a tool that does.'
  return entries(['image', 'looks-for'])
    .filter(({value}) => value === 'secret' || value === 'misconfiguration')
    .map(({path}) => problem(path, 'vulnerability or licence, as scanner is grype', hint))
}

/** Rules that never decide, since those before them decide everything that they mean. */
function unreachable(placed: readonly Placed[], {problem}: Facts): readonly Problem[] {
  const rules = placed.map(({rule}) => whole(rule))
  if (!rules.every(rule => rule !== null)) return []
  const cases = casesOf(rules)
  if (cases === null) return []
  const firstMatch = firstMatchOf(rules)
  const reached = new Set(cases.map(firstMatch))
  return placed.flatMap(({path}, index) => {
    const rule = rules[index]
    if (rule === undefined || reached.has(index)) return []
    const own = cases.filter(each => matches(rule, each))
    // A condition of another kind means nothing: that is told beside the condition.
    if (own.length === 0) return []
    const earlier = rules.findIndex((other, before) => before < index && own.every(each => matches(other, each)))
    const by = placed[earlier]?.path.at(-1)
    const hint =
      by === undefined
        ? 'The first match decides, and the rules before it match everything that this one names.'
        : `The first match decides, and gate[${by}] matches everything that this rule names.`
    return [problem(path, 'a rule that can be reached', hint)]
  })
}

function matches(rule: ImageRule, each: ImageCase): boolean {
  return firstMatchOf([rule])(each) === 0
}

function whole(rule: Partial<ImageRule>): ImageRule | null {
  const {verdict} = rule
  return verdict === undefined || Object.values(rule).includes(undefined) ? null : {...rule, verdict}
}

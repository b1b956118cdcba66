/**
 * What a pull request changes in the policy that will judge the next one: rule by rule, looser or tighter. Every
 * difference is listed; a rule whose direction nobody can tell is `changed`, never left out.
 */
import type {Finding} from '../core/finding.ts'
import {canonicalJson} from './canonical-json.ts'
import {type Direction, directionOf} from './policy-rules.ts'
import {policyTree} from './policy-tree.ts'
import type {Config} from './schema.ts'

export interface PolicyChange {
  /** `validation.gates accuracy at-least` */
  readonly rule: string
  readonly direction: Direction
  /** As a person reads it; `none` where the rule did not exist. */
  readonly from: string
  readonly to: string
}

/** Empty when both judge alike. Loosened rules come first, then those without a direction. */
export function comparePolicies(base: Config, head: Config): readonly PolicyChange[] {
  const order: readonly Direction[] = ['loosened', 'changed', 'tightened']
  return compareNodes([], policyTree(base), policyTree(head)).sort(
    (a, b) => order.indexOf(a.direction) - order.indexOf(b.direction),
  )
}

/** One finding for each change: `warn` where something is loosened or has no direction, `pass` where it is tightened. */
export function policyFindings(changes: readonly PolicyChange[]): readonly Finding[] {
  if (changes.length === 0) {
    return [
      {
        id: 'policy/changed',
        verdict: 'pass',
        reason: 'policy/unchanged',
        subject: 'policy',
        what: 'The policy is that of the base branch.',
      },
    ]
  }
  return changes.map(changeFinding)
}

function changeFinding({rule, direction, from, to}: PolicyChange): Finding {
  // Long values would push all columns apart; the sentence has them anyway.
  const short = from.length <= 30 && to.length <= 30
  const finding = {
    id: 'policy/changed',
    subject: rule,
    ...(short ? {value: to, limit: `before: ${from}`} : {}),
    details: {rule, direction, from, to},
  } as const
  switch (direction) {
    case 'loosened':
      return {
        ...finding,
        verdict: 'warn',
        reason: 'policy/loosened',
        what: `Loosened: ${from} becomes ${to}.`,
        why: 'From the merge on it lets releases through that it stopped before.',
        remedy: 'Approve it as a decision of its own, or take it out of this pull request.',
      }
    case 'changed':
      return {
        ...finding,
        verdict: 'warn',
        reason: 'policy/changed',
        what: `Changed: ${from} becomes ${to}.`,
        why: 'Whether that is looser or tighter cannot be told from the config alone.',
        remedy: 'Look at it before the merge.',
      }
    case 'tightened':
      return {
        ...finding,
        verdict: 'pass',
        reason: 'policy/tightened',
        what: `Tightened: ${from} becomes ${to}.`,
      }
  }
}

type Path = readonly {readonly name: string; readonly entry: boolean}[]

/** Maps are named entries, plain objects are keys, everything else is compared as a whole. */
function compareNodes(path: Path, base: unknown, head: unknown): PolicyChange[] {
  if (canonicalJson(plain(base)) === canonicalJson(plain(head))) return []
  const children = childrenOf(base, head)
  if (children) {
    return children.flatMap(({name, entry, base, head}) => compareNodes([...path, {name, entry}], base, head))
  }
  const pattern = path.map(({name, entry}) => (entry ? '*' : name)).join('.')
  return directionOf(pattern, plain(base), plain(head)).map(({aspect, ...change}) => ({
    rule: aspect === undefined ? describePath(path) : `${describePath(path)} ${aspect}`,
    ...change,
  }))
}

interface Child {
  readonly name: string
  readonly entry: boolean
  readonly base: unknown
  readonly head: unknown
}

/** Undefined when the two are compared as a whole: a value, a list, or a part that one side does not have. */
function childrenOf(base: unknown, head: unknown): readonly Child[] | undefined {
  if (base instanceof Map && head instanceof Map) {
    const names = new Set<string>([...base.keys(), ...head.keys()])
    return [...names].map(name => ({name, entry: true, base: base.get(name), head: head.get(name)}))
  }
  if (!isObject(base) || !isObject(head)) return undefined
  const names = new Set([...Object.keys(base), ...Object.keys(head)])
  return [...names].map(name => ({name, entry: false, base: base[name], head: head[name]}))
}

function isObject(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof Map)
}

/** Without maps, for comparison and display. */
function plain(node: unknown): unknown {
  if (node instanceof Map) return Object.fromEntries([...node].map(([name, each]) => [name, plain(each)]))
  if (isObject(node)) return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, plain(each)]))
  return node ?? null
}

function describePath(path: Path): string {
  return path
    .map(({name, entry}, index) => {
      if (index === 0) return name
      return entry || path[index - 1]?.entry ? ` ${name}` : `.${name}`
    })
    .join('')
}

/** What zod found wrong, in words and with places: one precise problem for each thing that a person has to change. */
import * as z from 'zod'
import {nearest} from './nearest.ts'
import {describePath, type Problem} from './problem.ts'
import {unbuiltSources, unbuiltTargets} from './schema.ts'
import {describeSeen} from './seen.ts'
import {branchesOf, branchOf, fieldsOf, isMapping, isUnbuilt, ownKeys, stepInto, written} from './shape.ts'
import {afterExpected, didYouMean, expectation, oneOf, otherNotation, typeWord} from './wording.ts'
import type {Path, YamlSource} from './yaml-source.ts'

/** Problem together with what decides whether it only repeats another one. */
interface Explained {
  readonly problem: Problem
  /** The key is absent. */
  readonly missing?: string
  /** A rule of the mapping at this path is broken, perhaps only because a key in it is mistyped. */
  readonly within?: string
  /** The key is unknown, and this one was probably meant. */
  readonly meant?: string
}

/** Empty when the content of `source` fits `schema`. */
export function explain(schema: z.ZodType, source: YamlSource): readonly Problem[] {
  const all = explainValue(schema, source.value, [], source)
  const meant = all.flatMap(({meant}) => meant ?? [])
  const echoes = ({missing, within}: Explained) =>
    meant.some(key => key === missing || (within !== undefined && key.startsWith(`${within}.`)))
  return distinct(all.filter(each => !echoes(each)).map(({problem}) => problem))
}

/** Two members of a union may miss the same: whoever corrects the file reads it once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const repeats = (one: Problem, other: Problem) => one.path === other.path && one.expected === other.expected
  return problems.filter((problem, index) => problems.findIndex(each => repeats(problem, each)) === index)
}

function explainValue(schema: z.ZodType, value: unknown, prefix: Path, source: YamlSource): readonly Explained[] {
  const parsed = schema.safeParse(value, {error: expectation})
  if (parsed.success) return []
  return parsed.error.issues.flatMap(issue => {
    const below = issue.path.filter(step => typeof step !== 'symbol')
    let context: Context = {path: prefix, schema, value, parent: undefined, source}
    for (const step of below) context = descend(context, step)
    return explainIssue(issue, context)
  })
}

/** A place in the file and what the schema says of it. */
interface Context {
  readonly path: Path
  readonly schema: unknown
  readonly value: unknown
  readonly parent: unknown
  readonly source: YamlSource
}

function descend({path, schema, value, source}: Context, step: string | number): Context {
  return {
    path: [...path, step],
    schema: stepInto(schema, step, value),
    value: childOf(value, step),
    parent: value,
    source,
  }
}

function explainIssue(issue: z.core.$ZodIssue, context: Context): readonly Explained[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(key, context))
  if (issue.code === 'invalid_key') return [invalidKey(issue, context)]
  if (issue.code === 'invalid_union') {
    if (issue.discriminator === undefined) return explainUnion(context)
    return [unknownKind(issue.discriminator, 'options' in issue ? (issue.options ?? []).map(String) : [], context)]
  }
  if (context.value === undefined) return [missingKey(issue.message, context)]
  if (isUnbuilt(context.schema)) return [unbuiltPart(issue.message, context)]
  const known = issue.code === 'invalid_value' ? issue.values.map(String) : []
  const wrong = wrongValue(issue.message, known, context)
  return [issue.code === 'custom' && isMapping(context.value) ? {...wrong, within: wrong.problem.path} : wrong]
}

function unknownKey(key: string, {path, schema, value, source}: Context): Explained {
  const known = [...fieldsOf(schema, value)].filter(([, field]) => !isUnbuilt(field)).map(([name]) => name)
  const absent = known.filter(name => !isMapping(value) || !Object.hasOwn(value, name))
  const guess = nearest(key, absent)
  const problem = unknownKeyProblem([...path, key], known, guess, source)
  return guess === undefined ? {problem} : {problem, meant: describePath([...path, guess])}
}

function unknownKeyProblem(
  path: Path,
  known: readonly string[],
  guess: string | undefined,
  source: YamlSource,
): Problem {
  const hint = path.at(-1) === '<<' ? 'YAML 1.2 has no merge keys: write the keys out.' : didYouMean(guess)
  return {
    path: describePath(path),
    ...source.place(path, 'key'),
    seen: 'an unknown key',
    expected: known.length === 0 ? 'no key' : oneOf(known),
    ...(hint === undefined ? {} : {hint}),
  }
}

function invalidKey(issue: z.core.$ZodIssueInvalidKey, {path, source}: Context): Explained {
  return {
    problem: {
      path: describePath(path),
      ...source.place(path, 'key'),
      seen: `the name "${path.at(-1) ?? ''}"`,
      expected: afterExpected(issue.issues[0]?.message ?? 'another name'),
    },
  }
}

/** A union that zod could not decide: explain the one branch that was meant, or say what tells the branches apart. */
function explainUnion(context: Context): readonly Explained[] {
  const {path, schema, value, source} = context
  const branch = branchOf(schema, value)
  if (branch instanceof z.ZodType) return explainValue(branch, value, path, source)
  const branches = branchesOf(schema)
  if (!isMapping(value)) return [wrongValue(oneOf([...new Set(branches.map(typeOf))]), [], context)]
  const marks = branches.flatMap(each =>
    ownKeys(each, branches)
      .slice(0, 1)
      .map(key => ({key, field: fieldsOf(each, value).get(key)})),
  )
  const built = marks.filter(({field}) => !isUnbuilt(field)).map(({key}) => key)
  for (const key of Object.keys(value)) {
    const guess = nearest(key, built)
    if (guess !== undefined) return [{problem: unknownKeyProblem([...path, key], built, guess, source)}]
  }
  const expected = `an entry with the key ${oneOf(built)}`
  return [
    {problem: {...problemAt(path, 'value', context, expected, undefined), seen: describeKeys(Object.keys(value))}},
  ]
}

function describeKeys(keys: readonly string[]): string {
  return keys.length === 0 ? 'an empty mapping' : `an entry with only ${keys.slice(0, 5).join(', ')}`
}

function typeOf(schema: unknown): string {
  const bare = written(schema)
  return typeWord(bare instanceof z.ZodType ? bare.def.type : 'unknown')
}

const unbuiltKinds: Readonly<Record<string, readonly string[]>> = {target: unbuiltTargets, telemetry: unbuiltSources}

/** `kind` is absent, mistyped, or names a part of the design that does not work yet. The path ends with the discriminator. */
function unknownKind(discriminator: string, kinds: readonly string[], context: Context): Explained {
  const {path, value, parent, source} = context
  const mistyped = value === undefined && isMapping(parent) ? nearest(discriminator, Object.keys(parent)) : undefined
  if (mistyped !== undefined) {
    return {problem: unknownKeyProblem([...path.slice(0, -1), mistyped], [discriminator], discriminator, source)}
  }
  const outer = path.at(-2)
  const designed = typeof outer === 'string' && typeof value === 'string' && (unbuiltKinds[outer] ?? []).includes(value)
  const guess = typeof value === 'string' ? nearest(value, kinds) : undefined
  const hint = designed
    ? `"${value}" is designed but not built yet; built are: ${kinds.join(', ')}.`
    : didYouMean(guess)
  return {problem: problemAt(path, value === undefined ? 'key' : 'value', context, oneOf(kinds), hint)}
}

function missingKey(message: string, context: Context): Explained {
  const hint = context.schema instanceof z.ZodType ? context.schema.description : undefined
  const problem = problemAt(context.path, 'key', context, afterExpected(message), hint)
  return {problem, missing: problem.path}
}

function unbuiltPart(message: string, {path, source}: Context): Explained {
  const key = path.at(-1) ?? ''
  return {
    problem: {
      path: describePath(path),
      ...source.place(path, 'key'),
      seen: `the key "${key}"`,
      expected: 'nothing here yet',
      hint: `${message.charAt(0).toUpperCase()}${message.slice(1)}`,
    },
  }
}

function wrongValue(message: string, known: readonly string[], context: Context): Explained {
  const expected = afterExpected(message)
  const guess = typeof context.value === 'string' ? nearest(context.value, known) : undefined
  const hint = didYouMean(guess) ?? otherNotation(context.value, expected)
  return {problem: problemAt(context.path, 'value', context, expected, hint)}
}

function problemAt(
  path: Path,
  part: 'key' | 'value',
  {value, source}: Context,
  expected: string,
  hint: string | undefined,
): Problem {
  return {
    path: describePath(path),
    ...source.place(path, part),
    seen: describeSeen(value, path, source),
    expected,
    ...(hint === undefined ? {} : {hint}),
  }
}

function childOf(outer: unknown, step: string | number): unknown {
  if (Array.isArray(outer)) return outer[Number(step)]
  return isMapping(outer) && Object.hasOwn(outer, step) ? outer[step] : undefined
}

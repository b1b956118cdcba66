/** What the keys of a waiver say together, and the entries of a file beside each other. */
import {type Day, formatDay} from '../core/day.ts'
import type {Problem} from './problem.ts'
import type {WaiverEntry} from './waiver-schema.ts'
import type {Path, YamlSource} from './yaml-source.ts'

export interface Horizon {
  readonly today: Day
  /** `image.waiver-horizon`; parts of a day count as none. */
  readonly horizonMs: number
}

const msPerDay = 86_400_000

/** @param entries undefined where an entry is malformed, which is told elsewhere */
export function waiverProblems(
  entries: readonly (WaiverEntry | undefined)[],
  source: YamlSource,
  horizon: Horizon | undefined,
): readonly Problem[] {
  const single = entries.flatMap((entry, index) =>
    entry === undefined
      ? []
      : [...subjectProblems(entry, index, source), ...scopeProblems(entry, index, source)].concat(
          horizon === undefined ? [] : horizonProblems(entry, index, source, horizon),
        ),
  )
  return [...single, ...repetitions(entries, source)]
}

function subjectProblems(entry: WaiverEntry, index: number, source: YamlSource): readonly Problem[] {
  if (entry.vulnerability !== undefined) {
    const other = (['kind', 'id'] as const).find(key => entry[key] !== undefined)
    if (other === undefined) return []
    return [problemAt([index, other], source, `"${other}" beside "vulnerability"`, 'one of the two', oneThing)]
  }
  if (entry.id === undefined) {
    const seen = entry.kind === undefined ? 'a waiver of nothing' : `a waiver of every ${entry.kind}`
    const expected = entry.kind === undefined ? 'the key "vulnerability", or "kind" and "id"' : 'the key "id"'
    return [{path: `[${index}]`, ...source.place([index], 'value'), seen, expected}]
  }
  if (entry.kind !== undefined) return []
  const expected = '"kind" beside it, or the key "vulnerability"'
  return [problemAt([index, 'id'], source, '"id" without "kind"', expected)]
}

const oneThing = 'Write an entry for each thing that is accepted.'

function scopeProblems(entry: WaiverEntry, index: number, source: YamlSource): readonly Problem[] {
  const {kind} = entry
  const problems: Problem[] = []
  if (entry.package !== undefined && (kind === 'secret' || kind === 'misconfiguration' || kind === 'end-of-life')) {
    problems.push(problemAt([index, 'package'], source, `a package for a ${kind}`, 'no package', `It is in none.`))
  }
  if (entry.path !== undefined && kind === 'end-of-life') {
    problems.push(problemAt([index, 'path'], source, `a path for ${kind}`, 'no path', 'It is of the whole image.'))
  }
  if (entry.status === 'not_affected' && kind !== undefined) {
    const hint = 'Only of a vulnerability can be said that it does not affect an image: accept it, with the reason.'
    problems.push(problemAt([index, 'status'], source, `not_affected for a ${kind}`, 'accepted', hint))
  }
  if (entry.justification !== undefined && entry.status !== 'not_affected') {
    const hint = 'Who accepts a risk says why in "reason".'
    problems.push(
      problemAt([index, 'justification'], source, 'a justification', '"status: not_affected" with it', hint),
    )
  }
  return problems
}

function horizonProblems(
  {expires}: WaiverEntry,
  index: number,
  source: YamlSource,
  {today, horizonMs}: Horizon,
): readonly Problem[] {
  const days = Math.floor(horizonMs / msPerDay)
  if (expires <= today + days) return []
  const expected = `a day until ${formatDay(today + days)}, ${days} days from today`
  const hint =
    'What is accepted for longer is accepted for ever: look at it again by then, or move image.waiver-horizon.'
  return [problemAt([index, 'expires'], source, formatDay(expires), expected, hint)]
}

/** Two waivers for the same thing would leave open which date counts. */
function repetitions(entries: readonly (WaiverEntry | undefined)[], source: YamlSource): readonly Problem[] {
  const firstLines = new Map<string, number>()
  return entries.flatMap((entry, index) => {
    if (entry === undefined) return []
    const {vulnerability, kind, id, path, image} = entry
    const key = JSON.stringify([vulnerability, kind, id, entry.package, path, image].map(each => each ?? null))
    const place = source.place([index], 'value')
    const first = firstLines.get(key)
    if (first === undefined) {
      firstLines.set(key, place.line)
      return []
    }
    const where = [entry.package ?? 'every package', path, image].filter(each => each !== undefined).join(', ')
    return {
      path: `[${index}]`,
      ...place,
      seen: `a second waiver of ${vulnerability ?? id} in ${where}`,
      expected: 'one',
      hint: `The first stands on line ${first}: remove one of the two.`,
    }
  })
}

function problemAt(path: Path, source: YamlSource, seen: string, expected: string, hint?: string): Problem {
  const [index, key] = path
  return {
    path: `[${index}].${key}`,
    ...source.place(path, 'value'),
    seen,
    expected,
    ...(hint === undefined ? {} : {hint}),
  }
}

/** Rules within the rollout of an environment: times that fit each other, words that are not passed over in silence. */
import {formatDuration} from '../core/quantity.ts'
import type {Facts} from './facts.ts'
import type {Problem} from './problem.ts'
import {presetBakes, presetStages, presets} from './rollout-schema.ts'
import type {Path} from './yaml-source.ts'

export function rolloutRules(facts: Facts, environment: Path): readonly Problem[] {
  const rollout = [...environment, 'rollout']
  return [
    ...looks(facts, rollout),
    ...silences(facts, rollout),
    ...stageTimes(facts, rollout),
    ...deadline(facts, rollout),
    ...flag(facts, environment),
    ...guardNames(facts, rollout),
    ...whileMirroring(facts, rollout),
  ]
}

/** A stage shorter than the time between two looks is never judged. */
function looks(facts: Facts, rollout: Path): Problem[] {
  const {raw, entries, problem} = facts
  const tickPath = [...rollout, 'tick']
  const tick = duration(facts, tickPath)
  if (tick === undefined) return []
  const stages = [...rollout, 'stages']
  const watched = [
    ...entries(stages).flatMap(({path}) => [
      [...path, 'for'],
      [...path, 'at-least'],
    ]),
    [...rollout, 'bake'],
  ]
  const hint = 'A stage shorter than one look is never judged: make it longer, or the tick shorter.'
  const problems = watched
    .filter(path => (duration(facts, path) ?? tick) < tick)
    .map(path => problem(path, `at least the tick (${formatDuration(tick)})`, hint))
  const byDefault = defaultsOf(facts, rollout)
  const dwells = raw(stages) === undefined ? byDefault.stages.map(stage => stage.for) : []
  const bake = raw([...rollout, 'bake']) === undefined && byDefault.bake > 0 ? [byDefault.bake] : []
  if ([...dwells, ...bake].some(dwell => dwell < tick)) {
    const hint = 'Without stages of its own the file has the default ones: name longer stages, or a shorter tick.'
    problems.push(problem(tickPath, 'at most the shortest stage', hint))
  }
  return problems
}

/** A rollout that waits for its next look is not stale, and one that the watchdog has not asked for yet is not dead. */
function silences(facts: Facts, rollout: Path): Problem[] {
  const order: readonly (readonly [longer: string, shorter: string, hint: string])[] = [
    ['stale-after', 'tick', 'A rollout that waits for its next tick is not stale.'],
    ['dead-after', 'stale-after', 'The watchdog goes on with a stale rollout; a dead one is aborted.'],
  ]
  return order.flatMap(([longer, shorter, hint]) => {
    const path = [...rollout, longer]
    const [long, short] = [duration(facts, path), duration(facts, [...rollout, shorter])]
    if (long === undefined || short === undefined || long > short) return []
    return [facts.problem(path, `more than the ${shorter} (${formatDuration(short)})`, hint)]
  })
}

/** `at-least` <= `for` <= `at-most`. */
function stageTimes(facts: Facts, rollout: Path): Problem[] {
  const mayExtend = facts.parsed([...rollout, 'when-evidence-is-short']) === 'extend'
  return facts.entries([...rollout, 'stages']).flatMap(({path}) => {
    const dwell = duration(facts, [...path, 'for'])
    const [leastPath, mostPath] = [
      [...path, 'at-least'],
      [...path, 'at-most'],
    ]
    const [least, most] = [duration(facts, leastPath), duration(facts, mostPath)]
    const problems: Problem[] = []
    if (dwell !== undefined && least !== undefined && least > dwell) {
      problems.push(facts.problem(leastPath, `at most the dwell (${formatDuration(dwell)})`))
    }
    if (dwell !== undefined && most !== undefined && most < dwell) {
      problems.push(facts.problem(mostPath, `at least the dwell (${formatDuration(dwell)})`))
    }
    if (most !== undefined && !mayExtend) {
      const hint = 'A stage is extended only where when-evidence-is-short says so.'
      problems.push(facts.problem(mostPath, 'when-evidence-is-short: extend beside it', hint))
    }
    return problems
  })
}

/** Even a release that is shown to be safe at once must be able to arrive in time. */
function deadline(facts: Facts, rollout: Path): Problem[] {
  const path = [...rollout, 'deadline']
  const allowed = duration(facts, path)
  if (allowed === undefined) {
    const late = [...rollout, 'when-late']
    return facts.raw(late) === undefined
      ? []
      : [facts.problem(late, 'a deadline beside it', 'Without one it is never late.')]
  }
  const stages = [...rollout, 'stages']
  const shortest =
    facts.raw(stages) === undefined
      ? defaultsOf(facts, rollout).stages.map(stage => stage.for)
      : facts
          .entries(stages)
          .map(({path}) => duration(facts, [...path, 'at-least']) ?? duration(facts, [...path, 'for']) ?? 0)
  const needed = shortest.reduce((sum, each) => sum + each, 0)
  if (allowed >= needed) return []
  const hint = 'Shorten the stages, or give the rollout more time.'
  return [facts.problem(path, `at least what the stages take (${formatDuration(needed)})`, hint)]
}

/** A flag is turned by a command: the embedded router knows of no flag. */
function flag({raw, problem}: Facts, environment: Path): Problem[] {
  const kind = raw([...environment, 'target', 'kind'])
  const path = [...environment, 'rollout', 'preset']
  if (raw(path) !== 'feature-flag' || kind === undefined || kind === 'command') return []
  const hint =
    'Give the command that turns the flag as set-weight of a target of kind command, or choose another preset.'
  return [problem(path, 'a target of kind command', hint)]
}

function guardNames({raw, entries, problem}: Facts, rollout: Path): Problem[] {
  const names = new Set<string>()
  return entries([...rollout, 'guards']).flatMap(({path}) => {
    const name = raw([...path, 'name'])
    if (typeof name !== 'string') return []
    if (names.has(name)) return [problem([...path, 'name'], 'a name that no other guard has')]
    names.add(name)
    return []
  })
}

/** What counts copies alone needs copies to count, cannot be compared with the originals, and cannot be all there is. */
function whileMirroring(facts: Facts, rollout: Path): Problem[] {
  const {raw, entries, problem} = facts
  const guards = entries([...rollout, 'guards'])
  const ofCopies = guards.filter(({path}) => raw([...path, 'while']) === 'mirroring')
  const {hasCopies, hasUsers} = audienceOf(facts, rollout)
  const isAll = ofCopies.length === guards.length
  return ofCopies.flatMap(({path}) => {
    const [word, comparison] = [
      [...path, 'while'],
      [...path, 'at-most-times-stable'],
    ]
    const compared =
      raw(comparison) === undefined
        ? []
        : [
            problem(
              comparison,
              'at-most alone beside while: mirroring',
              'Copies are not compared with their originals.',
            ),
          ]
    if (!hasCopies) {
      const hint =
        'Begin with a stage such as {mirror: 100%, for: 1h}, or leave `while` out: then the guard is asked at all stages.'
      return [problem(word, 'a stage with mirror in rollout.stages', hint), ...compared]
    }
    const hint = 'Users meet the candidate after the mirroring, and nobody would judge it there.'
    const alone = isAll && hasUsers ? [problem(word, 'a guard beside it that is always asked', hint)] : []
    return [...alone, ...compared]
  })
}

/** Whom the stages and the bake show the candidate to: copies that reach nobody, users, or one after the other. */
function audienceOf(facts: Facts, rollout: Path): {readonly hasCopies: boolean; readonly hasUsers: boolean} {
  const {raw, entries} = facts
  const stages = [...rollout, 'stages']
  const byDefault = defaultsOf(facts, rollout)
  const planned =
    raw(stages) === undefined
      ? byDefault.stages
      : entries(stages).map(({path}) => ({mirror: raw([...path, 'mirror']), weight: raw([...path, 'weight'])}))
  const bake = duration(facts, [...rollout, 'bake']) ?? byDefault.bake
  return {
    hasCopies: planned.some(({mirror}) => mirror !== undefined),
    hasUsers: bake > 0 || planned.some(({weight}) => weight !== undefined),
  }
}

/** Stages and bake of the preset, where the file names none. */
function defaultsOf({parsed}: Facts, rollout: Path) {
  const preset = presets.find(each => each === parsed([...rollout, 'preset'])) ?? 'canary'
  return {stages: presetStages[preset], bake: presetBakes[preset]}
}

/** Milliseconds; undefined where nothing stands there and nothing is meant by that, or what stands there is no time. */
function duration({parsed}: Facts, path: Path): number | undefined {
  const value = parsed(path)
  return typeof value === 'number' ? value : undefined
}

/** Rules within one of `environments`: a name of its own, templates that tell releases apart, a rollout that holds together. */
import type {Facts} from './facts.ts'
import {nearest} from './nearest.ts'
import type {Problem} from './problem.ts'
import {rolloutRules} from './rollout-rules.ts'
import type {Path} from './yaml-source.ts'

export function environmentRules(facts: Facts): readonly Problem[] {
  return facts
    .entries(['environments'])
    .flatMap(({path}) => [...reservedName(facts, path), ...templates(facts, path), ...rolloutRules(facts, path)])
}

/** Ledgers are kept beside the evidence, each under the name of its environment: these two must not share a place. */
function reservedName({nameProblem}: Facts, path: Path): Problem[] {
  if (path.at(-1) !== 'evidence') return []
  const hint =
    'Under slipway/<service>/evidence the evidence of the service is kept; call the environment by where it runs.'
  return [nameProblem(path, 'another name', hint)]
}

/** Without its placeholder a template does the same for both releases: a canary would be judged by the stable one's numbers. */
const placeholders: readonly (readonly [section: string, kind: string, key: string, word: string])[] = [
  ['telemetry', 'scrape', 'url', 'version'],
  ['target', 'local', 'start', 'port'],
  ['target', 'command', 'deploy', 'version'],
  ['target', 'command', 'set-weight', 'weight'],
  ['target', 'command', 'mirror', 'percent'],
  ['target', 'command', 'promote', 'version'],
  ['target', 'command', 'restore', 'version'],
]

function templates({raw, entries, problem}: Facts, environment: Path): Problem[] {
  return placeholders.flatMap(([section, kind, key, word]) => {
    const path = [...environment, section, key]
    const texts = entries(path)
    if (raw([...environment, section, 'kind']) !== kind || texts.length === 0) return []
    // Each page is read by itself; the arguments of a program are read together.
    const units = key === 'url' ? texts : [{path, value: texts.map(({value}) => String(value)).join(' ')}]
    return units
      .filter(({value}) => !String(value).includes(`{${word}}`))
      .map(({path, value}) => {
        const near = [...String(value).matchAll(/\{(\w+)\}/g)].find(([, found]) => nearest(found ?? '', [word]))
        return problem(path, `{${word}} in it`, near && `Did you mean {${word}} instead of ${near[0]}?`)
      })
  })
}

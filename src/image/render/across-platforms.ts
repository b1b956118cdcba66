import {compareFlaws} from '../gate/judge.ts'
import {packageOf} from '../identity.ts'
import {type ImageJudgement, type Judged, partsOf, platformName} from '../judgement.ts'
import {type Fate, fateOf} from './fate.ts'
import {identityOf} from './sarif-identity.ts'

/** One flaw, however many platforms have it with the same fate. */
export interface SeenFlaw {
  readonly judged: Judged
  readonly fate: Fate
  /** Empty where all platforms have it: `linux/arm64`, `linux/amd64, linux/arm/v7`. */
  readonly only: string
}

/** Every flaw once, the most severe first: what most images have twice shall be read once. */
export function acrossPlatforms(judgement: ImageJudgement): readonly SeenFlaw[] {
  const {platforms, repository} = judgement
  const parts = partsOf(judgement)
  const [only, ...others] = parts
  // Most images are for one platform, and then there is nothing to fold.
  if (only && others.length === 0) return only.judged.map(judged => ({judged, fate: fateOf(judged), only: ''}))
  const seen = new Map<string, {readonly judged: Judged; readonly fate: Fate; readonly on: string[]}>()
  for (const part of parts) {
    const platform = part === repository ? '' : platformName(part, judgement)
    for (const judged of part.judged) {
      const fate = fateOf(judged)
      const version = packageOf(judged.flaw)?.version ?? ''
      const key = [fate, judged.isNew, version, ...identityOf(judged.flaw, [])].join('\u0000')
      const known = seen.get(key)
      if (!known) seen.set(key, {judged, fate, on: [platform]})
      else if (!known.on.includes(platform)) known.on.push(platform)
    }
  }
  const isEverywhere = (on: readonly string[]) => on.length >= platforms.length || on.includes('')
  return [...seen.values()]
    .sort((a, b) => compareFlaws(a.judged.flaw, b.judged.flaw))
    .map(({judged, fate, on}) => ({judged, fate, only: isEverywhere(on) ? '' : on.join(', ')}))
}

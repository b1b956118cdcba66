import {packageOf} from '../identity.ts'
import {type ImageJudgement, type Judged, partsOf} from '../judgement.ts'
import {type Fate, fateOf} from './fate.ts'
import {placesText} from './flaw-text.ts'
import {identityOf} from './sarif-identity.ts'

/** One flaw, however many platforms have it with the same fate. */
export interface SeenFlaw {
  readonly judged: Judged
  readonly fate: Fate
  /** Empty where all platforms have it: `linux/arm64`, `linux/amd64, linux/arm/v7`. */
  readonly only: string
}

/** Every flaw once, in the order of the platforms: what most images have twice shall be read once. */
export function acrossPlatforms(judgement: ImageJudgement): readonly SeenFlaw[] {
  const {platforms, repository} = judgement
  const seen = new Map<string, {readonly judged: Judged; readonly fate: Fate; readonly on: string[]}>()
  for (const part of partsOf(judgement)) {
    const platform = part === repository ? '' : (part.platform ?? 'no named platform')
    for (const judged of part.judged) {
      const fate = fateOf(judged)
      const key = JSON.stringify([fate, judged.isNew, packageOf(judged.flaw)?.version, ...identityOf(judged.flaw, [])])
      const known = seen.get(key)
      if (!known) seen.set(key, {judged, fate, on: [platform]})
      else if (!known.on.includes(platform)) known.on.push(platform)
    }
  }
  const isEverywhere = (on: readonly string[]) => on.length >= platforms.length || on.includes('')
  return [...seen.values()].map(({judged, fate, on}) => ({judged, fate, only: isEverywhere(on) ? '' : on.join(', ')}))
}

/** Where a flaw is, for a table: its package, or its places. */
export function whereText({judged: {flaw}}: SeenFlaw): string {
  return packageOf(flaw)?.name ?? placesText(flaw.places)
}

import type {ImportUse, Observation, PickleImport} from '../observation.ts'

/** One observation for each import, with the uses of all: several pickles in one file import the same names. */
export function mergeImports(observations: readonly Observation[]): readonly Observation[] {
  const merged = new Map<string, Observation & {readonly imported: PickleImport}>()
  const others: Observation[] = []
  for (const observation of observations) {
    const {imported} = observation
    if (imported === undefined) {
      others.push(observation)
      continue
    }
    const identity = JSON.stringify([imported.module, imported.name])
    const known = merged.get(identity)
    const uses = known ? together(known.imported.uses, imported.uses) : imported.uses
    merged.set(identity, {...(known ?? observation), imported: {...(known?.imported ?? imported), uses}})
  }
  return [...merged.values(), ...others]
}

function together(first: readonly ImportUse[], second: readonly ImportUse[]): readonly ImportUse[] {
  const added = second.filter(({how}) => !first.some(use => use.how === how))
  const counted = first.map(use => {
    const more = second.find(({how}) => how === use.how)?.count ?? 0
    return {...use, count: use.count + more}
  })
  return [...counted, ...added]
}

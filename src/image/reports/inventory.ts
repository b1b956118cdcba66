import type {Scan} from '../scan.ts'

/** What a list of packages says of flaws: nothing, since whoever wrote it looked for none. It never vouches for an image alone. */
export const onlyPackages = {
  flaws: [],
  lookedFor: [],
  knows: {knownExploited: false, epss: false},
  doubts: [],
} as const satisfies Partial<Scan>

const shown = 5

/**
 * The names of a file that somebody most likely meant, nearest first: by the pairs of letters that both have (Dice, 1945),
 * so that `acuracy` finds `eval_accuracy` as well as `accuracy_score`.
 */
export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = pairsOf(name)
  return names
    .map(candidate => ({candidate, alike: alikeness(wanted, pairsOf(candidate))}))
    .sort((a, b) => b.alike - a.alike || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, shown)
    .map(({candidate}) => candidate)
}

function alikeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0
  for (const pair of a) if (b.has(pair)) both++
  return (2 * both) / Math.max(1, a.size + b.size)
}

function pairsOf(text: string): ReadonlySet<string> {
  const letters = text.toLowerCase()
  return new Set(Array.from({length: Math.max(0, letters.length - 1)}, (_, start) => letters.slice(start, start + 2)))
}

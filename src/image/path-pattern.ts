/**
 * Names with slashes and stars, for paths and for images: `*` stands for signs but "/", `**` as a whole segment for any
 * number of segments, also none.
 */
export type Pattern = readonly (string | typeof anySegments)[]

const anySegments = Symbol('**')

/** Any text is a pattern: without stars, of itself alone. */
export function parsePattern(text: string): Pattern {
  return text.split('/').map(segment => (segment === '**' ? anySegments : segment))
}

/** Linear in the text for each `**`: after a mismatch only the latest star gives way (Wildcard matching, R. Salz). */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  return matchesWith(pattern, text.split('/'), anySegments, (one, segment) =>
    typeof one === 'string' ? matchesSegment(one, segment) : false,
  )
}

function matchesSegment(pattern: string, segment: string): boolean {
  if (!pattern.includes('*')) return pattern === segment
  return matchesWith([...pattern], [...segment], '*', (one, sign) => one === sign)
}

function matchesWith<P, T>(pattern: readonly P[], text: readonly T[], star: P, same: (one: P, other: T) => boolean) {
  let [p, t] = [0, 0]
  let retry: {pattern: number; text: number} | undefined
  while (t < text.length) {
    const [one, other] = [pattern[p], text[t]]
    if (p < pattern.length && one === star) {
      retry = {pattern: ++p, text: t}
    } else if (one !== undefined && other !== undefined && same(one, other)) {
      p++
      t++
    } else if (retry) {
      p = retry.pattern
      t = ++retry.text
    } else return false
  }
  while (p < pattern.length && pattern[p] === star) p++
  return p === pattern.length
}

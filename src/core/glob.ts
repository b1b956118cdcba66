/**
 * Patterns in which `*` stands for any signs, none among them, and every other sign for itself. Matched without going
 * back (each part is looked for once, from where the last one ended), so that no text makes a match slow.
 */

/** Whether the whole of a text fits one pattern. Upper and lower case are the same: so are ids, licences and most names. */
export type Glob = (text: string) => boolean

export function compileGlob(pattern: string): Glob {
  const [start = '', ...rest] = pattern.toLowerCase().split('*')
  const end = rest.pop()
  if (end === undefined) return text => text.toLowerCase() === start
  const middle = rest.filter(part => part !== '')
  return text => {
    const lower = text.toLowerCase()
    if (lower.length < start.length + end.length || !lower.startsWith(start) || !lower.endsWith(end)) return false
    const limit = lower.length - end.length
    let from = start.length
    for (const part of middle) {
      const found = lower.indexOf(part, from)
      if (found < 0) return false
      from = found + part.length
    }
    return from <= limit
  }
}

/** Whether a text fits one of the patterns; thousands of patterns without `*` cost one look. */
export function compileGlobs(patterns: readonly string[]): Glob {
  const exact = new Set(patterns.filter(pattern => !pattern.includes('*')).map(pattern => pattern.toLowerCase()))
  const globs = patterns.filter(pattern => pattern.includes('*')).map(compileGlob)
  return text => exact.has(text.toLowerCase()) || globs.some(fits => fits(text))
}

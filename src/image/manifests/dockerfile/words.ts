/** Words of an instruction, with their quotes and variables (https://docs.docker.com/reference/dockerfile/#environment-replacement). */

/** Words as the instruction separates them; quotes around a whole word are taken off. */
export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter(Boolean).map(unquoted)
}

/** `A=1 B="two words"`, and the old form `A two words`; null for an ARG without a default. */
export function assignments(text: string): readonly (readonly [string, string | null])[] {
  const parts = quotedWords(text)
  const [first = ''] = parts
  if (parts.length > 1 && !first.includes('=')) return [[first, unquoted(text.slice(first.length).trim())]]
  return parts.map(part => {
    const sign = part.indexOf('=')
    return sign === -1 ? [part, null] : [part.slice(0, sign), unquoted(part.slice(sign + 1))]
  })
}

/** Words between blanks, where blanks within quotes and after a backslash do not count. */
function quotedWords(text: string): readonly string[] {
  const found: string[] = []
  let start = -1
  let quote = ''
  for (let index = 0; index <= text.length; index++) {
    const sign = text[index] ?? ' '
    const isEnd = index === text.length || (quote === '' && /\s/.test(sign))
    if (isEnd) {
      if (start !== -1) found.push(text.slice(start, index))
      start = -1
      continue
    }
    if (start === -1) start = index
    if (sign === '\\' && quote !== "'") index++
    else if (quote === '') quote = sign === '"' || sign === "'" ? sign : ''
    else if (sign === quote) quote = ''
  }
  return found
}

/** Without the quotes around it. */
export function unquoted(text: string): string {
  const [first] = text
  return text.length > 1 && (first === '"' || first === "'") && text.endsWith(first) ? text.slice(1, -1) : text
}

/** `$NAME`, `${NAME}`, `${NAME:-otherwise}`, `${NAME-otherwise}`; null where a variable has no value that is known. */
export function expand(text: string, variables: ReadonlyMap<string, string | null>): string | null {
  let unknown = false
  const expanded = text
    .slice(0, 4096)
    .replaceAll(
      /\$(?:\{([A-Za-z_]\w{0,200})(?:(:?[-+])([^${}]{0,500}))?\}|([A-Za-z_]\w{0,200}))/g,
      (_, braced: string | undefined, operator: string | undefined, word = '', bare: string | undefined) => {
        const value = variables.get(braced ?? bare ?? '') ?? null
        if (operator?.endsWith('+')) return value === null || value === '' ? '' : word
        if (value !== null && value !== '') return value
        if (operator?.endsWith('-')) return word
        unknown ||= value === null
        return value ?? ''
      },
    )
  return unknown ? null : expanded
}

/** Constants of a template, and what Python makes of them: texts, numbers, lists, and their methods and filters of Jinja. */

/** A value that a template computes without knowing anything from outside. */
export type Value = string | number | boolean | null | readonly Value[]

/** Signs of the longest text that is computed: what a template says with more is no name. */
export const longest = 65_536

/** As Python's `str` writes it, for the values that spell names. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'number' ? String(value) : `[${value.map(textOf).join(', ')}]`
}

/** Undefined for a text that is too long to be a name. */
export function bounded(text: string): string | undefined {
  return text.length <= longest ? text : undefined
}

/** As Python's `chr`; empty for what is no code point. */
export function signOf(code: number): string {
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

/** Python's operators: `//` and `%` round towards minus infinity. Undefined for another sign. */
export function arithmetic(sign: string, x: number, y: number): number | undefined {
  switch (sign) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return x / y
    case '//':
      return Math.floor(x / y)
    case '%':
      return x - y * Math.floor(x / y)
    case '**':
      return x ** y
    default:
      return undefined
  }
}

/** The filter and the method `join`. Undefined where the answer is no text, or too long. */
export function joined(value: Value, separator: Value | undefined): Value | undefined {
  // A filter has the list first, a method of a text the separator.
  const [list, between] = Array.isArray(value) ? [value, separator ?? ''] : [separator, value]
  if (typeof between !== 'string') return undefined
  if (typeof list === 'string') return bounded([...list].join(between))
  return Array.isArray(list) ? bounded(list.map(textOf).join(between)) : undefined
}

/** Methods of Python's `str` and filters of Jinja that do the same. Undefined for one that is not computed. */
export function textMethod(name: string, text: string, first?: Value, second?: Value): Value | undefined {
  switch (name) {
    case 'lower':
    case 'casefold':
      return text.toLowerCase()
    case 'upper':
      return text.toUpperCase()
    case 'swapcase':
      return [...text].map(sign => (sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase())).join('')
    case 'capitalize':
      return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()
    case 'reverse':
      return [...text].reverse().join('')
    case 'string':
    case 'safe':
    case 'e':
    case 'escape':
    case 'forceescape':
    case 'encode':
    case 'decode':
      return text
    case 'trim':
    case 'strip':
      return first === undefined ? text.trim() : stripped(text, first, true, true)
    case 'lstrip':
      return first === undefined ? text.trimStart() : stripped(text, first, true, false)
    case 'rstrip':
      return first === undefined ? text.trimEnd() : stripped(text, first, false, true)
    case 'removeprefix':
      return typeof first === 'string' && text.startsWith(first) ? text.slice(first.length) : text
    case 'removesuffix':
      return typeof first === 'string' && first !== '' && text.endsWith(first) ? text.slice(0, -first.length) : text
    case 'replace':
      return typeof first === 'string' && typeof second === 'string' && first !== ''
        ? bounded(text.slice(0, 8192).replaceAll(first, () => second.slice(0, 256)))
        : undefined
    case 'split':
      return typeof first === 'string' && first !== '' ? text.split(first).slice(0, 1024) : undefined
    case 'list':
      return [...text].slice(0, 1024)
    case 'first':
      return text.slice(0, 1)
    case 'last':
      return text.slice(-1)
    default:
      return undefined
  }
}

function stripped(text: string, signs: Value, left: boolean, right: boolean): string | undefined {
  if (typeof signs !== 'string') return undefined
  let start = 0
  let end = text.length
  while (left && start < end && signs.includes(text[start] ?? '')) start++
  while (right && end > start && signs.includes(text[end - 1] ?? '')) end--
  return text.slice(start, end)
}

/** Python's slices of texts and lists. */
export function sliceOf(
  value: Value,
  [from = null, to = null, step = null]: readonly (number | null)[],
): Value | undefined {
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined
  const items: readonly Value[] = typeof value === 'string' ? [...value] : value
  const by = step ?? 1
  if (by === 0 || !Number.isInteger(by)) return undefined
  const clamp = (at: number) =>
    Math.max(by < 0 ? -1 : 0, Math.min(at < 0 ? at + items.length : at, by < 0 ? items.length - 1 : items.length))
  const start = from === null ? (by < 0 ? items.length - 1 : 0) : clamp(from)
  const end = to === null ? (by < 0 ? -1 : items.length) : clamp(to)
  const picked: Value[] = []
  for (let at = start; by < 0 ? at > end : at < end; at += by) picked.push(items[at] ?? null)
  return typeof value === 'string' ? picked.map(textOf).join('') : picked
}

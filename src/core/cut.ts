const longestName = 200

/**
 * Names and texts come from outside and are as long as their author likes: one of a megabyte must not push out all others.
 * @param most signs (UTF-16) of the answer, the "…" at its end among them; a pair of surrogates is never parted
 */
export function cut(text: string, most: number = longestName): string {
  if (text.length <= most) return text
  const kept = text.slice(0, most - 1)
  const last = kept.charCodeAt(kept.length - 1)
  return `${last >= 0xd800 && last < 0xdc00 ? kept.slice(0, -1) : kept}…`
}

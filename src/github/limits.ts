/** Sizes that GitHub refuses to exceed, in UTF-16 code units. https://docs.github.com/rest */

/** `output.summary` and `output.text` of a check run. */
export const checkTextLimit = 65_535
/** Body of a comment. */
export const commentLimit = 65_536
/** One gate's section of a comment: a fifth of it, less what stands around the text. */
export const sectionLimit = 12_500
/** Description of a deployment and of its statuses. */
export const descriptionLimit = 140

/** `text` cut to `limit` with `mark` at its end; unchanged when it fits. Never ends within a character. */
export function cutText(text: string, limit: number, mark = '…'): string {
  if (text.length <= limit) return text
  const kept = text.slice(0, Math.max(0, limit - mark.length))
  return (/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept) + mark
}

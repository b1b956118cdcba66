/**
 * A text for a reader of SARIF: signs that turn, hide or end other text are written as escapes, and it is cut.
 * @param limit UTF-16 units
 */
export function withoutSurprises(text: string, limit: number): string {
  // Cut first, and again below: a hostile text of megabytes is not walked through for its first lines.
  const head = text.length <= limit ? text : text.slice(0, limit + 1)
  const shown = head.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, sign => (sign === '\n' ? sign : escapeOf(sign)))
  // `toWellFormed`: a name may hold half a sign, which is no UTF-8.
  return (shown.length <= limit ? shown : `${shown.slice(0, limit - 1)}…`).toWellFormed()
}

/** As `withoutSurprises`, and `otherwise` where the text says nothing: GitHub refuses a file for one empty text. */
export function said(text: string, limit: number, otherwise: string): string {
  const shown = withoutSurprises(text, limit)
  return shown.trim() === '' ? withoutSurprises(otherwise, limit) : shown
}

function escapeOf(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16)
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

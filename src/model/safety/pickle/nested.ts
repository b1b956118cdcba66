import {followsProto} from './later-starts.ts'

/** How a text or bytes constant holds a pickle. */
export type NestedForm = 'as it is' | 'in Base64' | 'in hexadecimal'

/** Whether a constant with this first byte is worth the look. */
export function mayBeNested(first: number): boolean {
  return firstBytes.has(first)
}

const firstBytes: ReadonlySet<number> = new Set(
  [0x80, ...'gYKc(862'].map(sign => (typeof sign === 'number' ? sign : sign.charCodeAt(0))),
)

/**
 * Whether a constant starts as a pickle that does something. A look at its first bytes, nothing more: the constant is data
 * until somebody unpickles it.
 * @param head the first signs, one for each byte
 */
export function nestedPickleIn(head: string): NestedForm | null {
  if (head.length < 8) return null
  if (startsAsPickle(head)) return 'as it is'
  // The same starts, written in Base64 (80 02 … 80 05; "c", "(") and in hexadecimal.
  if (/^gA[I-X]/.test(head) || /^[YK]/.test(head)) return startsAsPickle(fromBase64(head)) ? 'in Base64' : null
  if (/^(?:80|63|28)/.test(head)) return startsAsPickle(fromHex(head)) ? 'in hexadecimal' : null
  return null
}

/** PROTO 2 to 5 and an opcode that may follow it; or GLOBAL of two names, behind marks and PUTs at most. */
function startsAsPickle(head: string): boolean {
  const first = head.charCodeAt(0)
  const second = head.charCodeAt(1)
  if (first === 0x80 && second >= 2 && second <= 5) return followsProto(head.charCodeAt(2))
  return /^\(?(?:dp[0-9]+\n\(?)?c[A-Za-z_][\w.]{0,80}\n[A-Za-z_][\w.]{0,80}\n/.test(head)
}

function fromBase64(text: string): string {
  const body = /^[A-Za-z0-9+/_-]+/.exec(text.slice(0, 120))?.[0] ?? ''
  const whole = body.slice(0, 4 * Math.floor(body.length / 4))
  return atob(whole.replaceAll('-', '+').replaceAll('_', '/'))
}

function fromHex(text: string): string {
  const body = text.slice(0, 240)
  if (!/^[0-9a-fA-F]+$/.test(body)) return ''
  const pairs = body.match(/../g) ?? []
  return String.fromCharCode(...pairs.map(pair => Number.parseInt(pair, 16)))
}

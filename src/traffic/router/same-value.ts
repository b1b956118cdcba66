/** How exactly two answers have to agree. */
export interface Agreement {
  /**
   * Two numbers agree when they differ by at most this much, or by this share of the larger one: |a - b| <= tolerance *
   * max(1, |a|, |b|). Two machines rarely add floats in the same order.
   */
  readonly tolerance: number
  /** Members of objects, at any depth, that are not compared: what names the release or the moment differs always. */
  readonly ignore: ReadonlySet<string>
}

/**
 * Whether two parsed JSON values say the same: the order of members is no difference, that of a list is. Pure. Works off
 * a list instead of calling itself: an answer may be nested deeper than the stack.
 */
export function isSameValue(left: unknown, right: unknown, agreement: Agreement): boolean {
  const open: [unknown, unknown][] = [[left, right]]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const parts = compareOnce(pair[0], pair[1], agreement)
    if (parts === null) return false
    for (const part of parts) open.push(part)
  }
  return true
}

/** What remains to be compared inside of the two; null when they differ. */
function compareOnce(left: unknown, right: unknown, agreement: Agreement): [unknown, unknown][] | null {
  if (typeof left === 'number' && typeof right === 'number') {
    return Math.abs(left - right) <= agreement.tolerance * Math.max(1, Math.abs(left), Math.abs(right)) ? [] : null
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length ? left.map((each, index) => [each, right[index]]) : null
  }
  if (isObject(left) && isObject(right)) {
    const names = membersOf(left, agreement)
    if (names.length !== membersOf(right, agreement).length) return null
    return names.every(name => Object.hasOwn(right, name)) ? names.map(name => [left[name], right[name]]) : null
  }
  return left === right ? [] : null
}

function membersOf(value: Readonly<Record<string, unknown>>, {ignore}: Agreement): string[] {
  return Object.keys(value).filter(name => !ignore.has(name))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

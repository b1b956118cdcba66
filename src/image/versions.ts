/** Versions in an order that is close to that of every package manager, and exact in none: good for advice alone. */

/** Numbers as numbers, the rest as text. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.match(/\d+|[^\d]+/g) ?? []
  const right = b.match(/\d+|[^\d]+/g) ?? []
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one = '', other = ''] = [left[index], right[index]]
    const difference = Number(one) - Number(other)
    if (difference !== 0 && !Number.isNaN(difference)) return difference
    if (one !== other && Number.isNaN(difference)) return one < other ? -1 : 1
  }
  return 0
}

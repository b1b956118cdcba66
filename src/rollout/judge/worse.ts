/** `margin` times the allowed share; for generous limits half way to 100 %, since a share has no room above that. */
export function unacceptable(limit: number, margin: number): number {
  return Math.min(margin * limit, (1 + limit) / 2)
}

/** `ratio` times a share, which has no room above 1. */
export function worse(share: number, ratio: number): number {
  return Math.min(ratio * share, (1 + share) / 2)
}

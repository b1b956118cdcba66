const longestName = 200

/** Enough for a sentence or three. */
export const longestText = 1000

/** Names come from the image and are as long as its author likes: one of a megabyte must not push out all others. */
export function cut(text: string, most: number = longestName): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

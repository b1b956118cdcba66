const longest = 200

/**
 * The first sentence of a description, or its first line where that ends earlier: for findings that have no title.
 * Descriptions come from whoever wrote the advisory, so it is cut at 200 signs.
 */
export function firstSentence(text: string): string {
  // No more of it is looked at than can be shown: some are as long as a page.
  const [line = ''] = text.slice(0, 1000).trim().slice(0, 300).split('\n', 1)
  const end = line.indexOf('. ')
  const sentence = end < 0 ? line : line.slice(0, end + 1)
  return sentence.length > longest ? `${sentence.slice(0, longest - 1)}…` : sentence
}

/**
 * The normalisation of SQuAD's evaluation script (Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension
 * of Text", 2016): lower case, without ASCII punctuation, without the words a, an and the, white space as single spaces.
 * Words and white space are those of Python, in which that script is written: a letter with an accent is a letter.
 */
export function normaliseAnswer(text: string): string {
  return tokensOf(text).join(' ')
}

/** The words of the normalised text. */
export function tokensOf(text: string): string[] {
  const words = text.toLowerCase().replace(punctuation, '').replace(article, ' ').split(space)
  return words.filter(word => word !== '')
}

const punctuation = /[!-/:-@[-`{-~]/g
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu
// What Python's str.split() splits at, the four separators of ASCII among it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those separators are control characters
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

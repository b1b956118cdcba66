/**
 * The syntax of a pattern: RE2's (github.com/google/re2/wiki/Syntax), as far as a label needs it. Recursive descent into
 * a tree; what the tree means is `pattern.ts`.
 */

/** Why a pattern is refused. Never leaves `pattern.ts`. */
export class PatternProblem extends Error {}

export type CharacterTest = (codePoint: number) => boolean

export type Tree =
  | {readonly kind: 'character'; readonly test: CharacterTest}
  | {readonly kind: 'edge'; readonly edge: 'start' | 'end'}
  | {readonly kind: 'sequence'; readonly parts: readonly Tree[]}
  | {readonly kind: 'choice'; readonly options: readonly Tree[]}
  | {readonly kind: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number}

const maxRepeat = 1000

/** @throws PatternProblem */
export function parsePattern(source: string): Tree {
  const characters = [...source]
  // Flags may stand at the very start. `s` changes nothing here: `.` is any character anyway.
  const [flags, letters] = /^\(\?([is]+)\)/.exec(source) ?? []
  const ignoreCase = letters?.includes('i') ?? false
  let position = flags?.length ?? 0

  const peek = () => characters[position]
  const ahead = (text: string) => characters.slice(position, position + text.length).join('') === text
  const stop = (problem: string): never => {
    throw new PatternProblem(problem)
  }

  const tree = choice()
  return peek() === ')' ? stop('a ")" closes nothing') : tree

  function choice(): Tree {
    const options = [sequence()]
    while (peek() === '|') {
      position++
      options.push(sequence())
    }
    const [only] = options
    return options.length === 1 && only ? only : {kind: 'choice', options}
  }

  function sequence(): Tree {
    const parts: Tree[] = []
    for (let next = peek(); next !== undefined && next !== '|' && next !== ')'; next = peek()) parts.push(repeated())
    return {kind: 'sequence', parts}
  }

  function repeated(): Tree {
    const part = atom()
    const count = quantifier()
    if (count === null) return part
    // A lazy quantifier matches the same texts as a greedy one.
    if (peek() === '?') position++
    const after = position
    if (quantifier() !== null) stop(`a repetition of a repetition at character ${after + 1}`)
    return {kind: 'repeat', part, ...count}
  }

  function quantifier(): {min: number; max: number} | null {
    const simple = {
      '*': {min: 0, max: Number.POSITIVE_INFINITY},
      '+': {min: 1, max: Number.POSITIVE_INFINITY},
      '?': {min: 0, max: 1},
    }[peek() ?? '']
    if (simple) {
      position++
      return simple
    }
    const [text, min, comma, max] = /^\{(\d+)(,(\d*))?\}/.exec(characters.slice(position, position + 12).join('')) ?? []
    if (text === undefined) return null
    position += text.length
    const from = Number(min)
    const to = comma === undefined ? from : max === '' ? Number.POSITIVE_INFINITY : Number(max)
    if (from > to) stop(`${text} counts backwards`)
    if (from > maxRepeat || (Number.isFinite(to) && to > maxRepeat))
      stop(`${text} repeats more than ${maxRepeat} times`)
    return {min: from, max: to}
  }

  function atom(): Tree {
    const character = characters[position++]
    switch (character) {
      case '(':
        return group()
      case '[':
        return {kind: 'character', test: characterClass()}
      case '.':
        return {kind: 'character', test: () => true}
      case '^':
        return {kind: 'edge', edge: 'start'}
      case '$':
        return {kind: 'edge', edge: 'end'}
      case '*':
      case '+':
      case '?':
        return stop(`"${character}" at character ${position} repeats nothing`)
      case '\\':
        return {kind: 'character', test: escaped()}
      case undefined:
        return stop('it ends too early')
      default:
        return {kind: 'character', test: literal(character)}
    }
  }

  function group(): Tree {
    if (ahead('?')) {
      const [opening] = /^\?(?::|P?<[A-Za-z_]\w*>)/.exec(characters.slice(position).join('')) ?? []
      if (opening === undefined) return stop(`"(${characters.slice(position, position + 3).join('')}" is not supported`)
      position += opening.length
    }
    const inner = choice()
    if (peek() !== ')') stop('a "(" is never closed')
    position++
    return inner
  }

  function characterClass(): CharacterTest {
    const negated = peek() === '^'
    if (negated) position++
    const tests: CharacterTest[] = []
    for (let first = true; first || peek() !== ']'; first = false) {
      if (peek() === undefined) stop('a "[" is never closed')
      if (ahead('[:')) stop('classes of the form [[:name:]] are not supported')
      const low = classMember()
      if (typeof low === 'function' || peek() !== '-' || characters[position + 1] === ']') {
        tests.push(typeof low === 'function' ? low : literal(String.fromCodePoint(low)))
        continue
      }
      position++
      const high = classMember()
      if (typeof high === 'function' || high < low) return stop('a range in "[…]" that runs backwards or to a class')
      tests.push(range(low, high))
    }
    position++
    const any: CharacterTest = codePoint => tests.some(test => test(codePoint))
    return negated ? codePoint => !any(codePoint) : any
  }

  function classMember(): number | CharacterTest {
    const character = characters[position++]
    if (character === undefined) return stop('a "[" is never closed')
    if (character !== '\\') return character.codePointAt(0) ?? 0
    return escapedCodePoint() ?? escaped()
  }

  function escaped(): CharacterTest {
    const codePoint = escapedCodePoint()
    if (codePoint !== null) return literal(String.fromCodePoint(codePoint))
    const named = classes.get(peek() ?? '')
    if (!named) return stop(peek() === undefined ? 'it ends with a lone "\\"' : `"\\${peek()}" is not supported`)
    position++
    return named
  }

  /** The one character that an escape stands for; null when it stands for a class or is not known. */
  function escapedCodePoint(): number | null {
    const character = peek()
    if (character === undefined) return null
    const control = {t: 9, n: 10, v: 11, f: 12, r: 13, a: 7}[character]
    if (control !== undefined || /^[!-/:-@[-`{-~ ]$/.test(character)) {
      position++
      return control ?? character.codePointAt(0) ?? 0
    }
    const [text, short, long] =
      /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(characters.slice(position).join('')) ?? []
    if (text === undefined) return null
    position += text.length
    const codePoint = Number.parseInt(short ?? long ?? '', 16)
    return codePoint <= 0x10ffff ? codePoint : stop(`"\\${text}" is not a character`)
  }

  function literal(character: string): CharacterTest {
    const forms = ignoreCase ? [character, character.toLowerCase(), character.toUpperCase()] : [character]
    const codePoints = new Set(forms.map(form => form.codePointAt(0)))
    return codePoint => codePoints.has(codePoint)
  }

  function range(low: number, high: number): CharacterTest {
    const within: CharacterTest = codePoint => codePoint >= low && codePoint <= high
    if (!ignoreCase) return within
    return codePoint => {
      const character = String.fromCodePoint(codePoint)
      return [character, character.toLowerCase(), character.toUpperCase()].some(form =>
        within(form.codePointAt(0) ?? -1),
      )
    }
  }
}

const isDigit: CharacterTest = codePoint => codePoint >= 48 && codePoint <= 57
const isWord: CharacterTest = codePoint => /^\w$/.test(String.fromCodePoint(codePoint))
const isSpace: CharacterTest = codePoint => [9, 10, 12, 13, 32].includes(codePoint)
const classes = new Map<string, CharacterTest>([
  ['d', isDigit],
  ['D', codePoint => !isDigit(codePoint)],
  ['w', isWord],
  ['W', codePoint => !isWord(codePoint)],
  ['s', isSpace],
  ['S', codePoint => !isSpace(codePoint)],
])

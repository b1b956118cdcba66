/**
 * Regular expressions as PromQL matchers mean them: RE2 syntax, anchored at both ends, `.` is any character.
 * Matched by simulating all states at once (Thompson 1968), so the time is bounded by pattern size times text length
 * whatever the pattern: a label value can never hang a rollout. What RE2 does not have (look-around, back references)
 * or what no label needs (Unicode classes, word boundaries) is refused by name.
 */

/** Does the whole text match? */
export type Pattern = (text: string) => boolean

export type PatternResult =
  | {readonly kind: 'pattern'; readonly matches: Pattern}
  | {readonly kind: 'malformed'; readonly detail: string}

const maxLength = 1000
const maxRepeat = 1000
const maxStates = 10_000

export function compilePattern(source: string): PatternResult {
  if (source.length > maxLength) return {kind: 'malformed', detail: `it is longer than ${maxLength} characters`}
  try {
    const parser = createParser(source)
    const program: Step[] = []
    emit(parser.tree(), program)
    push(program, {kind: 'match'})
    return {kind: 'pattern', matches: text => simulate(program, text)}
  } catch (error) {
    if (error instanceof PatternProblem) return {kind: 'malformed', detail: error.message}
    throw error
  }
}

/** Leaves the recursive descent; never leaves this file. */
class PatternProblem extends Error {}

type CharacterTest = (codePoint: number) => boolean

type Tree =
  | {readonly kind: 'character'; readonly test: CharacterTest}
  | {readonly kind: 'edge'; readonly edge: 'start' | 'end'}
  | {readonly kind: 'sequence'; readonly parts: readonly Tree[]}
  | {readonly kind: 'choice'; readonly options: readonly Tree[]}
  | {readonly kind: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number}

type Step =
  | {readonly kind: 'character'; readonly test: CharacterTest}
  | {readonly kind: 'edge'; readonly edge: 'start' | 'end'}
  /** Goes on at every one of these steps at once. */
  | {readonly kind: 'fork'; readonly to: number[]}
  | {readonly kind: 'match'}

// ---- syntax ----

function createParser(source: string): {tree(): Tree} {
  const characters = [...source]
  let position = 0
  let ignoreCase = false

  const peek = () => characters[position]
  const ahead = (text: string) => characters.slice(position, position + text.length).join('') === text
  const stop = (problem: string): never => {
    throw new PatternProblem(problem)
  }

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

  return {
    tree() {
      const [flags, letters] = /^\(\?([is]+)\)/.exec(source) ?? []
      position = flags?.length ?? 0
      ignoreCase = letters?.includes('i') ?? false
      const tree = choice()
      if (peek() === ')') stop('a ")" closes nothing')
      return tree
    },
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

// ---- program ----

function push(program: Step[], step: Step): number {
  if (program.length >= maxStates) throw new PatternProblem(`it needs more than ${maxStates} states`)
  return program.push(step) - 1
}

function emit(tree: Tree, program: Step[]): void {
  switch (tree.kind) {
    case 'character':
    case 'edge':
      push(program, tree)
      return
    case 'sequence':
      for (const part of tree.parts) emit(part, program)
      return
    case 'choice':
      emitChoice(tree.options, program)
      return
    case 'repeat':
      emitRepeat(tree, program)
      return
  }
}

function emitChoice(options: readonly Tree[], program: Step[]): void {
  const starts: number[] = []
  const ends: number[][] = []
  push(program, {kind: 'fork', to: starts})
  for (const option of options) {
    starts.push(program.length)
    emit(option, program)
    const to: number[] = []
    push(program, {kind: 'fork', to})
    ends.push(to)
  }
  for (const to of ends) to.push(program.length)
}

function emitRepeat({part, min, max}: Extract<Tree, {kind: 'repeat'}>, program: Step[]): void {
  for (let count = 0; count < min; count++) {
    const start = program.length
    emit(part, program)
    // What reads nothing reads nothing a thousand times: nested, the counting itself would never end.
    if (program.length === start) return
  }
  if (max === Number.POSITIVE_INFINITY) {
    const to: number[] = []
    const start = push(program, {kind: 'fork', to})
    to.push(program.length)
    emit(part, program)
    push(program, {kind: 'fork', to: [start]})
    to.push(program.length)
    return
  }
  const exits: number[][] = []
  for (let count = min; count < max; count++) {
    const to: number[] = []
    push(program, {kind: 'fork', to})
    to.push(program.length)
    exits.push(to)
    emit(part, program)
  }
  for (const to of exits) to.push(program.length)
}

function simulate(program: readonly Step[], text: string): boolean {
  const characters = [...text]
  let states = reach([0], 0)
  for (const [index, character] of characters.entries()) {
    const codePoint = character.codePointAt(0) ?? 0
    const next: number[] = []
    for (const state of states) {
      const step = program[state]
      if (step?.kind === 'character' && step.test(codePoint)) next.push(state + 1)
    }
    if (next.length === 0) return false
    states = reach(next, index + 1)
  }
  return [...states].some(state => program[state]?.kind === 'match')

  /** All steps that can be stood on without reading a character. */
  function reach(from: readonly number[], position: number): Set<number> {
    const reached = new Set<number>()
    const open = [...from]
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (reached.has(state)) continue
      reached.add(state)
      const step = program[state]
      if (step?.kind === 'fork') open.push(...step.to)
      if (step?.kind === 'edge' && position === (step.edge === 'start' ? 0 : characters.length)) open.push(state + 1)
    }
    return reached
  }
}

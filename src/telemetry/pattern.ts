/**
 * Regular expressions as PromQL matchers mean them: RE2 syntax, anchored at both ends, `.` is any character.
 * Matched by simulating all states at once (Thompson 1968), so the time is bounded by pattern size times text length
 * whatever the pattern: a label value can never hang a rollout. What RE2 does not have (look-around, back references)
 * or what no label needs (Unicode classes, word boundaries) is refused by name.
 */

import {type CharacterTest, PatternProblem, parsePattern, type Tree} from './pattern-syntax.ts'

/** Does the whole text match? */
export type Pattern = (text: string) => boolean

export type PatternResult =
  | {readonly kind: 'pattern'; readonly matches: Pattern}
  | {readonly kind: 'malformed'; readonly detail: string}

const maxLength = 1000
const maxStates = 10_000

export function compilePattern(source: string): PatternResult {
  if (source.length > maxLength) return {kind: 'malformed', detail: `it is longer than ${maxLength} characters`}
  try {
    const program: Step[] = []
    emit(parsePattern(source), program)
    push(program, {kind: 'match'})
    return {kind: 'pattern', matches: text => simulate(program, text)}
  } catch (error) {
    if (error instanceof PatternProblem) return {kind: 'malformed', detail: error.message}
    throw error
  }
}

type Step =
  | {readonly kind: 'character'; readonly test: CharacterTest}
  | {readonly kind: 'edge'; readonly edge: 'start' | 'end'}
  /** Goes on at every one of these steps at once. */
  | {readonly kind: 'fork'; readonly to: number[]}
  | {readonly kind: 'match'}

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

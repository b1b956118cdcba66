import {Buffer} from 'node:buffer'
import {assertNever} from '../../../core/assert.ts'
import type {Bytes} from '../../../runtime/files.ts'
import type {ArtifactPath, Loader} from '../artifact.ts'
import {Window} from '../formats/pickle-window.ts'
import type {Work} from '../limits.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import type {Observation} from '../observation.ts'
import {limitRules} from '../scan-rules.ts'
import {Imports} from './imports.ts'
import {type Crossing, Input} from './input.ts'
import {Machine} from './machine.ts'
import {frameTrick, refused, truncated} from './rules.ts'
import {Sights} from './sights.ts'
import type {Value} from './value.ts'

export interface PickleOptions {
  readonly path: ArtifactPath
  readonly loader: Loader
  readonly work: Work
  /**
   * Asked behind every BUILD: where the stream goes on, when the loader reads something of its own between the opcodes
   * (joblib: the bytes of an array). Null: right behind.
   * @param at offset behind the BUILD
   */
  readonly afterBuild?: (object: Value, at: number) => Promise<number | null>
  /** Told of every object that a call or a class gives: torch’s tensors, of which dicts keep few. */
  readonly afterCall?: (object: Value) => void
  /** Told of every key and value that SETITEM and SETITEMS put anywhere: the names of tensors. */
  readonly afterItem?: (key: Value, value: Value) => void
}

export interface PickleRun {
  /** One for each import, by the rule `pickleImport`; and everything else that was seen. */
  readonly observations: readonly Observation[]
  readonly end: PickleEnd
  readonly opcodes: number
  /** What BINPERSID and PERSID ask the loader for, in order. */
  readonly persistentIds: readonly Value[]
  /** Distinct names that are imported. */
  readonly imports: number
}

export type PickleEnd =
  /** `at`: behind STOP. */
  | {readonly kind: 'stop'; readonly at: number; readonly value: Value}
  /** CPython would refuse to go on. */
  | {readonly kind: 'refused'; readonly at: number; readonly what: string}
  | {readonly kind: 'truncated'; readonly at: number}

/**
 * Interprets the pickle that starts at an offset, without loading anything. What the stream says up to an error counts.
 * Nothing of the file's content makes it throw: a limit on work ends it as `refused`, with an observation.
 */
export function runPickle(bytes: Bytes, start: number, options: PickleOptions): Promise<PickleRun> {
  return runShared(new Window(bytes, options.work), bytes, start, options)
}

/** Other streams that a CPython that loses the rest of a frame would see: enough to name what they import. */
const maxReadings = 8

interface Source {
  readonly bytes: Bytes
  readonly start: number
  /** Offsets where a frame is cut off. */
  readonly cuts: ReadonlySet<number>
  /** Offset in the file of an offset in `bytes`. */
  readonly origin: (offset: number) => number
}

/** As `runPickle`, with a window that several pickles of one file share. */
export async function runShared(
  window: Window,
  bytes: Bytes,
  start: number,
  options: PickleOptions,
): Promise<PickleRun> {
  const source: Source = {bytes, start, cuts: new Set(), origin: offset => offset}
  const {run, crossings} = await runOnce(window, source, options)
  const waiting = crossings.filter(({loses}) => loses).map(crossing => withoutRest(source, crossing))
  if (waiting.length === 0) return run

  const observations = [...run.observations]
  const known = new Set(observations.map(identityOf))
  const {afterBuild: _, afterCall: _call, afterItem: _item, ...plain} = options
  for (let readings = 1; readings < maxReadings; readings++) {
    const other = waiting.shift()
    if (other === undefined) break
    const again = await runOnce(new Window(other.bytes, options.work), other, plain)
    for (const crossing of again.crossings) if (crossing.loses) waiting.push(withoutRest(other, crossing))
    for (const observation of again.run.observations) {
      const identity = identityOf(observation)
      if (!known.has(identity)) observations.push(observation)
      known.add(identity)
    }
  }
  return {...run, observations}
}

/** What a C unpickler before 3.13.15 sees that reads from a file without `peek`: the rest of the frame is gone. */
function withoutRest({bytes, start, cuts, origin}: Source, {at, frameEnd}: Crossing): Source {
  const lost = frameEnd - at
  return {
    start,
    cuts: new Set([...cuts, at]),
    origin: offset => origin(offset < at ? offset : offset + lost),
    bytes: {
      size: bytes.size - lost,
      slice: async (from, to) => {
        if (to <= at) return bytes.slice(from, to)
        if (from >= at) return bytes.slice(from + lost, to + lost)
        return Buffer.concat([await bytes.slice(from, at), await bytes.slice(frameEnd, to + lost)])
      },
    },
  }
}

function identityOf({rule, imported}: Observation): string {
  return imported === undefined ? rule.id : JSON.stringify([imported.module, imported.name])
}

async function runOnce(
  window: Window,
  {bytes, start, cuts, origin}: Source,
  {path, loader, work, afterBuild, afterCall, afterItem}: PickleOptions,
): Promise<{readonly run: PickleRun; readonly crossings: readonly Crossing[]}> {
  const input = new Input(bytes.size, cuts)
  const imports = new Imports(path, loader, origin)
  const sights = new Sights(path, origin)
  const listener = afterCall || afterItem ? {afterCall, afterItem} : undefined
  const machine = new Machine(input, imports, sights, {loader, pausesAtBuild: afterBuild !== undefined, listener})
  const end = await endOf()
  machine.finish()
  for (const {at, frameEnd, by} of input.crossings) {
    sights.see(frameTrick, at, undefined, () =>
      by === 'frame'
        ? `A frame opens at byte ${at}, inside one that ends at byte ${frameEnd}.`
        : `An argument at byte ${at} reaches beyond its frame, which ends at byte ${frameEnd}.`,
    )
  }
  const run: PickleRun = {
    observations: [...imports.observations(), ...sights.observations()],
    end,
    opcodes: machine.opcode,
    persistentIds: machine.objects.persistentIds,
    imports: imports.count,
  }
  return {run, crossings: input.crossings}

  async function endOf(): Promise<PickleEnd> {
    try {
      return await interpret()
    } catch (error) {
      // What the loader itself reads behind a BUILD may be broken too.
      if (error instanceof Malformed) {
        sights.see(refused, machine.byte, machine.opcode, () => error.message)
        return {kind: 'refused', at: machine.byte, what: error.message}
      }
      if (!(error instanceof OverLimit)) throw error
      sights.see(limitRules[error.limit], machine.byte, machine.opcode, () => error.message)
      return {kind: 'refused', at: machine.byte, what: error.message}
    }
  }

  async function interpret(): Promise<PickleEnd> {
    let spent = 0
    await window.fill(input, start)
    for (;;) {
      const pause = machine.run()
      const done = machine.steps
      work.step(done - spent)
      spent = done
      switch (pause) {
        case 'starved':
          await window.fill(input, input.at)
          break
        case 'built':
          await goOn()
          break
        case 'stop':
          return {kind: 'stop', at: input.at, value: machine.result}
        case 'refused':
          return {kind: 'refused', at: machine.byte, what: machine.why}
        case 'truncated':
          sights.see(truncated, machine.byte, machine.opcode, () => 'It ends where Python expects more of it.')
          return {kind: 'truncated', at: machine.byte}
        default:
          return assertNever(pause)
      }
    }
  }

  /** joblib reads its arrays from the file itself, which stands behind the frame. */
  async function goOn(): Promise<void> {
    const isFramed = input.frameEnd !== Number.POSITIVE_INFINITY && input.at < input.frameEnd
    const next = await afterBuild?.(machine.built, isFramed ? input.frameEnd : input.at)
    if (next === undefined || next === null) return
    if (isFramed) input.crossings.push({at: input.at, frameEnd: input.frameEnd, by: 'argument', loses: false})
    input.closeFrame()
    await window.fill(input, next)
  }
}

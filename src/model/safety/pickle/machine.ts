import {formatCount} from '../../../core/quantity.ts'
import type {Loader} from '../artifact.ts'
import {Malformed} from '../malformed.ts'
import {Arguments} from './arguments.ts'
import {Containers} from './containers.ts'
import type {Imports} from './imports.ts'
import {type Input, Starved, Truncated} from './input.ts'
import {Memo} from './memo.ts'
import {type Listener, Objects} from './objects.ts'
import {References} from './references.ts'
import {extension, importsUnnamed, memoBomb, outOfBand, protocolHeader, refused, truncated} from './rules.ts'
import {show} from './show.ts'
import type {Sights} from './sights.ts'
import {Stack} from './stack.ts'
import {type Container, Float, Imported, Made, Outside, Uncopied, type Value} from './value.ts'

/**
 * Why the machine stands still: it needs bytes outside the window; the loader may go on elsewhere behind a BUILD; STOP;
 * CPython would refuse; the file ends.
 */
export type Pause = 'starved' | 'built' | 'stop' | 'refused' | 'truncated'

interface MachineOptions {
  readonly loader: Loader
  /** Whether the loader may go on elsewhere behind a BUILD. */
  readonly pausesAtBuild: boolean
  readonly listener: Listener | undefined
}

/** `_Unpickler_MemoPut` doubles the index for the length of its table, 8 bytes an entry. */
const wideMemo = 2 ** 24

/**
 * Runs the opcodes of one pickle on symbolic values, as CPython's C unpickler does (`Modules/_pickle.c`, `load`), for all
 * protocols: nothing is imported, nothing called. It is synchronous, over a window of the file; `run.ts` moves the window.
 */
export class Machine {
  readonly input: Input
  readonly objects: Objects
  /** Offset of the opcode that is being run, and its number. */
  byte = 0
  opcode = 0
  /** Set by STOP. */
  result: Value = null
  /** Set where it refuses. */
  why = ''
  readonly #stack = new Stack(this)
  #protocol = 0
  readonly #memo = new Memo()
  readonly #arguments: Arguments
  readonly #imports: Imports
  readonly #sights: Sights
  readonly #references: References
  readonly #containers: Containers
  readonly #pausesAtBuild: boolean

  constructor(input: Input, imports: Imports, sights: Sights, {loader, pausesAtBuild, listener}: MachineOptions) {
    this.input = input
    this.#imports = imports
    this.#sights = sights
    this.#pausesAtBuild = pausesAtBuild
    const isWatched = pausesAtBuild || listener !== undefined
    this.#references = new References(imports, this)
    this.#containers = new Containers(this.#references, sights, {
      now: this,
      memo: this.#memo,
      detail: isWatched ? 'all' : 'of the first',
    })
    this.objects = new Objects(this.#references, this.#containers, sights, {
      loader,
      now: this,
      listener: listener ?? {},
    })
    this.#arguments = new Arguments(input, sights, this)
  }

  /** Opcodes that were run, and values that were touched beyond one for each: work that the run has to answer for. */
  get steps(): number {
    return this.opcode + this.#references.touched
  }

  /** At the end: what is known of the whole only then. */
  finish(): void {
    this.#containers.seeHeaviest()
    this.objects.finish()
  }

  /** What the last BUILD has built. */
  get built(): Value {
    return this.#stack.top()
  }

  run(): Pause {
    const {input} = this
    try {
      return this.#run()
    } catch (error) {
      if (error instanceof Starved) {
        input.i = input.op
        return 'starved'
      }
      if (error instanceof Truncated) return 'truncated'
      if (!(error instanceof Malformed)) throw error
      this.why = error.message
      this.#sights.see(refused, this.byte, this.opcode, () => error.message)
      return 'refused'
    }
  }

  #run(): Pause {
    const {input} = this
    const stack = this.#stack.values
    for (;;) {
      if (input.i >= input.bytes.length) {
        input.op = input.i
        input.needed = 1
        return input.at >= input.size ? 'truncated' : 'starved'
      }
      input.op = input.i
      this.byte = input.start + input.i
      const code = input.bytes[input.i++] ?? 0
      // Numbers, not names: a switch over constants of another module is a chain of comparisons.
      switch (code) {
        case 0x4b: // K BININT1
          stack.push(input.u8())
          break
        case 0x4d: // M BININT2
          stack.push(input.u16())
          break
        case 0x4a: // J BININT
          stack.push(input.i32())
          break
        case 0x47: // G BINFLOAT
          stack.push(new Float(input.f64()))
          break
        case 0x4e: // N NONE
          stack.push(null)
          break
        case 0x88: // NEWTRUE
          stack.push(true)
          break
        case 0x89: // NEWFALSE
          stack.push(false)
          break
        case 0x8c: // SHORT_BINUNICODE
          stack.push(this.#arguments.unicode(input.u8()))
          break
        case 0x58: // X BINUNICODE
          stack.push(this.#arguments.unicode(input.u32()))
          break
        case 0x8d: // BINUNICODE8
          stack.push(this.#arguments.unicode(input.u64()))
          break
        case 0x43: // C SHORT_BINBYTES
          stack.push(this.#arguments.octets('bytes', input.u8()))
          break
        case 0x42: // B BINBYTES
          stack.push(this.#arguments.octets('bytes', input.u32()))
          break
        case 0x8e: // BINBYTES8
          stack.push(this.#arguments.octets('bytes', input.u64()))
          break
        case 0x96: // BYTEARRAY8
          stack.push(this.#arguments.octets('bytearray', input.u64()))
          break
        case 0x55: // U SHORT_BINSTRING
          stack.push(this.#arguments.binaryString(input.u8()))
          break
        case 0x54: // T BINSTRING
          stack.push(this.#arguments.binaryString(input.u32()))
          break
        case 0x53: // S STRING
          stack.push(this.#arguments.string())
          break
        case 0x56: // V UNICODE
          stack.push(this.#arguments.rawUnicode())
          break
        case 0x49: // I INT
          stack.push(this.#arguments.int())
          break
        case 0x4c: // L LONG
          stack.push(this.#arguments.long())
          break
        case 0x46: // F FLOAT
          stack.push(this.#arguments.float())
          break
        case 0x8a: // LONG1
          stack.push(this.#arguments.countedLong(input.u8()))
          break
        case 0x8b: // LONG4
          stack.push(this.#arguments.countedLong(input.i32()))
          break

        case 0x94: // MEMOIZE
          this.#put(this.#memo.used)
          break
        case 0x71: // q BINPUT
          this.#put(input.u8())
          break
        case 0x72: // r LONG_BINPUT
          this.#put(input.u32())
          break
        case 0x70: // p PUT
          this.#put(this.#arguments.index())
          break
        case 0x68: // h BINGET
          stack.push(this.#get(input.u8()))
          break
        case 0x6a: // j LONG_BINGET
          stack.push(this.#get(input.u32()))
          break
        case 0x67: // g GET
          stack.push(this.#get(this.#arguments.index()))
          break

        case 0x28: // ( MARK
          this.#stack.mark()
          break
        case 0x29: // ) EMPTY_TUPLE
          stack.push(this.#containers.make('tuple', stack, stack.length))
          break
        case 0x85: // TUPLE1
          this.#collect('tuple', stack.length - 1)
          break
        case 0x86: // TUPLE2
          this.#collect('tuple', stack.length - 2)
          break
        case 0x87: // TUPLE3
          this.#collect('tuple', stack.length - 3)
          break
        case 0x74: // t TUPLE
          this.#collect('tuple', this.#stack.unmark())
          break
        case 0x5d: // ] EMPTY_LIST
          stack.push(this.#containers.make('list', stack, stack.length))
          break
        case 0x6c: // l LIST
          this.#collect('list', this.#stack.unmark())
          break
        case 0x7d: // } EMPTY_DICT
          stack.push(this.#containers.make('dict', stack, stack.length))
          break
        case 0x64: // d DICT
          this.#collect('dict', this.#pairs(this.#stack.unmark()))
          break
        case 0x8f: // EMPTY_SET
          stack.push(this.#containers.make('set', stack, stack.length))
          break
        case 0x91: // FROZENSET
          this.#collect('frozenset', this.#stack.unmark())
          break
        case 0x61: // a APPEND
          this.#extend(stack.length - 1)
          break
        case 0x65: // e APPENDS
          this.#extend(this.#stack.unmark())
          break
        case 0x73: // s SETITEM
          this.#setItems(stack.length - 2)
          break
        case 0x75: // u SETITEMS
          this.#setItems(this.#stack.unmark())
          break
        case 0x90: // ADDITEMS
          this.#addItems(this.#stack.unmark())
          break

        case 0x30: // 0 POP
          this.#stack.popOrUnmark()
          break
        case 0x31: // 1 POP_MARK
          stack.length = this.#stack.unmark()
          break
        case 0x32: // 2 DUP
          stack.push(this.#stack.top())
          break

        case 0x63: // c GLOBAL
          stack.push(this.#global('UTF-8'))
          break
        case 0x93: // STACK_GLOBAL
          stack.push(this.#stackGlobal())
          break
        case 0x69: // i INST
          this.#inst()
          break
        case 0x6f: // o OBJ
          this.#obj()
          break
        case 0x52: {
          // R REDUCE
          const args = this.#stack.pop()
          stack.push(this.objects.call(this.#stack.pop(), args))
          break
        }
        case 0x81: {
          // NEWOBJ
          const args = this.#stack.pop()
          stack.push(this.objects.make(this.#stack.pop(), args, null))
          break
        }
        case 0x92: {
          // NEWOBJ_EX
          const keywords = this.#stack.pop()
          const args = this.#stack.pop()
          stack.push(this.objects.make(this.#stack.pop(), args, keywords ?? false))
          break
        }
        case 0x62: {
          // b BUILD
          if (stack.length - 2 < this.#stack.fence) this.#stack.underflow()
          const state = this.#stack.pop()
          this.objects.build(this.#stack.top(), state)
          if (!this.#pausesAtBuild) break
          this.opcode++
          return 'built'
        }
        case 0x82: // EXT1
          stack.push(this.#extension(input.u8()))
          break
        case 0x83: // EXT2
          stack.push(this.#extension(input.u16()))
          break
        case 0x84: // EXT4
          stack.push(this.#extension(input.i32()))
          break
        case 0x50: // P PERSID
          stack.push(this.objects.persistent(this.#arguments.asciiLine()))
          break
        case 0x51: // Q BINPERSID
          stack.push(this.objects.persistent(this.#stack.pop()))
          break
        case 0x97: // NEXT_BUFFER
          this.#sights.see(outOfBand, this.byte, this.opcode, () => 'It refers to a buffer that the loader brings.')
          stack.push(new Outside('buffer', null))
          break
        case 0x98: // READONLY_BUFFER
          this.#stack.top()
          break

        case 0x80: // PROTO
          this.#proto(input.u8())
          break
        case 0x95: // FRAME
          this.#frame(input.u64())
          break
        case 0x2e: // . STOP
          this.result = this.#stack.pop()
          this.#references.consume(this.result)
          this.opcode++
          return 'stop'
        default:
          throw new Malformed(`0x${code.toString(16).padStart(2, '0')} is no opcode.`, this.byte)
      }
      this.opcode++
      this.#stack.bound()
    }
  }

  #collect(kind: Container['kind'], from: number): void {
    const stack = this.#stack.values
    if (from < this.#stack.fence) this.#stack.underflow()
    const container = this.#containers.make(kind, stack, from)
    stack.length = from
    stack.push(container)
  }

  #pairs(from: number): number {
    if ((this.#stack.values.length - from) % 2 === 0) return from
    throw new Malformed('A dict has a key without a value.', this.byte)
  }

  #extend(from: number): void {
    const target = this.#stack.target(from)
    if (target === undefined) return
    this.objects.extend(target, this.#stack.values, from)
    this.#stack.values.length = from
  }

  #setItems(from: number): void {
    const target = this.#stack.target(from)
    if (target === undefined) return
    this.objects.setItems(target, this.#stack.values, this.#pairs(from))
    this.#stack.values.length = from
  }

  #addItems(from: number): void {
    const target = this.#stack.target(from)
    if (target === undefined) return
    this.objects.addItems(target, this.#stack.values, from)
    this.#stack.values.length = from
  }

  #put(index: number): void {
    const value = this.#stack.top()
    if (index < 0) throw new Malformed(`It keeps an object by the number ${index}.`, this.byte)
    if (index > wideMemo && index > 64 * this.opcode) {
      const what = `It keeps an object by the number ${formatCount(index)} after ${formatCount(this.opcode)} opcodes.`
      this.#sights.see(memoBomb, this.byte, this.opcode, () => what)
    }
    this.#memo.put(index, value)
  }

  #get(index: number): Value {
    const value = this.#memo.get(index)
    if (value === undefined) {
      throw new Malformed(`It takes the object of number ${index}, which was never kept.`, this.byte)
    }
    return value
  }

  #global(encoding: 'UTF-8' | 'ASCII'): Imported {
    const module = this.#arguments.name(encoding)
    const name = this.#arguments.name(encoding)
    return new Imported(this.#imports.resolve(module, name, this.#protocol, this.byte, this.opcode))
  }

  /** Both must be exactly `str`; what a call or an import supplies may be one. */
  #stackGlobal(): Value {
    const name = this.#stack.pop()
    const module = this.#stack.pop()
    if (typeof module === 'string' && typeof name === 'string') {
      return new Imported(this.#imports.resolve(module, name, this.#protocol, this.byte, this.opcode))
    }
    for (const part of [module, name]) {
      const may = typeof part === 'string' || isLateText(part)
      if (!may) throw new Malformed(`It imports by ${show(part)}, which is no text.`, this.byte)
    }
    const what = `It imports ${show(name)} of the module ${show(module)}.`
    this.#sights.see(importsUnnamed, this.byte, this.opcode, () => what)
    this.#references.consume(module)
    this.#references.consume(name)
    return new Outside('computed name', name)
  }

  #inst(): void {
    const cls = this.#global('ASCII')
    const args = this.#containers.make('tuple', this.#stack.values, this.#stack.unmark())
    this.#stack.values.length -= args.count
    this.#stack.values.push(this.objects.call(cls, args))
  }

  #obj(): void {
    const from = this.#stack.unmark()
    if (this.#stack.values.length - from < 1) this.#stack.underflow()
    const args = this.#containers.make('tuple', this.#stack.values, from + 1)
    this.#stack.values.length = from + 1
    this.#stack.values.push(this.objects.call(this.#stack.pop(), args))
  }

  #extension(code: number): Value {
    if (code <= 0) throw new Malformed(`It asks for the extension ${code}; codes begin with 1.`, this.byte)
    this.#sights.see(extension, this.byte, this.opcode, () => `It imports whatever is registered as extension ${code}.`)
    return new Outside('extension code', code)
  }

  #proto(protocol: number): void {
    if (protocol > 5) throw new Malformed(`Protocol ${protocol} is not known; 5 is the highest.`, this.byte)
    if (this.opcode > 0) {
      const what = `It sets protocol ${protocol} at opcode ${formatCount(this.opcode)}.`
      this.#sights.see(protocolHeader, this.byte, this.opcode, () => what)
    }
    this.#protocol = protocol
  }

  /** CPython in C refuses a frame that is longer than the file; in Python it runs what is there. */
  #frame(length: number): void {
    const {input} = this
    if (input.at + length > input.size) {
      const what = `A frame of ${formatCount(length)} bytes begins ${formatCount(input.size - input.at)} before the end.`
      this.#sights.see(truncated, this.byte, this.opcode, () => what)
    }
    input.openFrame(length)
  }
}

/** What may be a text once the file is loaded, or is one that is not wholly known. */
function isLateText(value: Value): boolean {
  if (value instanceof Uncopied) return value.what === 'text'
  return value instanceof Made || value instanceof Outside || value instanceof Imported
}

import type {Bytes} from '../../../runtime/files.ts'
import {Malformed} from '../malformed.ts'

const windowBytes = 64 * 1024

/**
 * Reads a file forward through a window. `need(n)` fetches, what follows it is synchronous:
 *
 *     await cursor.need(12)
 *     const version = cursor.u32()
 *     const count = cursor.u64()
 *
 * Little-endian unless said otherwise. Skipping reads nothing.
 */
export class Cursor {
  readonly #bytes: Bytes
  readonly #end: number
  #at: number
  #window: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  /** Offset of the window's first byte. */
  #start: number

  /** @param end offset behind the last byte that may be read; default: the end of the file */
  constructor(bytes: Bytes, start = 0, end: number = bytes.size) {
    this.#bytes = bytes
    this.#at = start
    this.#start = start
    this.#end = Math.min(end, bytes.size)
  }

  /** Offset of the next byte in the file. */
  get at(): number {
    return this.#at
  }

  /** Bytes up to the end. */
  get left(): number {
    return this.#end - this.#at
  }

  /** Whether the next `count` bytes are readable already: then `need` need not be awaited. */
  has(count: number): boolean {
    return this.#at >= this.#start && this.#at + count <= this.#start + this.#window.length
  }

  /** Makes the next `count` bytes readable. @throws Malformed where there are fewer */
  async need(count: number): Promise<void> {
    if (this.#at + count <= this.#start + this.#window.length) return
    if (count > this.left) throw new Malformed(`It ends after ${this.left} bytes where ${count} are needed.`, this.#at)
    this.#window = await this.#bytes.slice(this.#at, Math.min(this.#end, this.#at + Math.max(count, windowBytes)))
    this.#start = this.#at
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength)
    if (this.#window.length < count) throw new Malformed('It became shorter while it was read.', this.#at)
  }

  /** @throws Malformed beyond the end */
  skip(count: number): void {
    if (count > this.left) throw new Malformed(`It ends after ${this.left} bytes where ${count} are needed.`, this.#at)
    this.#at += count
  }

  /** Goes to an offset of the file, forward or back. */
  seek(offset: number): void {
    if (offset < 0 || offset > this.#end) throw new Malformed(`It points to byte ${offset}, outside of it.`, this.#at)
    if (offset < this.#start) {
      this.#start = offset
      this.#window = new Uint8Array(0)
    } else if (offset > this.#start + this.#window.length) {
      this.#start = offset
      this.#window = new Uint8Array(0)
    }
    this.#at = offset
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(littleEndian = true): number {
    return this.#view.getUint16(this.#take(2), littleEndian)
  }

  u32(littleEndian = true): number {
    return this.#view.getUint32(this.#take(4), littleEndian)
  }

  i32(littleEndian = true): number {
    return this.#view.getInt32(this.#take(4), littleEndian)
  }

  u64(littleEndian = true): bigint {
    return this.#view.getBigUint64(this.#take(8), littleEndian)
  }

  /** A 64-bit count or offset. @throws Malformed beyond 2^53 */
  size(littleEndian = true): number {
    const value = this.u64(littleEndian)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed(`It counts ${value} of something.`, this.#at - 8)
    return Number(value)
  }

  i64(littleEndian = true): bigint {
    return this.#view.getBigInt64(this.#take(8), littleEndian)
  }

  f32(littleEndian = true): number {
    return this.#view.getFloat32(this.#take(4), littleEndian)
  }

  f64(littleEndian = true): number {
    return this.#view.getFloat64(this.#take(8), littleEndian)
  }

  /** The bytes themselves, valid until the next `need`. */
  take(count: number): Uint8Array {
    const from = this.#take(count)
    return this.#window.subarray(from, from + count)
  }

  /** Index in the window of the next `count` bytes, which are passed. */
  #take(count: number): number {
    const index = this.#at - this.#start
    if (index + count > this.#window.length) throw new Malformed('It ends too early.', this.#at)
    this.#at += count
    return index
  }
}

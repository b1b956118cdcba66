import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'

/** Files that other implementations wrote: see ORIGIN.md there. */
export function fixture(name: string): Uint8Array {
  return readFileSync(resolve(import.meta.dirname, '../../../fixtures/models/archives', name))
}

/** Rows that repeat, noise that does not compress, runs: the same as `content` of make.py. */
export function contentOfFixtures(): Buffer {
  const rows = Buffer.from(Array.from({length: 14_000}, (_, i) => `row ${i % 50} ${(i * i) % 7}\n`).join(''))
  const noise = Array.from({length: 40}, (_, i) => createHash('sha256').update(`${i}`).digest())
  const runs = Array.from({length: 120}, (_, i) => Buffer.alloc(i * 3, i % 5))
  return Buffer.concat([rows, ...noise, ...runs, rows.subarray(0, 3000)])
}

/** What the calls and jumps of x86 in `folder/code.bin` are before the filter: the same as `machine_code` of make.py. */
export function machineCode(): Buffer {
  const parts = Array.from({length: 60}, (_, i) => {
    const target = Buffer.alloc(4)
    target.writeInt32LE((i * 37 - 500) * (i % 3 === 0 ? 65_536 : 1))
    const after = Buffer.from([0x90, 0xe8, 0xe9, (i * 5) % 256])
    return [Buffer.from([0xe8 + (i % 2)]), target, Buffer.alloc((i * 11) % 7), after]
  })
  return Buffer.concat(parts.flat())
}

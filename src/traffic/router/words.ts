import type {ChildProcess} from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {printable} from '../printable.ts'

/** Where a service prints to, and what it said last: the best explanation of a crash. */
export interface Words {
  /** For the `stdio` of the service. */
  readonly output: number | 'pipe'
  /** Once the service is started. */
  listenTo(child: ChildProcess): void
  /** `: the weights are missing`, or nothing. */
  last(): string
}

const keptBytes = 2000

/** `folder` is for one log file per release; null keeps the last words only. */
export function openWords(folder: string | null, version: string): Words {
  if (folder === null) return listenOnly()
  fs.mkdirSync(folder, {recursive: true})
  const file = path.join(folder, `${version}.log`)
  const output = fs.openSync(file, 'a')
  return {output, listenTo: () => fs.closeSync(output), last: () => lastLine(readEnd(file))}
}

function listenOnly(): Words {
  let heard = ''
  const listen = (chunk: Buffer) => {
    heard = (heard + chunk.toString('utf8')).slice(-keptBytes)
  }
  return {
    output: 'pipe',
    listenTo: child => {
      child.stdout?.on('data', listen)
      child.stderr?.on('data', listen)
    },
    last: () => lastLine(heard),
  }
}

function readEnd(file: string): string {
  const handle = fs.openSync(file, 'r')
  try {
    const {size} = fs.fstatSync(handle)
    const length = Math.min(size, keptBytes)
    const buffer = Buffer.alloc(length)
    fs.readSync(handle, buffer, 0, length, size - length)
    return buffer.toString('utf8')
  } finally {
    fs.closeSync(handle)
  }
}

function lastLine(text: string): string {
  const line = printable(text.trimEnd().split('\n').at(-1) ?? '', 200)
  return line === '' ? '' : `: ${line}`
}

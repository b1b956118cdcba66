/** What a page shows of a terminal, run again: `$ slipway …`, what it prints, and its exit code. */
import {main} from '../../src/cli/main.ts'
import type {Files} from '../../src/runtime/files.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {fakeClock} from '../fakes/clock.ts'

/** The session of one command line as a page would show it, on the first of December 2026 and without colour. */
export async function sessionOf(line: string, files: Files): Promise<string> {
  const [program, ...argv] = line.split(' ')
  if (program !== 'slipway') throw new Error(`the page runs "${program}"`)
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const runtime = {...systemRuntime(silentLog), files, clock: fakeClock('2026-12-01T00:00:00.000Z'), env: {}}
  const code = await main(argv, {out: say, fail: say, color: false, width: 100}, runtime)
  return `$ ${line}\n${said.join('')}$ echo $?\n${code}\n`
}

/** The command line that a session begins with. */
export function lineOf(session: string): string {
  return session.split('\n')[0]?.replace(/^\$ /, '') ?? ''
}

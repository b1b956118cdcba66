import type {Terminal} from '../../src/cli/command.ts'

/** A terminal that keeps what is said to it. */
export interface FakeTerminal extends Terminal {
  readonly said: () => {readonly out: string; readonly failure: string}
}

export function fakeTerminal(): FakeTerminal {
  const out: string[] = []
  const failures: string[] = []
  return {
    out: text => void out.push(text),
    fail: text => void failures.push(text),
    color: false,
    width: 100,
    said: () => ({out: out.join(''), failure: failures.join('')}),
  }
}

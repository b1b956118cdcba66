/**
 * One commit as `git fast-import` reads it: files, trees and the commit are written by one program, without a checkout, an
 * index or a ref that two writers could fight for. https://git-scm.com/docs/git-fast-import#_input_format
 */
import {invariant} from '../core/assert.ts'
import type {BranchChange} from './branch.ts'

/** No ref of this name is ever written: the stream takes it back before it ends. */
const passing = 'refs/slipway/passing'

/** @param seconds time of the commit, since 1970 */
export function renderImport({files, message, expectedHead}: BranchChange, seconds: number): string {
  const author = `Slipway <slipway@localhost> ${seconds} +0000`
  return [
    'feature done\n',
    `commit ${passing}\nmark :1\n`,
    `author ${author}\ncommitter ${author}\n`,
    // git ends a message at a NUL, and servers refuse such a commit.
    data(message.replaceAll('\0', '')),
    expectedHead === null ? '' : `from ${expectedHead}\n`,
    ...Object.entries(files).map(([path, text]) => {
      invariant(/^[^"\n\0][^\n\0]*$/.test(path), `${JSON.stringify(path)} cannot be a path in a branch.`)
      return `M 100644 inline ${path}\n${data(text)}`
    }),
    '\nget-mark :1\n',
    `reset ${passing}\nfrom ${'0'.repeat(expectedHead?.length ?? 40)}\n\n`,
    'done\n',
  ].join('')
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}

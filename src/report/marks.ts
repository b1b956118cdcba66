import {assertNever} from '../core/assert.ts'
import type {Verdict} from '../core/verdict.ts'

/** One column wide in every terminal. The word stands beside it: colour and sign are never the only carrier. */
export function terminalMark(verdict: Verdict): string {
  switch (verdict) {
    case 'pass':
      return '✓'
    case 'warn':
      return '!'
    case 'inconclusive':
      return '?'
    case 'fail':
      return '✗'
    case 'error':
      return '⊗'
    case 'not-applicable':
      return '–'
    default:
      return assertNever(verdict)
  }
}

export function markdownMark(verdict: Verdict): string {
  switch (verdict) {
    case 'pass':
      return '✅'
    case 'warn':
      return '⚠️'
    case 'inconclusive':
      return '❔'
    case 'fail':
      return '❌'
    case 'error':
      return '⛔'
    case 'not-applicable':
      return '➖'
    default:
      return assertNever(verdict)
  }
}

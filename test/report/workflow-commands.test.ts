import {expect, test} from 'vitest'
import {withoutWorkflowCommands} from '../../src/report/escape.ts'

// actions/runner reads a command from a line that begins with `::` (after blanks), and `##[` anywhere in a line.
test.each([
  ['an error of its own', '::error::all is well', ': :error::all is well'],
  ['a command behind blanks', '  ::add-mask::secret', '  : :add-mask::secret'],
  ['a command behind what only .NET takes for a blank', '\u0085::error::x', '\u0085: :error::x'],
  ['a command in a later line', 'a row\n::set-output name=x::y', 'a row\n: :set-output name=x::y'],
  ['a command behind a lone carriage return', 'a row\r::error::x', 'a row\n: :error::x'],
  ['the old form', 'a ##[error] b', 'a # #[error] b'],
  ['nothing', 'errors: 3 of 100, p95 :: 120 ms', 'errors: 3 of 100, p95 :: 120 ms'],
])('text from outside cannot tell the runner %s', (_, text, logged) => {
  expect(withoutWorkflowCommands(text)).toBe(logged)
})

import {describe, expect, test} from 'vitest'
import {type Command, helpOf, readOptions} from '../../src/cli/command.ts'

const command: Command = {
  name: 'weigh',
  summary: 'Weigh a thing.',
  description: 'Nothing is moved.',
  options: {
    unit: {what: 'Unit of the answer.', value: 'unit', fallback: 'kg'},
    what: {what: 'The thing.', value: 'name'},
    json: {what: 'Print JSON.'},
  },
  run: async () => 0,
}

describe('options of a command', () => {
  test('are what was given, else the fallback', () => {
    const given = readOptions(command, ['--what', 'a ship', '--json'])
    expect(given.text('what')).toBe('a ship')
    expect(given.text('unit')).toBe('kg')
    expect(given.flag('json')).toBe(true)
    expect(readOptions(command, []).flag('json')).toBe(false)
  })

  test('that are empty count as not given', () => {
    expect(readOptions(command, ['--what', '']).text('what')).toBeUndefined()
  })

  test('that a command cannot do without are asked for by name', () => {
    const given = readOptions(command, ['--what='])
    expect(() => given.required('what')).toThrow(
      expect.objectContaining({code: 'cli/option-missing', message: 'slipway weigh needs --what.'}),
    )
  })

  test.each([
    ['an unknown option', ['--waht', 'a ship']],
    ['an option without its value', ['--what']],
    ['a value for a flag', ['--json=yes']],
    ['a stray word', ['a ship']],
  ])('refuse %s', (_, args) => {
    expect(() => readOptions(command, args)).toThrow(
      expect.objectContaining({code: 'cli/usage', hint: 'See slipway weigh --help.'}),
    )
  })
})

test('the help of a command names every option with its value and its default', () => {
  expect(helpOf(command)).toBe(`slipway weigh: Weigh a thing.

Nothing is moved.

Options:
  --unit <unit>  Unit of the answer. Default: kg.
  --what <name>  The thing.
  --json         Print JSON.

Exit code: 0 pass or warn, 1 fail, 2 inconclusive, 3 error.
`)
})

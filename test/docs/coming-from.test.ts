/** What docs/coming-from.md offers to users of other scanners is there: options, commands and exit codes. */
import {expect, test} from 'vitest'
import {commands} from '../../src/cli/commands.ts'
import {exitCodeOf} from '../../src/core/verdict.ts'
import {readPage, tableOf} from './page.ts'

const section = readPage('docs/coming-from.md').section('## picklescan, modelscan, modelaudit, fickling')

test('every option on the right is one of slipway inspect', () => {
  const options = commands.find(({name}) => name === 'inspect')?.options ?? {}
  const offered = tableOf(section, 'there').flatMap(([, here = '']) => here.match(/(?<=`--)[a-z-]+/g) ?? [])
  expect(offered.length).toBeGreaterThan(4)
  expect(offered.filter(name => !(name in options))).toEqual([])
})

test('the exit codes are those of the verdicts', () => {
  const ours = tableOf(section, '').find(([name]) => name === 'slipway')
  const codes = (['pass', 'fail', 'inconclusive', 'error'] as const).map(verdict => `${exitCodeOf(verdict)}`)
  expect(ours?.slice(1)).toEqual(codes)
})

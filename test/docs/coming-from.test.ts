/** What docs/coming-from.md offers to users of other scanners is there: options, commands and exit codes. */
import {expect, test} from 'vitest'
import * as z from 'zod'
import {commands} from '../../src/cli/commands.ts'
import {image} from '../../src/config/image-schema.ts'
import {exitCodeOf} from '../../src/core/verdict.ts'
import {readPage, tableOf} from './page.ts'

const section = readPage('docs/coming-from.md').section('## picklescan, modelscan, modelaudit, fickling')

const images = readPage('docs/coming-from.md').section('## trivy-action, scan-action, scout-action')

test('every option and command on the right is one of slipway scan, or of import-waivers', () => {
  const optionsOf = (command: string) => commands.find(({name}) => name === command)?.options ?? {}
  const known = {...optionsOf('scan'), ...optionsOf('import-waivers')}
  const typed = tableOf(images, 'there').map(([, here = '']) => here)
  const offered = typed.flatMap(here => here.match(/(?<!\w)(?<=--)[a-z-]+/g) ?? [])
  expect(offered.length).toBeGreaterThan(8)
  expect(offered.filter(name => !(name in known))).toEqual([])
})

test('every key on the right is one of `image`', () => {
  const written = tableOf(images.slice(images.indexOf('### What you write')), 'there').map(([, here = '']) => here)
  const named = written.flatMap(here => here.match(/(?<=`|\{)[a-z-]+(?=`|:)/g) ?? [])
  const properties = (schema: z.ZodType) => Object.keys(z.toJSONSchema(schema, {io: 'input'}).properties ?? {})
  const rules = z.toJSONSchema(image, {io: 'input'}).properties?.gate
  const ofRule =
    typeof rules === 'object' && typeof rules.items === 'object' && !Array.isArray(rules.items)
      ? Object.keys(rules.items.properties ?? {})
      : []
  const known = [...properties(image), ...ofRule, 'from', 'trivy', 'path']
  expect(named.length).toBeGreaterThan(12)
  expect(named.filter(name => !known.includes(name))).toEqual([])
})

test('the exit codes of an image are those of the verdicts', () => {
  const ours = tableOf(images, '').find(([name]) => name === 'slipway')
  const codes = (['pass', 'fail', 'inconclusive', 'error'] as const).map(verdict => `${exitCodeOf(verdict)}`)
  expect(ours?.slice(1)).toEqual(codes)
})

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

/** What README.md shows of the command line is what the command line says. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {expect, test} from 'vitest'
import {commands} from '../../src/cli/commands.ts'
import {memoryFiles} from '../model/memory-files.ts'
import {filesBelow, root} from '../repository/tree.ts'
import {lineOf, sessionOf} from './console.ts'
import {examples, readPage, tableOf} from './page.ts'

const page = readPage('README.md')

test('the commands are all commands, each with its own summary', () => {
  expect(tableOf(page.text, 'command')).toEqual(commands.map(({name, summary}) => [`\`slipway ${name}\``, summary]))
})

test('the session is one that the example gives', async () => {
  const sessions = examples(page.text, 'console')
  expect(sessions.map(lineOf)).toEqual(['slipway inspect examples/credit/releases/v4/model'])
  const names = filesBelow('examples/credit/releases/v4/model', '')
  const files = Object.fromEntries(names.map(name => [name, fs.readFileSync(path.join(root, name))]))
  for (const session of sessions) expect(session).toBe(await sessionOf(lineOf(session), memoryFiles(files)))
})

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

test('the sessions are ones that the example and a report give', async () => {
  const sessions = examples(page.text, 'console')
  expect(sessions.map(lineOf)).toEqual([
    'slipway inspect examples/credit/releases/v4/model',
    'slipway scan --report trivy.json',
  ])
  const names = filesBelow('examples/credit/releases/v4/model', '')
  const content = (name: string) => fs.readFileSync(path.join(root, name))
  const files = {
    ...Object.fromEntries(names.map(name => [name, content(name)])),
    'trivy.json': content('test/fixtures/docs/image/trivy-v13.json'),
  }
  for (const session of sessions) expect(session).toBe(await sessionOf(lineOf(session), memoryFiles(files)))
})

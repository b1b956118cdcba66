import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {readOptions} from '../../src/cli/command.ts'
import {importWaiversCommand} from '../../src/cli/import-waivers.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {fakeClock} from '../fakes/clock.ts'
import {fakeTerminal} from '../fakes/terminal.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-import-'))
  writeFileSync(
    path.join(folder, '.trivyignore'),
    '# no impact\nCVE-2018-14618\nCVE-2019-1543 exp:2020-01-02\nCVE-1 exp:soon\n',
  )
})
afterAll(() => rmSync(folder, {recursive: true}))

async function run(...argv: readonly string[]) {
  const terminal = fakeTerminal()
  const log: string[] = []
  const keep = (level: string) => (message: string) => void log.push(`${level}: ${message.replaceAll(folder, '')}`)
  const runtime = {
    ...systemRuntime({info: keep('info'), warning: keep('warning'), debug: () => {}}),
    clock: fakeClock('2026-11-21T00:00:00Z'),
  }
  const given = readOptions(importWaiversCommand, ['--from', path.join(folder, '.trivyignore'), ...argv])
  const exitCode = await importWaiversCommand.run(given, terminal, runtime)
  return {exitCode, log, out: terminal.said().out.replaceAll(folder, '')}
}

const words = ['--owner', 'ml', '--expires', '2027-01-31']

describe('slipway import-waivers', () => {
  test('prints a waiver file, and tells what is over and what was left out', async () => {
    expect(await run(...words)).toEqual({
      exitCode: 0,
      out: `# /.trivyignore (.trivyignore) as waivers.
# /.trivyignore, line 2
- vulnerability: CVE-2018-14618
  owner: ml
  reason: no impact
  expires: 2027-01-31
# /.trivyignore, line 3
- vulnerability: CVE-2019-1543
  owner: ml
  reason: no impact
  expires: 2020-01-01
`,
      log: [
        'warning: line 4: CVE-1 ends on "soon", which is no day: Trivy ignores the line, and so it is left out.',
        'warning: 1 of them is over, since 2020-01-01.',
        'info: 2 waivers from /.trivyignore',
      ],
    })
  })

  test('writes it where it is asked to', async () => {
    const file = path.join(folder, 'waivers.yml')
    const {out, log} = await run(...words, '--output', file)
    expect(out).toBe('')
    expect(log.at(-1)).toBe('info: 2 waivers from /.trivyignore: /waivers.yml')
    expect(readFileSync(file, 'utf8')).toContain('- vulnerability: CVE-2018-14618\n')
  })

  test('never writes over waivers that are there', async () => {
    const file = path.join(folder, 'ours.yml')
    writeFileSync(file, '# ours')
    await expect(run(...words, '--output', file)).rejects.toMatchObject({code: 'waivers/output-exists'})
    expect(readFileSync(file, 'utf8')).toBe('# ours')
  })

  test.each([
    ['nobody who answers for it', ['--expires', '2027-01-31'], 'waivers/import-incomplete'],
    ['no last day', ['--owner', 'ml'], 'waivers/import-incomplete'],
    ['a day that is none', ['--owner', 'ml', '--expires', '2027-02-30'], 'cli/expires'],
    ['no file', ['--from', 'nowhere/at-all', ...words], 'file'],
  ])('with %s writes nothing', async (_, argv, code) => {
    await expect(run(...argv)).rejects.toMatchObject({code: expect.stringContaining(code)})
  })
})

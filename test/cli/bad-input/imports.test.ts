import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {main} from '../../../src/cli/main.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'
import {wrongImports} from './imports.ts'

describe('slipway import-waivers, asked wrongly', () => {
  test.each(wrongImports)('$title: $reason', async ({reason, name, text, options, says}) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-import-'))
    try {
      const file = path.join(folder, name)
      writeFileSync(file, text)
      const given = options.map(word => word.replace('<folder>', folder))
      const from = given.includes('--from') ? [] : ['--from', file]
      const failures: string[] = []
      const out: string[] = []
      const terminal = {
        out: (said: string) => void out.push(said),
        fail: (said: string) => void failures.push(said),
        color: false,
        width: 100,
      }
      expect(await main(['import-waivers', ...from, ...given], terminal, systemRuntime(silentLog))).toBe(3)
      expect(failures.join('')).toContain(says)
      // Message, what to do, and the code.
      expect(failures.join('')).toMatch(new RegExp(`.\\n.+\\n\\(${reason}\\)$`))
      expect(out).toEqual([])
      expect(readdirSync(folder)).toEqual([name])
      expect(readFileSync(file, 'utf8')).toBe(text)
    } finally {
      rmSync(folder, {recursive: true})
    }
  })
})

import {expect, test} from 'vitest'
import {openScanner} from '../../src/image/open.ts'
import {systemExec} from '../../src/runtime/exec.ts'
import {systemFiles} from '../../src/runtime/files.ts'
import {silentLog} from '../../src/runtime/log.ts'

const ports = {exec: systemExec, files: systemFiles, log: silentLog, env: {}}

test('the config chooses the scanner', () => {
  expect(openScanner({scanner: 'trivy'}, ports).name).toBe('trivy')
  expect(openScanner({scanner: 'report', report: 'image.json'}, ports).name).toBe('report')
})

test('a report that is not named is refused', () => {
  const refused = expect.objectContaining({code: 'image/report-not-named'})
  expect(() => openScanner({scanner: 'report'}, ports)).toThrow(refused)
})

test('a report that does not exist is refused', async () => {
  const scanner = openScanner({scanner: 'report', report: 'no-such-report.json'}, ports)
  await expect(scanner.scan(null)).rejects.toMatchObject({name: 'UserError', code: 'image/report-missing'})
})

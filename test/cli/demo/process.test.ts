import {tmpdir} from 'node:os'
import {describe, expect, test} from 'vitest'
import {startProgram} from '../../../src/cli/demo/process.ts'

const start = (code: string, onProgress?: (line: string) => void) =>
  startProgram({
    argv: [process.execPath, '-e', code],
    cwd: tmpdir(),
    env: {ONLY: 'this'},
    ...(onProgress ? {onProgress} : {}),
  })

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a program of the demo', () => {
  test('answers how it ended and what it said, line by line', async () => {
    const lines: string[] = []
    const program = start('console.error("one"); console.error("two"); console.log("out"); process.exit(2)', line =>
      lines.push(line),
    )
    expect(await program.ended).toEqual({exitCode: 2, signal: null, stdout: 'out\n', progress: ['one', 'two']})
    expect(lines).toEqual(['one', 'two'])
  })

  test('sees nothing of the demo’s environment', async () => {
    const {stdout} = await start('console.log(JSON.stringify(process.env))').ended
    expect(JSON.parse(stdout)).toMatchObject({ONLY: 'this'})
    expect(stdout).not.toContain('PATH')
  })

  test('that is killed has no exit code', async () => {
    const program = start('console.error("up"); setInterval(() => {}, 1000)', () => program.kill())
    expect(await program.ended).toMatchObject({exitCode: null, signal: 'SIGKILL'})
  })

  test('that does not exist ends with the reason', async () => {
    const {exitCode, progress} = await startProgram({argv: ['/no/such/program'], cwd: tmpdir(), env: {}}).ended
    expect(exitCode).toBeNull()
    expect(progress.join()).toContain('ENOENT')
  })

  test('takes what it started with it when it is stopped', async () => {
    const child = 'setInterval(() => {}, 1000)'
    const code = `process.on('SIGTERM', () => process.exit(0));
      const c = require('node:child_process').spawn(process.execPath, ['-e', '${child}'], {stdio: 'ignore'});
      console.error(c.pid)`
    let pid = 0
    const started = Promise.withResolvers<void>()
    const program = start(code, line => {
      pid = Number(line)
      started.resolve()
    })
    await started.promise
    await program.stop()
    // The signal is sent when stop resolves; the kernel may take a moment to remove the process.
    while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 5))
    expect((await program.ended).exitCode).toBe(0)
  })
})

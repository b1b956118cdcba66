import {spawn} from 'node:child_process'
import {expect, test} from 'vitest'

test('a reader that stops early leaves no trace of a fault, and the exit code as it is', async () => {
  const program = `import {start} from './src/entry.ts'; await start('cli')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', 'help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  const code = await new Promise(resolve => child.on('close', resolve))
  expect({code, said}).toEqual({code: 0, said: ''})
})

import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {fileURLToPath} from 'node:url'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openCommand} from '../../src/traffic/command.ts'
import {describeTarget} from '../contracts/target.ts'

const runtime = systemRuntime(silentLog)
const script = fileURLToPath(new URL('programs/traffic-state.ts', import.meta.url))

describeTarget('the user’s own scripts', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-command-'))
  const state = path.join(folder, 'state.json')
  const act = (name: string, ...rest: string[]) => [process.execPath, script, state, name, ...rest]
  const target = openCommand(
    {
      kind: 'command',
      read: act('read'),
      deploy: act('deploy', '{version}'),
      'set-weight': act('set-weight', '{weight}'),
      promote: act('promote', '{version}'),
      restore: act('restore', '{version}'),
      env: [],
      timeout: 20_000,
      granularity: 1,
    },
    runtime,
  )
  return {target, close: () => rm(folder, {recursive: true})}
})

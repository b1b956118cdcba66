import {fileURLToPath} from 'node:url'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openLocal} from '../../src/traffic/local.ts'
import {startRouter} from '../../src/traffic/local-router.ts'
import {describeTarget} from '../contracts/target.ts'

const runtime = systemRuntime(silentLog)
const service = fileURLToPath(new URL('programs/service.ts', import.meta.url))

describeTarget('the embedded router', async () => {
  const router = await startRouter({port: 0, controlPort: 0}, runtime)
  const start = [process.execPath, service, '{version}', '{port}']
  return {
    target: openLocal({kind: 'local', router: router.controlUrl, start}, runtime.http),
    close: () => router.close(),
  }
})

/** The router as a process of its own: `node router.ts '<options as JSON>'`; prints its addresses as one line of JSON. */
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'
import {startRouter} from '../../../src/traffic/local-router.ts'

const router = await startRouter(JSON.parse(process.argv[2] ?? '{}'), systemRuntime(silentLog))
process.stdout.write(`${JSON.stringify({url: router.url, controlUrl: router.controlUrl})}\n`)
process.on('SIGTERM', () => void router.close().then(() => process.exit(0)))

/** `node run-scripted.ts <example> <cli>`: the demo as a process of its own, for the test that interrupts it. */
import {runDemo} from '../../../src/cli/demo/demo.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'

const [, , example = '', cli = ''] = process.argv
process.exitCode = await runDemo({
  runtime: systemRuntime(silentLog),
  out: text => void process.stdout.write(text),
  cli: [process.execPath, cli],
  example,
})

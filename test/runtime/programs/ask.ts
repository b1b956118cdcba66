/** Asks for each address of its arguments as Slipway does, and prints the answers as one line of JSON. */
import {messageOf} from '../../../src/core/failure.ts'
import {stderrLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'

const {http} = systemRuntime(stderrLog)
const answers: string[] = []
for (const url of process.argv.slice(2)) {
  try {
    const {status, body} = await http.send({url, system: 'asked', retries: 0, timeoutMs: 5000})
    answers.push(`${status} ${body}`)
  } catch (error) {
    answers.push(messageOf(error))
  }
}
process.stdout.write(`${JSON.stringify(answers)}\n`)

/** The command line of Slipway as a process, from its source: `node test/e2e/image/main.ts scan ./image`. */
import {start} from '../../../src/entry.ts'

await start('cli')

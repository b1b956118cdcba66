/**
 * A user's script for the command target: `node traffic-state.ts <file> <act> [value]`. Keeps what serves in a file, as a
 * script that edits a load balancer's config would.
 */
import {existsSync, readFileSync, writeFileSync} from 'node:fs'

interface State {
  stable: string | null
  candidate: string | null
  weight: number
  mirror: number
}

const [file = '', act = '', value = ''] = process.argv.slice(2)
const state: State = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : {stable: null, candidate: null, weight: 0, mirror: 0}

function write(next: State): void {
  writeFileSync(file, JSON.stringify(next))
}

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}

switch (act) {
  case 'read':
    process.stdout.write(JSON.stringify({...state, ready: state.candidate === null ? null : true}))
    break
  case 'deploy':
    if (state.stable === null) write({stable: value, candidate: null, weight: 0, mirror: 0})
    else if (state.stable !== value) write({...state, candidate: value, weight: 0, mirror: 0})
    break
  case 'set-weight':
    if (state.candidate === null && Number(value) > 0) refuse('there is no candidate')
    write({...state, weight: Number(value)})
    break
  case 'mirror':
    if (state.candidate === null && Number(value) > 0) refuse('there is no candidate')
    write({...state, mirror: Number(value)})
    break
  case 'promote':
    if (state.candidate !== value && state.stable !== value) refuse(`the candidate is ${state.candidate}`)
    write({stable: value, candidate: null, weight: 0, mirror: 0})
    break
  case 'restore':
    write({stable: value, candidate: null, weight: 0, mirror: 0})
    break
  default:
    refuse(`unknown act ${act}`)
}

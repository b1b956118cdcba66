/** Where `dist/` begins. Each entry file calls `start` by its name; what it does not need is not even read. */
import {config} from 'zod/mini'
import {type ActionName, actionNames} from './actions/names.ts'
import {startAction} from './actions/start.ts'

// A step parses each schema once or twice: compiling a parser for it first takes longer than parsing.
config({jitless: true})

export async function start(what: ActionName | 'cli'): Promise<void> {
  const action = actionNames.find(name => name === what)
  if (action) await startAction(action)
  else await (await import('./cli/start.ts')).startCli()
}

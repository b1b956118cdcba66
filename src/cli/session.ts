import type {Session} from '../gates/session.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {Given} from './command.ts'

/** A person on this machine: no repository, records in a folder. */
export function localSession(given: Given, runtime: Runtime): Session {
  const recordsFolder = given.text('records')
  return {
    runtime,
    github: null,
    by: runtime.env.USER ? `${runtime.env.USER}, local` : 'local',
    ...(recordsFolder === undefined ? {} : {recordsFolder}),
  }
}

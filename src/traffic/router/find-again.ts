import type {Backends} from './backends.ts'
import type {Memory} from './memory.ts'
import {type Routing, wanted} from './routing.ts'

/**
 * The services of the router that was here before: taken over where they live, started where they do not. Those that
 * nobody needs any more are stopped: without a router they would stay for good.
 */
export async function findAgain({processes, leaving}: Memory, routing: Routing, backends: Backends): Promise<void> {
  const needed = wanted(routing)
  for (const version of needed) {
    const spec = routing.releases[version]
    const record = processes[version]
    const found = record !== undefined && (await backends.adopt(version, record))
    if (!found && spec !== undefined) await backends.ensure(version, spec)
  }
  const left = Object.entries(processes).flatMap(([version, record]) => (needed.has(version) ? [] : [record]))
  await Promise.all([...left, ...leaving].map(record => backends.dismiss(record)))
}

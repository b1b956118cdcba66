import type {Server} from 'node:http'
import {UserError} from '../../core/failure.ts'
import type {Clock} from '../../runtime/clock.ts'

/** How long requests may take to end when the router ends. */
const closeWithinMs = 2000

/** The port that was taken; 0 asks for a free one. @throws UserError `router/port-taken` */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      reject(
        new UserError('router/port-taken', `The router cannot listen on ${host}:${port}: ${error.message}`, {
          hint: 'Choose another port, or stop the program that holds it.',
          cause: error,
        }),
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })
}

/** Lets requests that are on their way come to their end, for a while. */
export async function shut(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const patience = new AbortController()
  await Promise.race([closed, clock.sleep(closeWithinMs, patience.signal)])
  patience.abort()
  server.closeAllConnections()
  await closed
}

/** What a harness in another process may ask of the fake: the same as a test in this process does by hand. */
import * as z from 'zod'
import type {Fault} from './fault.ts'
import type {Answer, FakeState, Token} from './world.ts'

interface Controlled {
  readonly state: FakeState
  readonly violations: readonly string[]
  issueToken(token: Token): string
  fail(fault: Fault): void
  transcript(): string
}

const act = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('refuse'),
    status: z.int(),
    message: z.exactOptional(z.string()),
    headers: z.exactOptional(z.record(z.string(), z.string())),
  }),
  z.object({kind: z.literal('drop')}),
  z.object({kind: z.literal('act-and-drop')}),
  z.object({kind: z.literal('act-and-fail'), status: z.int()}),
  z.object({kind: z.literal('slow'), delayMs: z.number()}),
  z.object({kind: z.literal('stale')}),
  z.object({kind: z.literal('say'), text: z.string()}),
])
const fault = z.object({
  method: z.exactOptional(z.string()),
  path: z.string(),
  after: z.exactOptional(z.int()),
  times: z.exactOptional(z.int()),
  act,
})
const token = z.object({login: z.string(), permissions: z.record(z.string(), z.enum(['read', 'write']))})
const approval = z.object({
  runId: z.int(),
  state: z.enum(['approved', 'rejected', 'pending']),
  login: z.string(),
  environments: z.array(z.string()),
  comment: z.string(),
})

const settings = z.object({
  codeScanning: z.enum(['enabled', 'disabled', 'archived']).optional(),
  /** How many looks at an upload it takes until it is processed. */
  slowness: z.int().optional(),
  owner: z.enum(['Organization', 'User']).optional(),
})

export function control(fake: Controlled, method: string, path: string, body: unknown): Answer {
  switch (`${method} ${path}`) {
    case 'GET /_fake':
      return {status: 200, body: {state: fake.state, transcript: fake.transcript(), violations: fake.violations}}
    case 'POST /_fake/faults':
      fake.fail(fault.parse(body))
      return {status: 204}
    case 'POST /_fake/tokens':
      return {status: 200, body: {token: fake.issueToken(token.parse(body))}}
    case 'POST /_fake/settings': {
      const {codeScanning, slowness, owner} = settings.parse(body)
      const {state} = fake
      state.codeScanning.setting = codeScanning ?? state.codeScanning.setting
      state.codeScanning.slowness = slowness ?? state.codeScanning.slowness
      state.artifacts.owner = owner ?? state.artifacts.owner
      return {status: 204}
    }
    case 'POST /_fake/approvals':
      fake.state.approvals.push(approval.parse(body))
      return {status: 204}
  }
  return {status: 404, body: {message: `The fake has no ${method} ${path}`}}
}

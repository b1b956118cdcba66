/** JSON Schema (2020-12) of what a backtest adds to a result. Written by hand: a promise to readers, no mirror of our types. */

/** The schema of a backtest's result document: that of every result, and `backtest` beside it. */
export function backtestJsonSchema(
  result: Readonly<Record<string, unknown>> & {readonly properties?: unknown},
): Readonly<Record<string, unknown>> {
  return {
    ...result,
    $id: 'urn:slipway:schema:backtest:1',
    title: 'Result of slipway backtest',
    description: 'A result as every gate answers it, and what the trace came to; the latter is absent on an error.',
    properties: {...Object(result.properties), backtest: backtest()},
  }
}

const outcome = {enum: ['promoted', 'aborted', 'held'], description: 'What was decided.'}
const at = {type: 'string', format: 'date-time', description: 'When: ISO 8601, UTC.'}
const afterSeconds = {type: 'number', description: 'Seconds from the candidate’s first request to the decision.'}

function backtest() {
  return object(
    {
      environment: text('Environment whose policy judged.'),
      mode: {enum: ['follow-trace', 'replay-weights'], description: 'Whose weights held.'},
      seed: {type: 'integer', minimum: 0, description: 'Seed of the draws that thinned the counts.'},
      trace: traceSummary('What was replayed.'),
      before: traceSummary('The rollout before it; absent where the replayed one was the first of its environment.'),
      outcome,
      at,
      afterSeconds,
      guard: {type: ['string', 'null'], description: 'The guard that aborted; null when none did.'},
      exposed: exposed(),
      timeline: {type: 'array', items: timelinePoint(), description: 'Each look that was judged, in order.'},
      competitors: {type: 'array', items: competitor(), description: 'The same trace by the rules of other tools.'},
      unasked: {type: 'array', items: {type: 'string'}, description: 'Guards that no other tool has a question for.'},
    },
    ['seed', 'before'],
    'What the trace came to.',
  )
}

function traceSummary(description: string) {
  return object(
    {
      lines: {type: 'integer', minimum: 1, description: 'Lines of the trace.'},
      from: {...at, description: 'Time of the first line.'},
      to: {...at, description: 'Time of the last line.'},
      intervalSeconds: {type: 'number', exclusiveMinimum: 0, description: 'Usual time between two lines.'},
    },
    [],
    description,
  )
}

function timelinePoint() {
  const guard = object(
    {
      lnE: {type: ['number', 'null'], description: 'ln of the e-value of harm; null where no test has one.'},
      lnAbort: {type: ['number', 'null'], description: 'ln of the e-value that aborts.'},
      safe: {type: 'boolean', description: 'Shown to be safe at the present weight.'},
    },
    [],
    'Where a guard stood.',
  )
  return object(
    {
      at,
      weightPercent: {type: 'number', minimum: 0, maximum: 100, description: 'Weight that the counts belong to.'},
      reason: {$ref: '#/$defs/reason', description: 'What the engine said after the look.'},
      guards: {type: 'object', additionalProperties: guard, description: 'By name.'},
    },
    [],
    'One look.',
  )
}

function competitor() {
  return object(
    {
      id: text('Stable name of the rule.'),
      tool: text('Whose rule.'),
      settings: text('What was set.'),
      outcome,
      at,
      afterSeconds,
      why: text('One sentence.'),
      exposed: exposed(),
    },
    [],
    'Another tool’s rule.',
  )
}

function exposed() {
  return object(
    {
      requests: {type: 'integer', minimum: 0, description: 'Requests that the candidate had answered by then.'},
      bad: {
        type: 'object',
        additionalProperties: {type: 'integer', minimum: 0},
        description: 'Bad answers by then, by guard.',
      },
    },
    [],
    'Who had met the candidate by then.',
  )
}

function text(description: string) {
  return {type: 'string', description}
}

function object(properties: Readonly<Record<string, unknown>>, optional: readonly string[], description: string) {
  return {
    type: 'object',
    description,
    properties,
    required: Object.keys(properties).filter(name => !optional.includes(name)),
    additionalProperties: false,
  }
}

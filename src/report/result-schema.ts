/** JSON Schema (2020-12) of the result document. Written by hand: it is a promise to readers, not a mirror of our types. */
import {verdicts} from '../core/verdict.ts'

/** A new object each time; `schema/result.schema.json` is made from it. */
export function resultJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:slipway:schema:result:1',
    title: 'Result of a Slipway gate',
    description:
      'What an action or command answers, as data. A reader branches on verdict and reason, never on sentences.',
    ...object(
      {
        schemaVersion: {const: 1, description: 'Version of this format. It changes when a reader could break.'},
        tool: object({name: {const: 'slipway'}, version: text('Version of Slipway.')}, [], 'Who judged.'),
        at: {type: 'string', format: 'date-time', description: 'When it was judged: ISO 8601, UTC.'},
        gate: {enum: ['model', 'image', 'plan', 'rollout', 'policy', 'backtest'], description: 'Which gate judged.'},
        service: text('Name of the service.'),
        verdict: {$ref: '#/$defs/verdict'},
        reason: {$ref: '#/$defs/reason'},
        summary: text('One sentence for a person.'),
        findings: {type: 'array', items: {$ref: '#/$defs/finding'}, description: 'The answer to each check.'},
        subject: object(
          {
            version: text('Version of the release.'),
            model: {$ref: '#/$defs/digest'},
            image: {$ref: '#/$defs/digest'},
          },
          ['version', 'model', 'image'],
          'What was judged, as far as the gate knows: the bytes that evidence is bound to.',
        ),
        rollout: {$ref: '#/$defs/rollout'},
      },
      ['rollout'],
    ),
    $defs: {
      verdict: {enum: [...verdicts], description: 'Only pass and warn may go on.'},
      reason: {
        type: 'string',
        pattern: '^[a-z0-9-]+/[a-z0-9-]+$',
        description: 'Stable code of the form area/what.',
      },
      digest: {type: 'string', pattern: '^sha256:[0-9a-f]{64}$', description: 'A sha256 digest as OCI writes it.'},
      finding: findingSchema(),
      interval: intervalSchema(),
      rollout: rolloutSchema(),
    },
  }
}

function findingSchema() {
  return object(
    {
      id: {$ref: '#/$defs/reason', description: 'The question. Stable.'},
      verdict: {$ref: '#/$defs/verdict'},
      reason: {$ref: '#/$defs/reason', description: 'The stable code of the answer.'},
      subject: text('What it is about, for a person.'),
      what: text('One sentence: what was seen.'),
      why: text('One sentence: why it matters.'),
      remedy: text('One sentence: what to do about it.'),
      value: {type: ['number', 'string'], description: 'What was measured; absent where it is undefined.'},
      limit: text('The limit in the words of the config.'),
      interval: {$ref: '#/$defs/interval'},
      n: {type: 'number', minimum: 0, description: 'Number of observations behind the value.'},
      details: {
        type: 'object',
        additionalProperties: {
          anyOf: [{type: ['string', 'number', 'boolean']}, {type: 'array', items: {type: 'string'}}],
        },
        description: 'Further numbers and names. Never rows or ids of the data.',
      },
      place: object(
        {
          file: text('File, as the report names it.'),
          inside: {
            type: 'array',
            items: {type: 'string'},
            description: 'Members of archives that lead to it, outermost first.',
          },
          byte: {type: 'number', minimum: 0, description: 'Offset in bytes, in the innermost of them.'},
          opcode: {type: 'number', minimum: 0, description: 'Counted from 0, in a pickle.'},
        },
        ['inside', 'byte', 'opcode'],
        'Where it was seen, for findings about a file.',
      ),
    },
    ['why', 'remedy', 'value', 'limit', 'interval', 'n', 'details', 'place'],
    'The answer to one check.',
  )
}

function intervalSchema() {
  return object(
    {
      low: {type: ['number', 'null'], description: 'Lower bound; null when there is none.'},
      high: {type: ['number', 'null'], description: 'Upper bound; null when there is none.'},
      confidence: {type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'Coverage.'},
      method: text('How it was computed.'),
    },
    [],
    'A confidence interval.',
  )
}

function rolloutSchema() {
  return object(
    {
      id: text('Id of the rollout.'),
      environment: text('Where.'),
      phase: text('Where the rollout stands.'),
      weightPercent: {type: 'number', minimum: 0, maximum: 100, description: 'Share of requests for the candidate.'},
      candidate: text('Version of the candidate.'),
      stable: {type: ['string', 'null'], description: 'Version of the stable release; null when there is none.'},
      nextTickSeconds: {type: 'number', minimum: 0, description: 'Seconds until the next tick is due.'},
    },
    ['nextTickSeconds'],
    'Where and when, for a rollout.',
  )
}

function text(description: string) {
  return {type: 'string', description}
}

function object(properties: Readonly<Record<string, unknown>>, optional: readonly string[], description?: string) {
  return {
    type: 'object',
    ...(description === undefined ? {} : {description}),
    properties,
    required: Object.keys(properties).filter(name => !optional.includes(name)),
    additionalProperties: false,
  }
}

/**
 * The alerting rules of a Prometheus server: only they tell an alert that does not fire from one that nobody defined.
 * Pure. Source: prometheus.io/docs/prometheus/latest/querying/api, "Rules".
 */
import * as z from 'zod'
import type {Question} from './counters.ts'
import type {GuardReading} from './source.ts'

export interface AlertRule {
  readonly name: string
  /** Labels that the rule gives its alerts. Others come from its expression, and are not known before it fires. */
  readonly labels: ReadonlyMap<string, string>
  /** Why its last evaluation failed; absent while it works. */
  readonly error?: string
}

const rulesAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            type: z.string(),
            name: z.string(),
            labels: z.record(z.string(), z.string()).optional(),
            health: z.string().optional(),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
})

/**
 * The alerting rules in an answer of the rules API; null where it lists none. Such a server may still keep alerts that
 * another program writes into it, so that nothing follows from its silence.
 */
export function parseAlertRules(answer: unknown): readonly AlertRule[] | null {
  const parsed = rulesAnswer.safeParse(answer)
  if (!parsed.success) return null
  const rules = parsed.data.data.groups.flatMap(group => group.rules).filter(({type}) => type === 'alerting')
  if (rules.length === 0) return null
  return rules.map(({name, labels = {}, health, lastError}) => ({
    name,
    // A template is filled in when the alert fires.
    labels: new Map([['alertname', name], ...Object.entries(labels).filter(([, text]) => !text.includes('{{'))]),
    ...(health === 'err' ? {error: lastError ?? 'no reason given'} : {}),
  }))
}

/** Why an alert that the question asks for would never be seen; undefined where it would. */
export function unheard(
  {holds, matchers}: Extract<Question, {kind: 'alert'}>,
  rules: readonly AlertRule[] | null,
): GuardReading | undefined {
  if (rules === null) return undefined
  const matching = rules.filter(({labels}) => holds.couldMatch(labels))
  if (matching.length === 0) {
    const detail = `no alerting rule of the server can fire with ${matchers}; it has ${rules.length}, such as ${rules[0]?.name}`
    return {kind: 'no-data', detail, unanswerable: true}
  }
  const failing = matching.find(({error}) => error !== undefined)
  if (failing === undefined) return undefined
  return {kind: 'query-failed', detail: `the alerting rule ${failing.name} cannot be evaluated: ${failing.error}`}
}

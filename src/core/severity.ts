/** Severity of a vulnerability, lowest first. Scanner words are mapped to these at the adapter's edge. */
export const severities = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const

export type Severity = (typeof severities)[number]

/** Negative when `a` is less severe than `b`. `unknown` sorts lowest but is never treated as harmless by a gate. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b)
}

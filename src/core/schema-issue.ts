/** What a schema found wrong. zod's issues are such; core knows no schema. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/**
 * `layers.0.digest: expected a sha256 digest`: the place of an issue and what is wrong there.
 * @param whole what is called wrong where the issue is about all of it
 */
export function describeIssue({path, message}: SchemaIssue, whole = 'content'): string {
  return `${path.map(String).join('.') || whole}: ${message}`
}

/** The first of them, which is what a message has room for. */
export function firstIssue(issues: readonly SchemaIssue[], whole?: string): string {
  const [first] = issues
  return first === undefined ? 'unknown content' : describeIssue(first, whole)
}

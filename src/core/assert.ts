/** A state that our own code promised could not happen. Always a defect of Slipway, never of its user. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Stops when `condition` does not hold. For what our own code guarantees; user input goes through {@link UserError}. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}

/** The end of an exhaustive switch. A new member of the union becomes a compile error here, not a silent default. */
export function assertNever(value: never): never {
  throw new InvariantError(`Unexpected value: ${JSON.stringify(value)}`)
}

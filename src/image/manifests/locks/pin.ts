/** Types of package URLs whose packages come by way of a lock file. */
export type Ecosystem = 'pypi' | 'conda' | 'npm' | 'golang' | 'cargo' | 'maven' | 'gem' | 'composer'

/** One line of a lock file. */
export interface Pin {
  readonly ecosystem: Ecosystem
  /** As package URLs write it, with its namespace: `@angular/core`, `org.slf4j/slf4j-api`, `torch`. */
  readonly name: string
  /** null: a range, or a version that stands elsewhere. */
  readonly version: string | null
  readonly line: number
}

/** Lines with their numbers. Longer ones are of no form that a tool writes. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).map(line => (line.length > 4096 ? '' : line))
}

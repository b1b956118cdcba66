/** As much of a flaw in an image as it takes to know it again in another image: kept with evidence. */
export interface KnownFlaw {
  /** Every id that names it, sorted. */
  readonly ids: readonly string[]
  /** Package without its version: `pkg:deb/debian/openssl` or the name; absent for flaws in no package. */
  readonly package?: string
  /** Path or file, for flaws in no package. */
  readonly place?: string
}

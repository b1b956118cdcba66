/** Names of vulnerabilities, as databases give them. */

/** In order of how well a name is known. Anchored at the start, since Grype's SARIF writes `CVE-2022-48174-busybox`. */
const forms: readonly RegExp[] = [
  /^CVE-\d{4}-\d{4,}/,
  /^GHSA(?:-[0-9a-z]{4}){3}/,
  // The databases of OSV (ossf.github.io/osv-schema, "Defined Databases").
  /^(?:PYSEC|GO|RUSTSEC|MAL|OSV|HSEC|GSD)-\d{4}-\d+/,
  /^(?:ALPINE|DEBIAN|UBUNTU)-CVE-\d{4}-\d{4,}/,
  // Advisories of distributors.
  /^(?:DSA|DLA|USN)-\d+-\d+/,
  /^(?:RHSA|RHBA|RHEA|ELSA|ALSA|RLSA)-\d{4}[:-]\d+/,
  /^ALAS\w*-\d{4}-\d+/,
  /^(?:open)?SUSE-SU-\d{4}:\d+(?:-\d+)?/,
  /^SNYK-[A-Z][\w.-]*-\d+/,
]

/** The id that a text starts with; undefined where it starts with none. */
export function vulnerabilityIdAt(text: string): string | undefined {
  for (const form of forms) {
    const found = form.exec(text)?.[0]
    if (found !== undefined) return found
  }
  return undefined
}

/** A text that is an id and nothing else. */
export function isVulnerabilityId(text: string): boolean {
  return vulnerabilityIdAt(text) === text
}

/** The best known of several names of one thing; the first of those that are known equally well. */
export function bestId(first: string, others: Iterable<string>): string {
  let best = first
  for (const other of others) if (rank(other) < rank(best)) best = other
  return best
}

function rank(id: string): number {
  const index = forms.findIndex(form => form.test(id))
  return index < 0 ? forms.length : index
}

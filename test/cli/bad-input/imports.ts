/** Every way in which `slipway import-waivers` can be asked wrongly. It answers with a file, so there is no result in JSON. */
export interface WrongImport {
  readonly reason: string
  readonly title: string
  /** Name and content of what is imported. */
  readonly name: string
  readonly text: string
  readonly options: readonly string[]
  readonly says: string
}

const words = ['--owner', 'ml', '--expires', '2027-01-31', '--reason', 'Never called.']

export const wrongImports: readonly WrongImport[] = [
  {
    reason: 'waivers/import-incomplete',
    title: 'entries that nobody answers for',
    name: '.trivyignore',
    text: 'CVE-2026-1\n',
    options: [],
    says: 'Give --owner, --expires, --reason',
  },
  {
    reason: 'cli/expires',
    title: 'a last day of no calendar',
    name: '.trivyignore',
    text: 'CVE-2026-1\n',
    options: ['--owner', 'ml', '--expires', '2027-02-30', '--reason', 'x'],
    says: '2027-02-30',
  },
  {
    reason: 'waivers/import-unread',
    title: 'rules of a tool that is not read',
    name: '.snyk',
    text: 'version: v1.25.0\n',
    options: words,
    says: 'a policy of Snyk',
  },
  {
    reason: 'waivers/import-malformed',
    title: 'YAML that is cut off',
    name: '.trivyignore.yaml',
    text: 'vulnerabilities: [',
    options: words,
    says: 'line 1',
  },
  {
    reason: 'waivers/import-malformed',
    title: 'YAML of something else',
    name: 'values.yaml',
    text: 'replicas: 3\n',
    options: words,
    says: 'it has none of the keys',
  },
  {
    reason: 'vex/unjustified',
    title: 'VEX without a reason',
    name: 'vex.json',
    text: JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.com/vex',
      author: 'ml',
      timestamp: '2026-11-01T00:00:00Z',
      version: 1,
      statements: [{vulnerability: {name: 'CVE-2026-1'}, products: [{'@id': 'pkg:npm/a'}], status: 'not_affected'}],
    }),
    options: words,
    says: 'without saying why',
  },
  {
    reason: 'waivers/output-exists',
    title: 'a waiver file that is there already',
    name: '.trivyignore',
    text: 'CVE-2026-1\n',
    options: [...words, '--output', '<folder>/.trivyignore'],
    says: 'is there already',
  },
  {
    reason: 'file/not-found',
    title: 'a file that is not there',
    name: '.trivyignore',
    text: '',
    options: [...words, '--from', '<folder>/nope'],
    says: 'nope',
  },
]

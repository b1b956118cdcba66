/** What a tool and its rules are about: SARIF has no word for it, so names, tags and ids tell. */
import type {FlawKind} from '../../scan.ts'
import {vulnerabilityIdAt} from '../ids.ts'
import type {SarifRule} from './log.ts'
import {tagsOf} from './severity.ts'

/** What a rule is about, also where it found nothing. */
export function kindOf(ruleId: string, rule: SarifRule | undefined, tool: string): FlawKind {
  const tags = tagsOf(rule?.properties?.tags)
  const name = rule?.name ?? ''
  if (vulnerabilityIdAt(ruleId) !== undefined || name.endsWith('PackageVulnerability')) return 'vulnerability'
  if (name === 'Secret' || tags.includes('secret') || secretScanners.has(tool)) return 'secret'
  if (name === 'License' || tags.includes('license') || tags.includes('licence')) return 'licence'
  return tags.includes('vulnerability') && isVulnerabilityScanner(tool) ? 'vulnerability' : 'misconfiguration'
}

/** Tools that look for secrets and nothing else. Their messages may show what they found, so no message of theirs is kept. */
const secretScanners: ReadonlySet<string> = new Set([
  'gitleaks',
  'trufflehog',
  'detect-secrets',
  'ggshield',
  'kingfisher',
])

/** Tools that look up packages whatever they are asked. Trivy is none of them: it looks for what it is told to. */
const vulnerabilityScanners: ReadonlySet<string> = new Set([
  'grype',
  'osv-scanner',
  'docker scout',
  'snyk container',
  'snyk open source',
])

/** @param tool name of the driver, in lower case */
export function isVulnerabilityScanner(tool: string): boolean {
  return vulnerabilityScanners.has(tool) || tool === 'trivy'
}

/** What the tool looked for, going by its name; null where its name does not tell. */
export function kindsOfTool(tool: string): readonly FlawKind[] | null {
  if (vulnerabilityScanners.has(tool)) return ['vulnerability']
  if (secretScanners.has(tool)) return ['secret']
  return tool === 'trivy' ? [] : null
}

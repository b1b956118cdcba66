/** The rules of an image's SARIF: one for each vulnerability, with the packages that it is in and the pages about it. */
import {compareSeverity} from '../../core/severity.ts'
import {escapeMarkdown} from '../../report/escape.ts'
import {pageOf} from '../../report/page.ts'
import type {SarifLevel, SarifRule} from '../../report/sarif-rule.ts'
import {isWithin, securitySeverityOf} from '../../report/sarif-rule.ts'
import {packageKey} from '../identity.ts'
import type {Flaw, Vulnerability} from '../scan.ts'
import {fixText, whatToDo} from './flaw-text.ts'

export interface LevelledFlaw {
  readonly flaw: Flaw
  readonly level: SarifLevel
}

const shownPackages = 10

/** @param same flaws of one rule, at least one, in an order that does not change from run to run */
export function ruleOf(id: string, same: readonly [LevelledFlaw, ...LevelledFlaw[]], service: string): SarifRule {
  const flaws = same.map(({flaw}) => flaw)
  const [first] = same
  const gravest = flaws.reduce((worst, flaw) => (compareSeverity(flaw.severity, worst.severity) > 0 ? flaw : worst))
  const title = flaws.map(flaw => flaw.title.trim()).find(text => text !== '') ?? ''
  return {
    id,
    name: id,
    title: titleOf(first.flaw, title),
    description: descriptionOf(first.flaw, title),
    help: helpOf(flaws),
    ...urlOf(flaws),
    level: same.some(({level}) => level === 'error')
      ? 'error'
      : same.some(({level}) => level === 'warning')
        ? 'warning'
        : 'note',
    tags: ['security', 'image', first.flaw.kind, ...tagsOf(flaws), `service/${service}`],
    precision: flaws.some(({foundBy}) => foundBy.length > 1) ? 'very-high' : 'high',
    securitySeverity: securitySeverityOf(gravest.severity, scoreOf(gravest)),
  }
}

function titleOf(flaw: Flaw, title: string): string {
  switch (flaw.kind) {
    case 'vulnerability':
      return title === '' ? `${flaw.id} in ${flaw.package}` : `${flaw.id}: ${title}`
    case 'secret':
      return `Secret in the image: ${title || flaw.id}`
    case 'licence':
      return `Licence ${flaw.id}`
    case 'package':
      return `Package ${flaw.package}`
    case 'end-of-life':
      return 'The operating system gets no more security updates'
    case 'misconfiguration':
      return title || flaw.id
  }
}

function descriptionOf(flaw: Flaw, title: string): string {
  switch (flaw.kind) {
    case 'vulnerability':
      return `${title === '' ? 'A known vulnerability' : title}. Known as ${flaw.aliases.slice(0, 10).join(', ') || flaw.id}.`
    case 'secret':
      return 'Who can pull the image can read the secret, also where a later layer removes it.'
    case 'misconfiguration':
      return title || flaw.message
    case 'licence':
      return 'The licence of a package in the image asks for something that a rule of the gate names.'
    case 'package':
      return 'A rule of the gate names this package.'
    case 'end-of-life':
      return 'Nobody records any more what is wrong with its packages, so a scan finds less than there is.'
  }
}

/** A score that says the same as the severity that we show: that of who rated it, else the highest. */
function scoreOf(flaw: Flaw): number | undefined {
  if (flaw.kind !== 'vulnerability') return undefined
  const scores = flaw.cvss.filter(({score}) => isWithin(flaw.severity, score))
  const rated = scores.find(({source}) => source === flaw.severitySource)
  if (rated) return rated.score
  let highest: number | undefined
  for (const {score} of scores) if (highest === undefined || score > highest) highest = score
  return highest
}

function tagsOf(flaws: readonly Flaw[]): readonly string[] {
  const vulnerabilities = flaws.filter(flaw => flaw.kind === 'vulnerability')
  const types = new Set(
    vulnerabilities.flatMap(flaw => packageKey(flaw.package, flaw.purl).match(/^pkg:[a-z.+-]+/) ?? []),
  )
  return [
    ...(vulnerabilities.some(({knownExploited}) => knownExploited !== null) ? ['known-exploited'] : []),
    ...(vulnerabilities.some(({fix}) => fix.versions.length > 0) ? ['fix-available'] : []),
    ...[...types].sort().slice(0, 3),
  ]
}

function helpOf(flaws: readonly Flaw[]): SarifRule['help'] {
  const links = linksOf(flaws)
  const vulnerabilities = flaws.filter(flaw => flaw.kind === 'vulnerability')
  const rows = packageRows(vulnerabilities)
  const more = rows.length - shownPackages
  const shown = rows.slice(0, shownPackages)
  const remedies = [...new Set(flaws.map(whatToDo))].slice(0, 3)
  const text = [
    ...remedies,
    ...shown.map(([name, installed, fixed]) => `${name} ${installed}: fixed in ${fixed}.`),
    ...(more > 0 ? [`And ${more} more packages.`] : []),
    ...links.map(({url}) => url),
  ]
  const table = [
    '| Package | Installed | Fixed in |',
    '| --- | --- | --- |',
    ...shown.map(row => `| ${row.map(cell => escapeMarkdown(cell)).join(' | ')} |`),
  ]
  const markdown = [
    remedies.map(remedy => escapeMarkdown(remedy)).join('\n\n'),
    ...(shown.length > 0 ? [table.join('\n')] : []),
    ...(more > 0 ? [`And ${more} more packages.`] : []),
    ...(links.length > 0 ? [links.map(({name, url}) => `- [${escapeMarkdown(name)}](${url})`).join('\n')] : []),
  ]
  return {text: text.join('\n'), markdown: markdown.join('\n\n')}
}

/** Names and versions from outside are cut: a rule's help is repeated in every upload. */
function packageRows(flaws: readonly Vulnerability[]): readonly (readonly [string, string, string])[] {
  const rows = new Map<string, readonly [string, string, string]>()
  for (const {package: name, installedVersion, fix} of flaws) {
    const row = [name.slice(0, 120), installedVersion.slice(0, 60), fixText(fix).slice(0, 120)] as const
    rows.set(row.join('\n'), row)
  }
  return [...rows.values()]
}

function urlOf(flaws: readonly Flaw[]): {readonly url?: string} {
  const url = flaws.map(flaw => flaw.url).find(each => pageOf(each) !== null)
  return url === undefined ? {} : {url}
}

/** The page that the scanner names, and those that follow from an id. */
function linksOf(flaws: readonly Flaw[]): readonly {readonly name: string; readonly url: string}[] {
  const pages = new Map<string, string>()
  for (const flaw of flaws) {
    const url = pageOf(flaw.url)
    if (url !== null && url.length <= 500) pages.set(url, new URL(url).hostname)
    if (flaw.kind !== 'vulnerability') continue
    for (const alias of [flaw.id, ...flaw.aliases]) {
      if (/^CVE-\d{4}-\d{4,}$/.test(alias)) pages.set(`https://nvd.nist.gov/vuln/detail/${alias}`, `NVD, ${alias}`)
      if (/^GHSA(-[0-9a-z]{4}){3}$/.test(alias)) pages.set(`https://github.com/advisories/${alias}`, `GitHub, ${alias}`)
    }
  }
  return [...pages].slice(0, 5).map(([url, name]) => ({name, url}))
}

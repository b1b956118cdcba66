/**
 * What GitHub makes of an uploaded SARIF file, by its documentation: "SARIF support for code scanning", "SARIF results
 * exceed one or more limits", and what others measured of it. Strict where GitHub would lose something without a word.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {Ajv, type ValidateFunction} from 'ajv'
import addFormats from 'ajv-formats'
import * as z from 'zod'

const text = z.object({text: z.string()})
const location = z.object({
  physicalLocation: z.object({
    artifactLocation: z.object({uri: z.string()}),
    region: z.object({startLine: z.int(), startColumn: z.int(), endLine: z.int(), endColumn: z.int()}),
  }),
})
const rule = z.object({
  id: z.string(),
  name: z.string().default(''),
  shortDescription: text,
  fullDescription: text,
  help: z.object({text: z.string()}),
  properties: z.object({tags: z.array(z.string()).default([]), 'security-severity': z.string()}),
})
const result = z.object({
  ruleId: z.string(),
  ruleIndex: z.int(),
  level: z.enum(['error', 'warning', 'note', 'none']),
  message: text,
  locations: z.array(location),
  partialFingerprints: z.object({primaryLocationLineHash: z.string()}),
})
const run = z.object({
  tool: z.object({
    driver: z.object({name: z.string(), rules: z.array(rule)}),
    extensions: z.array(z.unknown()).default([]),
  }),
  automationDetails: z.object({id: z.string()}),
  results: z.array(result),
})
const log = z.object({version: z.literal('2.1.0'), runs: z.array(run)})

export interface ReadAnalysis {
  readonly tool: string
  readonly category: string
  readonly results: readonly ReadResult[]
}

export interface ReadResult {
  readonly ruleId: string
  readonly title: string
  readonly level: string
  readonly securitySeverity: number
  readonly message: string
  readonly path: string
  readonly line: number
  readonly hash: string
}

export type Reading =
  | {readonly kind: 'read'; readonly analyses: readonly ReadAnalysis[]}
  | {readonly kind: 'failed'; readonly errors: readonly string[]}

/** Results above this many are dropped without a word, the least grave first. */
export const shownResults = 5000

export function readSarif(sarif: string): Reading {
  let json: unknown
  try {
    json = JSON.parse(sarif)
  } catch {
    return {kind: 'failed', errors: ['Invalid SARIF. JSON syntax error']}
  }
  const limits = overLimits(json)
  if (limits.length > 0) return {kind: 'failed', errors: limits}
  const validate = schema()
  if (!validate(json)) {
    const errors = (validate.errors ?? []).slice(0, 5)
    return {kind: 'failed', errors: errors.map(each => `Invalid SARIF. ${each.instancePath} ${each.message}`)}
  }
  const parsed = log.safeParse(json)
  if (!parsed.success) return {kind: 'failed', errors: [`expected a field: ${z.prettifyError(parsed.error)}`]}
  const errors = parsed.data.runs.flatMap(problemsOf)
  const categories = parsed.data.runs.map(each => `${each.tool.driver.name} ${categoryOf(each.automationDetails.id)}`)
  if (new Set(categories).size < categories.length) errors.push('several runs have the same tool and category')
  if (errors.length > 0) return {kind: 'failed', errors: errors.slice(0, 10)}
  return {kind: 'read', analyses: parsed.data.runs.map(analysisOf)}
}

const counted = z.object({
  runs: z.array(
    z.looseObject({
      results: z.array(z.looseObject({locations: z.array(z.unknown()).default([])})).default([]),
      tool: z.looseObject({
        driver: z.looseObject({rules: z.array(z.unknown()).default([])}),
        extensions: z.array(z.unknown()).default([]),
      }),
    }),
  ),
})

/** Told before anything else is looked at, in GitHub's words. */
function overLimits(json: unknown): string[] {
  const parsed = counted.safeParse(json)
  if (!parsed.success) return []
  const {runs} = parsed.data
  const over = (what: string, count: number, limit: number) =>
    count > limit ? [`rejecting SARIF, as there are more ${what} than allowed (${count} > ${limit})`] : []
  return [
    ...over('runs', runs.length, 20),
    ...runs.flatMap(({results, tool}) => [
      ...over('results per run', results.length, 25_000),
      ...over('rules per run', tool.driver.rules.length, 25_000),
      ...over('tool extensions per run', tool.extensions.length, 100),
      ...over('locations per result', Math.max(0, ...results.map(({locations}) => locations.length)), 1000),
    ]),
  ]
}

let compiled: ValidateFunction | null = null

function schema(): ValidateFunction {
  if (compiled) return compiled
  const file = path.join(import.meta.dirname, '../../fixtures/sarif/sarif-schema-2.1.0.json')
  const ajv = new Ajv({strict: false, unicodeRegExp: false})
  addFormats.default(ajv)
  compiled = ajv.compile(JSON.parse(fs.readFileSync(file, 'utf8')))
  return compiled
}

function problemsOf({tool, automationDetails, results}: z.output<typeof run>): string[] {
  const {rules, name} = tool.driver
  const uris = results.map(({locations}) => locations[0]?.physicalLocation.artifactLocation.uri ?? '')
  const schemes = new Set(uris.map(uri => /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1] ?? 'relative'))
  return [
    ...(name === '' ? ['the tool has no name'] : []),
    ...(categoryOf(automationDetails.id) === '' ? ['the category is empty: its id has no slash'] : []),
    ...(new Set(rules.map(({id}) => id)).size < rules.length ? ['two rules have the same id'] : []),
    ...(schemes.size > 1 ? [`expected one scheme of URIs, found ${[...schemes].join(' and ')}`] : []),
    ...rules.flatMap(ruleProblems),
    ...results.flatMap((each, index) => {
      const problems = resultProblems(each)
      const known = rules[each.ruleIndex]?.id === each.ruleId
      return [...problems, ...(known ? [] : ['its rule is not where it says'])].map(text => `result ${index}: ${text}`)
    }),
  ]
}

function ruleProblems(each: z.output<typeof rule>): string[] {
  const severity = each.properties['security-severity']
  const short = each.shortDescription.text
  const full = each.fullDescription.text
  return [
    ...(isEmpty(each.id) ? ['a rule has no id'] : []),
    ...(isEmpty(short) || isEmpty(full) || isEmpty(each.help.text) ? ['a text of the rule is empty'] : []),
    ...(each.name.length > 255 ? ['its name has more than 255 signs'] : []),
    ...(short.length > 1024 || full.length > 1024 ? ['a description has more than 1,024 signs'] : []),
    ...(each.properties.tags.length > 20 ? ['it has more than 20 tags'] : []),
    ...(/^\d+(\.\d+)?$/.test(severity) && Number(severity) <= 10 ? [] : ['its security-severity is no number to 10']),
    // 0.0 takes an alert out of security alerts without a word; 9.0 is critical for CVSS and high here.
    ...(Number(severity) === 0 || Number(severity) === 9 ? [`its security-severity is ${severity}`] : []),
  ].map(text => `rule ${each.id}: ${text}`)
}

function resultProblems({message, locations, partialFingerprints}: z.output<typeof result>): string[] {
  const [first] = locations
  if (!first) return ['expected at least one location']
  const {artifactLocation, region} = first.physicalLocation
  return [
    ...(isEmpty(message.text) ? ['its message is empty'] : []),
    ...(isEmpty(artifactLocation.uri) ? ['locationFromSarifResult: expected artifact location'] : []),
    ...(artifactLocation.uri.startsWith('/') ? ['its path does not start at the repository'] : []),
    ...(region.startLine < 1 || region.endLine < region.startLine ? ['its lines are no lines'] : []),
    ...(isEmpty(partialFingerprints.primaryLocationLineHash) ? ['its fingerprint is empty'] : []),
  ]
}

function isEmpty(value: string): boolean {
  return value.trim() === ''
}

/** Everything before the last slash; an id without one has none. */
function categoryOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf('/')))
}

function analysisOf({tool, automationDetails, results}: z.output<typeof run>): ReadAnalysis {
  const read = results.map((each): ReadResult => {
    const described = tool.driver.rules[each.ruleIndex]
    const {artifactLocation, region} = each.locations[0]?.physicalLocation ?? {
      artifactLocation: {uri: ''},
      region: {startLine: 1},
    }
    return {
      ruleId: each.ruleId,
      title: described?.shortDescription.text ?? '',
      level: each.level,
      securitySeverity: Number(described?.properties['security-severity']),
      message: each.message.text,
      path: artifactLocation.uri,
      line: region.startLine,
      hash: each.partialFingerprints.primaryLocationLineHash,
    }
  })
  const kept = read.toSorted((a, b) => b.securitySeverity - a.securitySeverity).slice(0, shownResults)
  return {tool: tool.driver.name, category: categoryOf(automationDetails.id), results: kept}
}

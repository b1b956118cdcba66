/** SARIF 2.1.0 (OASIS standard, section 3), as far as it is read. What may be absent may be null as well: tools do both. */
import * as z from 'zod'

const text = z.string().nullish()
const position = z.number().nullish()

/** §3.11. By `id` it is a text of the rule, with its `{0}` filled in from `arguments`. */
const message = z.object({text, markdown: text, id: text, arguments: z.array(z.string()).nullish()})
export type SarifMessage = z.output<typeof message>

const anyText = z.object({text, markdown: text}).nullish()
const bag = z.looseObject({tags: z.array(z.unknown()).nullish()}).nullish()
const level = z.enum(['none', 'note', 'warning', 'error'])
export type SarifLevel = z.output<typeof level>

/** §3.49 */
const rule = z.object({
  id: text,
  guid: text,
  name: text,
  deprecatedIds: z.array(z.string()).nullish(),
  shortDescription: anyText,
  fullDescription: anyText,
  help: anyText,
  helpUri: text,
  messageStrings: z.record(z.string(), z.object({text})).nullish(),
  defaultConfiguration: z.object({level: level.nullish()}).nullish(),
  properties: bag,
})
export type SarifRule = z.output<typeof rule>

/** §3.19 */
const component = z.object({
  name: z.string().min(1),
  guid: text,
  version: text,
  semanticVersion: text,
  rules: z.array(rule).nullish(),
})
export type SarifComponent = z.output<typeof component>

/** §3.52 */
const ruleReference = z.object({
  id: text,
  guid: text,
  index: position,
  toolComponent: z.object({name: text, guid: text, index: position}).nullish(),
})

/** §3.4 */
const artifactLocation = z.object({uri: text, uriBaseId: text, index: position})
export type SarifArtifactLocation = z.output<typeof artifactLocation>

const location = z.object({
  physicalLocation: z
    .object({artifactLocation: artifactLocation.nullish(), region: z.object({startLine: position}).nullish()})
    .nullish(),
  logicalLocations: z.array(z.object({name: text, fullyQualifiedName: text})).nullish(),
})
export type SarifLocation = z.output<typeof location>

/** §3.27 */
const result = z.object({
  ruleId: text,
  ruleIndex: position,
  rule: ruleReference.nullish(),
  kind: z.enum(['pass', 'open', 'informational', 'notApplicable', 'review', 'fail']).nullish(),
  level: level.nullish(),
  message,
  locations: z.array(location).nullish(),
  baselineState: z.enum(['new', 'unchanged', 'updated', 'absent']).nullish(),
  suppressions: z
    .array(
      z.object({kind: text, status: z.enum(['accepted', 'underReview', 'rejected']).nullish(), justification: text}),
    )
    .nullish(),
  provenance: z.object({invocationIndex: position}).nullish(),
  properties: bag,
})
export type SarifResult = z.output<typeof result>

/** §3.58 */
const notification = z.object({level: level.nullish(), message})

/** §3.20 */
const invocation = z.object({
  executionSuccessful: z.boolean().nullish(),
  exitCodeDescription: text,
  exitSignalName: text,
  processStartFailureMessage: text,
  endTimeUtc: text,
  workingDirectory: artifactLocation.nullish(),
  toolExecutionNotifications: z.array(notification).nullish(),
  toolConfigurationNotifications: z.array(notification).nullish(),
  ruleConfigurationOverrides: z
    .array(z.object({descriptor: ruleReference, configuration: z.object({level: level.nullish()})}))
    .nullish(),
})
export type SarifInvocation = z.output<typeof invocation>

/** §3.14 */
const run = z.object({
  tool: z.object({driver: component, extensions: z.array(component).nullish()}),
  invocations: z.array(invocation).nullish(),
  originalUriBaseIds: z.record(z.string(), artifactLocation).nullish(),
  artifacts: z.array(z.object({location: artifactLocation.nullish()})).nullish(),
  // Absent or null: nothing was looked for. Empty: nothing was found.
  results: z.array(result).nullish(),
  externalPropertyFileReferences: z.looseObject({}).nullish(),
  properties: bag,
})
export type SarifRun = z.output<typeof run>

export const sarifLog = z.object({version: z.literal('2.1.0'), runs: z.array(run)})

import type {SarifComponent, SarifLevel, SarifMessage, SarifResult, SarifRule, SarifRun} from './log.ts'

/** Finds what a result says by number, by id or by name. Made once for each run: a run may have 25,000 of both. */
export interface RuleBook {
  /** Undefined where the tool does not describe the rule. */
  ruleOf(result: SarifResult): SarifRule | undefined
  /** §3.27.10: the level of the result, of an override, of its rule, or `warning`. */
  levelOf(result: SarifResult, rule: SarifRule | undefined): SarifLevel
}

interface Indexed {
  readonly component: SarifComponent
  readonly byId: ReadonlyMap<string, SarifRule>
  readonly byGuid: ReadonlyMap<string, SarifRule>
}

type Reference = NonNullable<SarifResult['rule']>

/** Rules of the driver and of its extensions, looked up as SARIF 2.1.0 says (§3.52). */
export function openRuleBook(run: SarifRun): RuleBook {
  const driver = indexed(run.tool.driver)
  const extensions = (run.tool.extensions ?? []).map(indexed)
  const all = [driver, ...extensions]

  const find = (reference: Reference): SarifRule | undefined => {
    const component = componentOf(reference.toolComponent, driver, extensions)
    const numbered = component.component.rules?.[reference.index ?? -1]
    // A number that points at another rule than the id is a defect of the tool: the id is what people read.
    if (numbered && agrees(numbered, reference.id)) return numbered
    if (reference.guid) {
      for (const each of all) {
        const found = each.byGuid.get(reference.guid)
        if (found) return found
      }
    }
    return reference.id ? byId(reference.id, [component, ...all]) : numbered
  }

  const ruleOf = (result: SarifResult) =>
    find({
      ...result.rule,
      id: result.rule?.id ?? result.ruleId,
      index: result.rule?.index ?? result.ruleIndex,
    })

  const overrides = (run.invocations ?? []).map(({ruleConfigurationOverrides}) => {
    const levels = new Map<SarifRule, SarifLevel>()
    for (const {descriptor, configuration} of ruleConfigurationOverrides ?? []) {
      const rule = find(descriptor)
      if (rule && configuration.level) levels.set(rule, configuration.level)
    }
    return levels
  })

  return {
    ruleOf,
    levelOf: (result, rule) => {
      if (result.level) return result.level
      if (!rule) return 'warning'
      const invocation = result.provenance?.invocationIndex ?? (overrides.length === 1 ? 0 : -1)
      return overrides[invocation]?.get(rule) ?? rule.defaultConfiguration?.level ?? 'warning'
    },
  }
}

function indexed(component: SarifComponent): Indexed {
  const byId = new Map<string, SarifRule>()
  const byGuid = new Map<string, SarifRule>()
  for (const rule of component.rules ?? []) {
    if (rule.id && !byId.has(rule.id)) byId.set(rule.id, rule)
    if (rule.guid) byGuid.set(rule.guid, rule)
  }
  return {component, byId, byGuid}
}

/** §3.52.7 and §3.54: by number, else by name or guid, else the driver. */
function componentOf(reference: Reference['toolComponent'], driver: Indexed, extensions: readonly Indexed[]): Indexed {
  if (!reference) return driver
  const numbered = extensions[reference.index ?? -1]
  if (numbered) return numbered
  const {name, guid} = reference
  return extensions.find(({component}) => (guid ? component.guid === guid : component.name === name)) ?? driver
}

function agrees(rule: SarifRule, id: string | null | undefined): boolean {
  return !id || !rule.id || rule.id === id || id.startsWith(`${rule.id}/`)
}

/** §3.52.4: the id may have parts below the rule's own, `CA1000/1` of the rule `CA1000`. */
function byId(id: string, components: readonly Indexed[]): SarifRule | undefined {
  let part = id
  for (let level = 0; level < mostLevels && part !== ''; level++) {
    for (const component of components) {
      const found = component.byId.get(part)
      if (found) return found
    }
    part = part.slice(0, Math.max(part.lastIndexOf('/'), 0))
  }
  return undefined
}

/** Tools have one or two. Without a limit an id of slashes alone would cost the square of its length. */
const mostLevels = 8

/** §3.11.7: a text of its own, or one of the rule's with `{0}`, `{1}` filled in. */
export function messageText(message: SarifMessage, rule: SarifRule | undefined): string {
  const own = message.text ?? message.markdown
  if (own || !message.id) return (own ?? '').trim()
  const strings = new Map(Object.entries(rule?.messageStrings ?? {}))
  const pattern = strings.get(message.id)?.text ?? ''
  const values = message.arguments ?? []
  return pattern
    .replace(/\{\{|\}\}|\{(\d{1,3})\}/g, (sign, index: string | undefined) =>
      index === undefined ? sign.charAt(0) : (values[Number(index)] ?? sign),
    )
    .trim()
}

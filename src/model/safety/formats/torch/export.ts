import {formatCount, formatSize} from '../../../../core/quantity.ts'
import {parseStrictJson} from '../../../readers/strict-json.ts'
import type {Artifact, Place} from '../../artifact.ts'
import type {Reading, Scan} from '../../format.ts'
import {Malformed, OverLimit} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import type {ZipContents, ZipLayout, ZipMember} from '../zip-layout.ts'
import {
  exportExpression,
  exportFiles,
  exportImport,
  exportLibrary,
  exportTarget,
  exportUnknown,
} from './export-rules.ts'
import {type Evaluation, evaluateExpression, evaluateGuard, isPlainTarget} from './export-texts.ts'
import {isWeightsConfig, readWeights} from './export-weights.ts'
import {reachOf} from './script-operators.ts'

/**
 * Programs of `torch.export.save` (`.pt2`): a ZIP with a graph as JSON, weights and, where it was compiled, machine code.
 * Format: `torch/export/pt2_archive/` and `torch/_export/serde/` of torch 2.15. Texts of the graph are evaluated as
 * Python by its loader; machine code, pickles and sample inputs are seen as the members that they are.
 */
export const torchExport: ZipLayout = {
  name: 'torch.export program',
  matches: zip => zip.members.some(isGraph),
  loaderOf: ({name}) => (/\/data\/(weights|constants)\/(weight|tensor)_\d+$/.test(name) ? 'raw tensor' : undefined),
  read: readProgram,
}

function isGraph({name}: {readonly name: string}): boolean {
  return /(^|\/)models\/[^/]+\.json$/.test(name) || /^serialized_exported_program\.json$/.test(name)
}

/** Graphs of models with hundreds of layers have some tens of MiB. */
const maxGraphBytes = 64 * 2 ** 20
const maxDepth = 200

async function readProgram(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading> {
  let nodes = 0
  for (const member of zip.members.filter(isGraph)) nodes += await readGraph(zip, member, {artifact, scan})
  for (const member of zip.members.filter(isWeightsConfig)) await readWeights(zip, member, {artifact, scan})
  return {is: `torch.export program, ${formatCount(nodes)} nodes`, holds: 'program'}
}

async function readGraph(
  zip: ZipContents,
  member: ZipMember,
  {artifact, scan}: {artifact: Artifact; scan: Scan},
): Promise<number> {
  const text = await zip.open(member, async bytes => {
    if (bytes.size > maxGraphBytes) throw tooLarge(member, formatSize(bytes.size))
    scan.work.step(bytes.size)
    return new TextDecoder().decode(await bytes.slice(0, bytes.size))
  })
  const parsed = parseStrictJson(text, {nonFinite: true, maxDepth})
  if (parsed.kind === 'problem') {
    if (parsed.problem === 'too-many') throw tooLarge(member, 'more objects than are read')
    throw new Malformed(`The graph ${quote(member.name)} is not read as JSON, from character ${parsed.at} on.`)
  }
  const walk = new GraphWalk(scan, {path: [...artifact.path, member.name]})
  walk.walk(parsed.value)
  return walk.nodes
}

function tooLarge({name}: ZipMember, what: string): OverLimit {
  const most = formatSize(maxGraphBytes)
  return new OverLimit('work', `The graph ${quote(name)} has ${what}; graphs of at most ${most} are read.`)
}

class GraphWalk {
  nodes = 0
  readonly #scan: Scan
  readonly #place: Place

  constructor(scan: Scan, place: Place) {
    this.#scan = scan
    this.#place = place
  }

  walk(root: unknown): void {
    const open: unknown[] = [root]
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      this.#scan.work.step()
      if (Array.isArray(value)) for (const item of value) open.push(item ?? null)
      if (!(value instanceof Map)) continue
      for (const [key, field] of value) {
        open.push(field ?? null)
        if (typeof field === 'string') this.#seeText(key, field, open)
        if (key === 'guards_code' && Array.isArray(field)) this.#seeGuards(field)
      }
      this.#seeNode(value)
      this.#seeImport(value)
    }
  }

  #seeText(key: unknown, text: string, open: unknown[]): void {
    if (key === 'expr_str') this.#seeEvaluation(evaluateExpression(text), text)
    if (key === 'as_operator') this.#seeTarget(text)
    // The shapes of inputs and outputs, and their contexts, are JSON inside of texts.
    if (key === 'in_spec' || key === 'out_spec' || key === 'treespec' || key === 'context') {
      const parsed = parseStrictJson(text, {maxDepth})
      if (parsed.kind === 'value') open.push(parsed.value ?? null)
    }
  }

  #seeGuards(guards: readonly unknown[]): void {
    for (const guard of guards) if (typeof guard === 'string') this.#seeEvaluation(evaluateGuard(guard), guard)
  }

  #seeEvaluation(evaluation: Evaluation, text: string): void {
    if (evaluation === 'program') this.#see(exportExpression, `It evaluates ${quote(text)} as Python.`)
    if (evaluation === 'unknown name') this.#see(exportUnknown, `It evaluates ${quote(text)} as Python.`)
  }

  #seeNode(fields: ReadonlyMap<unknown, unknown>): void {
    const target = fields.get('target')
    if (typeof target !== 'string' || !fields.has('inputs')) return
    this.nodes++
    this.#seeTarget(target)
  }

  #seeTarget(target: string): void {
    if (!isPlainTarget(target)) {
      this.#see(exportTarget, `It calls ${quote(target)}.`)
      return
    }
    const [, namespace, name] = /^torch\.ops\.(\w+)\.(\w+)/.exec(target) ?? []
    if (namespace === undefined || namespace === 'higher_order') return
    const reach = reachOf(`${namespace}::${name}`)
    if (reach === 'unknown library') this.#see(exportLibrary, `It calls ${quote(target)}, which torch does not bring.`)
    else if (reach !== null) this.#see(exportFiles, `It calls ${quote(target)}, which reaches ${reach}.`)
  }

  #seeImport(fields: ReadonlyMap<unknown, unknown>): void {
    const module = fields.get('default_factory_module')
    const name = fields.get('default_factory_name')
    if (typeof module === 'string' && !(module === 'builtins' && plainFactories.has(name))) {
      this.#see(exportImport, `It imports the module ${quote(module)} for a default value.`)
    }
    const enumeration = fields.has('__enum__') ? fields.get('fqn') : undefined
    if (typeof enumeration === 'string') this.#see(exportImport, `It imports ${quote(enumeration)} for an enumeration.`)
  }

  #see(rule: Rule, what: string): void {
    this.#scan.see({rule, what, place: this.#place, sure: rule === exportTarget ? 'likely' : 'certain'})
  }
}

const plainFactories: ReadonlySet<unknown> = new Set(['list', 'dict', 'set', 'int', 'float', 'str', 'tuple'])

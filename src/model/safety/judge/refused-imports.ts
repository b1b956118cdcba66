/** What `weights-only` says of a file that imports more than tensors. */
import type {Finding} from '../../../core/finding.ts'
import {formatCount} from '../../../core/quantity.ts'
import {nameOfImport} from '../allow/allowances.ts'
import {type PickleImport, pickleImport} from '../observation.ts'
import type {JudgedImport} from './imports.ts'
import {fileId, type Objection} from './objection.ts'
import {counted, doNotLoad, placeOf, shownName, shownPath} from './words.ts'

/** One sentence, whatever the file imports, that says what another policy would make of it. */
export function refusedImports(path: string, imports: readonly JudgedImport[]): Objection | null {
  const refused = imports.filter(({admitted}) => !admitted)
  const [first] = refused
  if (first === undefined) return null
  const others = refused.filter(({answer}) => answer.kind !== 'listed' && answer.kind !== 'allowed')
  const admits = others.length === 0
  // Nobody is told to load a file, on whatever machine, of which it is known what it would run.
  const isDangerous = refused.some(({answer}) => answer.kind === 'dangerous' || answer.kind === 'alone')
  const names = new Set(refused.map(({imported}) => nameOfImport(imported))).size
  const {rule} = first.observation
  const finding: Finding = {
    id: fileId,
    subject: shownPath(path),
    verdict: 'fail',
    reason: rule === pickleImport ? 'model/pickle-refused' : `model/${rule.id}`,
    what: `${shownPath(path)} imports ${counted(names, 'name')} beyond tensors when it is loaded: ${namesOf(refused)}. ${
      admits
        ? `${names === 1 ? 'It is' : 'All of them are'} on the allow-list (${contextsOf(refused)}): “formats: allowlist” would admit ${shownPath(path)}.`
        : `The allow-list does not admit ${others.length === refused.length ? (names === 1 ? 'it' : 'them') : namesOf(others)} either.`
    }`,
    why: `${rule.why} The policy weights-only admits only what torch’s weights-only loader takes.`,
    remedy: admits
      ? `${rule.remedy} Or choose model.formats: allowlist in slipway.yml, which judges every import.`
      : isDangerous
        ? doNotLoad
        : `${rule.remedy} Or choose model.formats: allowlist in slipway.yml, where a team can allow what it has reviewed (model.safety.allow).`,
    place: placeOf(first.observation.place),
    details: {imports: names, notOnAllowList: new Set(others.map(({imported}) => nameOfImport(imported))).size},
  }
  return {rank: 3, finding}
}

/** `NumPy, scikit-learn`. */
export function contextsOf(imports: readonly JudgedImport[]): string {
  const contexts = imports.flatMap(({answer}) => {
    if (answer.kind === 'listed') return [answer.entry.context]
    return answer.kind === 'allowed' ? [`allowed by ${answer.allowance.owner}`] : []
  })
  return [...new Set(contexts)].join(', ')
}

function namesOf(imports: readonly {imported: PickleImport}[]): string {
  const names = [...new Set(imports.map(({imported}) => shownName(imported)))]
  const rest = names.length - 3
  return `${names.slice(0, 3).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`
}

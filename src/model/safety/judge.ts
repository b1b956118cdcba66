import type {Finding} from '../../core/finding.ts'
import {mayProceed, type Verdict, verdicts, worstOf} from '../../core/verdict.ts'
import {type AllowanceIndex, allowanceOfFile, indexAllowances} from './allow/allowances.ts'
import {allowanceFindings} from './judge/allowance-findings.ts'
import {clean, holdsWeights, noWeights} from './judge/clean.ts'
import {importObjection} from './judge/import-findings.ts'
import {type JudgedImport, judgeImports} from './judge/imports.ts'
import {boundedFindings, fileId, type Objection} from './judge/objection.ts'
import {refusedImports} from './judge/refused-imports.ts'
import {mayBeAllowed, sightObjection} from './judge/sight-findings.ts'
import {shownPath} from './judge/words.ts'
import type {ModelScan, ScannedFile} from './model-scan.ts'
import type {Allowance, FormatPolicy, SafetyPolicy} from './policy.ts'

export interface ScanJudgement {
  readonly findings: readonly Finding[]
  /**
   * The verdict of each file by itself, by its path, the one first that a person should look at first: findings are
   * bounded, and a file that shows none may still fail.
   */
  readonly verdicts: ReadonlyMap<string, Verdict>
}

/**
 * What a scan means under a policy: one finding for each thing to object to, the worst first and a bounded number of
 * them, one for each allowance that needs somebody’s eye, and, where nothing stands in the way, one that says so with
 * the numbers. What was found counts before what could not be read, and that before what is clean; a model in which
 * nothing could be checked is `error`.
 */
export function judgeScan(scan: ModelScan, policy: SafetyPolicy): ScanJudgement {
  const allowances = indexAllowances(policy.allow, policy.today)
  const judged = scan.files.map(file => judgeFile(file, policy.formats, allowances))
  return {findings: findingsOf(scan, judged, policy), verdicts: verdictsOf(judged, policy.formats)}
}

function findingsOf(scan: ModelScan, judged: readonly JudgedFile[], policy: SafetyPolicy): readonly Finding[] {
  const links = scan.links.map(path => ({path, objections: [{rank: 1, finding: link(path)}]}))
  const files = [...links, ...judged]
  const used = new Set(judged.flatMap(each => each.used))
  const objections = boundedFindings(
    files.map(({path, objections}) => ({path, objections: objections.map(each => underPolicy(each, policy.formats))})),
  )
  const blocked = files.some(each => each.objections.some(({finding}) => !mayProceed(finding.verdict)))
  const notices = allowanceFindings(policy.allow, used, policy.today)
  if (blocked) return [...objections, ...notices]
  if (!scan.files.some(holdsWeights)) return [noWeights(scan), ...objections, ...notices]
  const imports = judged.flatMap(each => each.imports)
  const allowed = [...used].filter(each => 'file' in each)
  return [clean(scan, {imports, allowed, isRemarked: objections.length > 0}), ...objections, ...notices]
}

function verdictsOf(judged: readonly JudgedFile[], formats: FormatPolicy): ReadonlyMap<string, Verdict> {
  const ranked = judged.map(({path, objections}) => {
    const told = objections.map(each => underPolicy(each, formats).finding.verdict)
    const verdict = told.length === 0 ? 'pass' : worstOf(told)
    return {path, verdict, rank: objections.reduce((least, {rank}) => Math.min(least, rank), Number.MAX_VALUE)}
  })
  ranked.sort((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict) || a.rank - b.rank)
  return new Map(ranked.map(({path, verdict}) => [path, verdict]))
}

interface JudgedFile {
  readonly path: string
  readonly objections: readonly Objection[]
  readonly imports: readonly JudgedImport[]
  /** Allowances that covered something, or would have, had they not ended. */
  readonly used: readonly Allowance[]
}

function judgeFile(file: ScannedFile, formats: FormatPolicy, allowances: AllowanceIndex): JudgedFile {
  const {path, observations} = file
  const imports = judgeImports(observations, formats, allowances)
  const sights = observations.filter(({imported}) => imported === undefined)
  const ofFile = allowanceOfFile(path, allowances)
  const covers = ofFile.kind !== 'none' && sights.some(({rule}) => mayBeAllowed(rule))
  const objections = [
    ...sights.map(each => sightObjection(each, ofFile)),
    ...(formats === 'weights-only' ? refused(path, imports) : imports.map(importObjection)),
  ]
  const ofImports = imports.flatMap(({answer}) => ('allowance' in answer ? [answer.allowance] : []))
  return {
    path,
    imports,
    objections: objections.filter(each => each !== null),
    used: covers ? [...ofImports, ofFile.allowance] : ofImports,
  }
}

/** One for each import with something graver to say, and one sentence for the rest that is merely not weights. */
function refused(path: string, imports: readonly JudgedImport[]): readonly (Objection | null)[] {
  const grave = imports.filter(({answer}) => answer.kind !== 'unlisted' && answer.kind !== 'main')
  const objections = grave.map(importObjection).filter(each => each !== null)
  const rest = imports.filter(({admitted}) => !admitted).length - objections.length
  return rest === 0 ? objections : [refusedImports(path, imports), ...objections]
}

/** Under `report` nothing blocks but what could not be judged at all. */
function underPolicy({finding, rank}: Objection, formats: FormatPolicy): Objection {
  const blocks = finding.verdict === 'fail' || finding.verdict === 'inconclusive'
  return {rank, finding: formats === 'report' && blocks ? {...finding, verdict: 'warn'} : finding}
}

/** A link may lead out of the folder, and its target is not part of the digest. */
function link(path: string): Finding {
  return {
    id: fileId,
    subject: shownPath(path),
    verdict: 'fail',
    reason: 'model/symbolic-link',
    what: `${shownPath(path)} is a symbolic link.`,
    why: 'What it points to may change after validation, without a change of the model’s digest.',
    remedy: 'Put the file itself in its place.',
    place: {file: path},
  }
}

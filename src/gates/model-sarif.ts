import {version} from '../core/version.ts'
import type {ModelFile} from '../model/digest.ts'
import {ruleOf} from '../model/safety/rules.ts'
import {renderSarif} from '../report/sarif-findings.ts'
import type {GateOutcome} from './session.ts'

/** The files that a model gate judged, and where they lie. */
export interface JudgedFiles {
  /** File or folder of the model, as the config or the caller names it. */
  readonly path: string
  readonly files: readonly ModelFile[]
}

/**
 * The findings about a model for code scanning. Paths start where the repository does: the model must lie in it for its
 * findings to be shown beside its files.
 * @param otherwise where findings are shown that are about no file: the config
 */
export function modelSarif({result}: GateOutcome, judged: JudgedFiles | null, otherwise: string): string {
  return renderSarif(result.findings, {
    version,
    category: `model/${result.service}`,
    otherwise,
    ruleText: reason => ruleOf(reason.slice('model/'.length)),
    ...(judged && {folder: folderOf(judged), files: judged.files}),
  })
}

/** A model that is one file stands in the folder of that file. */
function folderOf({path, files}: JudgedFiles): string {
  const [only, ...others] = files
  const isFile = only !== undefined && others.length === 0 && path.replaceAll('\\', '/').endsWith(`/${only.path}`)
  return isFile ? path.slice(0, -only.path.length - 1) : path === only?.path && others.length === 0 ? '' : path
}

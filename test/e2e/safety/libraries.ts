import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync} from 'node:fs'
import {homedir} from 'node:os'
import {join, resolve} from 'node:path'

export const models = resolve(import.meta.dirname, '../../fixtures/models')

/**
 * A Python with the libraries that write models, in the versions of the corpus: an environment that is kept, made with
 * python3 of PATH. SLIPWAY_CORPUS_PYTHON names another one. torch takes 5 GB with what it brings along, and is installed
 * where SLIPWAY_TORCH=1 asks for it.
 */
export function pythonWithLibraries(): string {
  const named = process.env.SLIPWAY_CORPUS_PYTHON
  if (named !== undefined && named !== '') return named
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway', 'e2e-safety')
  const interpreter = join(home, 'bin/python')
  if (!existsSync(interpreter)) {
    mkdirSync(home, {recursive: true})
    execFileSync('python3', ['-m', 'venv', home], {stdio: 'inherit'})
  }
  const torch = process.env.SLIPWAY_TORCH === '1' ? ['--requirement', join(models, 'requirements-torch.txt')] : []
  const requirements = ['--requirement', join(models, 'requirements.txt'), ...torch]
  execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', ...requirements], {stdio: 'inherit'})
  return interpreter
}

export function has(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`]).status === 0
}

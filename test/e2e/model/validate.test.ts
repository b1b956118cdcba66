import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'

/**
 * Three projects whose outputs are made by the real tools (scikit-learn, pandas, pyarrow), judged by the command that
 * users run. Needs python3 (3.11 or newer) on PATH; the pinned packages go to a virtual environment that is kept.
 */
const here = import.meta.dirname
const cli = resolve(here, '../../../dist/cli.js')
const folder = mkdtempSync(join(tmpdir(), 'slipway-projects-'))

beforeAll(() => {
  const data = resolve(here, '../../../examples/credit/data/german_credit.csv')
  execFileSync(python(), [join(here, 'make_projects.py'), folder, data], {stdio: ['ignore', 'ignore', 'inherit']})
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('a release that is as good as the one in production', () => {
  test.each(['credit', 'progression', 'retrieval'])('%s passes', project => {
    const {status, result, stderr} = validate(project, 'healthy')
    expect(
      result.findings.filter(({verdict}) => verdict === 'fail' || verdict === 'error'),
      stderr,
    ).toEqual([])
    expect([status, result.verdict]).toEqual([0, result.verdict === 'warn' ? 'warn' : 'pass'])
  })
})

describe('a release that is worse than the one in production', () => {
  test.each([
    ['credit', ['model/roc-auc-worse-than-baseline', 'model/log-loss-worse-than-baseline']],
    ['progression', ['model/rmse-worse-than-baseline', 'model/mean-error-above-limit']],
    ['retrieval', ['model/ndcg-worse-than-baseline', 'model/map-worse-than-baseline']],
  ])('%s fails, and says by what', (project, reasons) => {
    const {status, result} = validate(project, 'regressed')
    expect([status, result.verdict]).toEqual([1, 'fail'])
    const failed = result.findings.filter(({verdict}) => verdict === 'fail').map(({reason}) => reason)
    expect(failed).toEqual(expect.arrayContaining(reasons))
  })
})

describe('what is said of it', () => {
  test('no row and no id leaves the machine', () => {
    const {stdout} = run('credit', ['--candidate', 'regressed/predictions.csv'])
    expect(stdout).toContain('roc-auc')
    expect(stdout).not.toMatch(/loan-\d{4}/)
  })

  test('the report is one file with charts', () => {
    run('credit', ['--save-report', 'report.html'])
    const html = readFileSync(join(folder, 'credit/report.html'), 'utf8')
    expect(html).toContain('<svg')
    expect(html).not.toMatch(/loan-\d{4}/)
  })
})

interface Result {
  readonly verdict: string
  readonly findings: readonly {readonly verdict: string; readonly reason: string; readonly what: string}[]
}

function validate(project: string, release: string): {status: number | null; result: Result; stderr: string} {
  const predictions = {credit: 'predictions.csv', progression: 'predictions', retrieval: 'ranking.jsonl.gz'}[project]
  const options = ['--candidate', `${release}/${predictions}`, '--model', `${release}/model`, '--json']
  const {status, stdout, stderr} = run(project, options)
  return {status, result: JSON.parse(stdout), stderr: `${stderr}\n${stdout}`}
}

function run(project: string, options: readonly string[]) {
  return spawnSync(process.execPath, [cli, 'validate', ...options], {cwd: join(folder, project), encoding: 'utf8'})
}

/** The interpreter of a virtual environment with exactly the pinned packages. */
function python(): string {
  const requirements = join(here, 'requirements.txt')
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway', 'e2e-model')
  const interpreter = join(home, 'bin/python')
  if (!existsSync(interpreter)) {
    mkdirSync(home, {recursive: true})
    execFileSync('python3', ['-m', 'venv', home], {stdio: 'inherit'})
  }
  execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], {stdio: 'inherit'})
  return interpreter
}

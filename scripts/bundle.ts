/**
 * Builds `dist/`: what runs. `tsc` emits `src/` to `lib/`, ncc joins it into one core (`dist/core/`), and each action
 * and the CLI get an entry of a few lines. With `--check` the build goes to a temporary folder and is compared with the
 * committed one, byte for byte.
 *
 * Two things keep the start fast: what an entry does not need is a chunk of its own (dynamic imports in `src/entry.ts`),
 * and the modules in `leftOut` are not there at all.
 */
import {execFileSync} from 'node:child_process'
import * as fs from 'node:fs'
import {createRequire} from 'node:module'
import * as os from 'node:os'
import * as path from 'node:path'
import {minify} from 'terser'
import {actionNames} from '../src/actions/names.ts'

interface NccResult {
  readonly code: string
  readonly assets: Readonly<Record<string, {readonly source: string | Uint8Array}>>
}
type Ncc = (entry: string, options: Record<string, unknown>) => Promise<NccResult>

const require = createRequire(import.meta.url)
const ncc: Ncc = require('@vercel/ncc')
const root = path.resolve(import.meta.dirname, '..')

/**
 * Left out. `@actions/core` imports an HTTP client (and with it undici: 450 kB, and half of the start) for OIDC tokens, and
 * a program runner for details of the platform. No action of this pack asks for either. What stands in says so, should that
 * ever change.
 */
const leftOut = {
  '@actions/exec': ['getExecOutput'],
  '@actions/http-client': ['HttpClient'],
  '@actions/http-client/lib/auth': ['BearerCredentialHandler'],
} as const

/** A terminal's Node may be any; a workflow's is what action.yml says. */
const needsNode24 = `if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(\`Slipway needs Node 24 or newer; this is \${process.version}.\`)
  process.exit(3)
}
`

await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  const check = args.includes('--check')
  const out = check ? fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-dist-')) : path.join(root, 'dist')
  emit()
  await bundle(out)
  if (!check) return report(out)
  const different = compare(out, path.join(root, 'dist'))
  fs.rmSync(out, {recursive: true})
  if (different.length > 0) {
    console.error(`dist/ is not what src/ builds: ${different.join(', ')}\nRun "npm run build" and commit dist/.`)
    process.exit(1)
  }
  console.log('dist/ is what src/ builds, byte for byte.')
}

function emit(): void {
  fs.rmSync(path.join(root, 'lib'), {recursive: true, force: true})
  execFileSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {cwd: root, stdio: 'inherit'})
}

async function bundle(out: string): Promise<void> {
  fs.rmSync(out, {recursive: true, force: true})
  fs.mkdirSync(path.join(out, 'core'), {recursive: true})
  const externals = Object.fromEntries(Object.keys(leftOut).map(name => [name, './left-out.js']))
  await build(path.join(root, 'lib/entry.js'), path.join(out, 'core'), {externals, license: 'licenses.txt'})
  write(path.join(out, 'core/left-out.js'), standIns())
  for (const name of actionNames) write(path.join(out, `${name}.js`), entry(`await start('${name}')`))
  write(path.join(out, 'cli.js'), `#!/usr/bin/env node\n${needsNode24}${entry("await start('cli')")}`)
  fs.chmodSync(path.join(out, 'cli.js'), 0o755)
  write(path.join(out, 'package.json'), '{"type":"module"}\n')
}

/** The compile cache spares the later steps of a job the compiling. */
function entry(call: string): string {
  return `const {enableCompileCache} = await import('node:module')\nenableCompileCache()\nconst {start} = await import('./core/index.js')\n${call}\n`
}

async function build(input: string, folder: string, options: Record<string, unknown>): Promise<void> {
  const {code, assets} = await ncc(input, {minify: false, cache: false, quiet: true, ...options})
  write(path.join(folder, 'index.js'), await small(code, 'index.js'))
  for (const [name, {source}] of Object.entries(assets)) {
    if (name === 'package.json') continue
    write(path.join(folder, name), name.endsWith('.js') ? await small(String(source), name) : source)
  }
}

/** ncc minifies its entry but not its chunks; terser is what it uses, so both get the same treatment here. */
async function small(code: string, file: string): Promise<string> {
  const result = await minify(code, {
    module: true,
    compress: {passes: 2},
    mangle: true,
    format: {comments: false},
  })
  if (!result.code) throw new Error(`${file} became empty when it was minified`)
  return `${result.code}\n`
}

function standIns(): string {
  const classes = Object.entries(leftOut).flatMap(([name, exported]) =>
    exported.map(
      each =>
        `export class ${each} { constructor() { throw new Error('${name} is not part of this bundle: see scripts/bundle.ts') } }`,
    ),
  )
  return `${classes.join('\n')}\n`
}

function write(file: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.dirname(file), {recursive: true})
  fs.writeFileSync(file, content)
}

function compare(a: string, b: string): string[] {
  const names = new Set([...filesIn(a), ...filesIn(b)])
  return [...names].sort().filter(name => !sameFile(path.join(a, name), path.join(b, name)))
}

function sameFile(a: string, b: string): boolean {
  return fs.existsSync(a) && fs.existsSync(b) && fs.readFileSync(a).equals(fs.readFileSync(b))
}

function filesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(each => each.isFile())
    .map(each => path.relative(folder, path.join(each.parentPath, each.name)))
}

function report(out: string): void {
  let total = 0
  for (const name of filesIn(out).sort()) {
    const {size} = fs.statSync(path.join(out, name))
    total += size
    console.log(`${String(size).padStart(9)}  ${name}`)
  }
  console.log(`${String(total).padStart(9)}  together`)
}

import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {filesBelow, root} from './tree.ts'

/**
 * Who may import whom (ARCHITECTURE.md, "The arrow rule"). Each breach is printed with the way out.
 * A folder may always import itself and node's pure modules (`node:path`, `node:crypto`).
 */
interface Area {
  readonly folder: string
  /** Folders and files whose values it may import. */
  readonly values: readonly string[]
  /** Folders and files of which it may import types only. */
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
  readonly wayOut: string
}

const ports = [
  'runtime',
  'traffic/target.ts',
  'telemetry/source.ts',
  'evidence/store.ts',
  'image/scanner.ts',
  'image/scan.ts',
]

const areas: readonly Area[] = [
  {
    folder: 'core',
    values: [],
    wayOut: 'core imports nothing: move the word that you need into core, or the code out of it',
  },
  {folder: 'runtime', values: ['core'], wayOut: 'runtime knows the machine only: pass what it needs as a parameter'},
  {
    folder: 'config',
    values: ['core'],
    types: ['runtime'],
    packages: ['zod', 'yaml'],
    wayOut: 'config knows words only: let the caller pass what was read',
  },
  {
    folder: 'report',
    values: ['core'],
    wayOut: 'a report is a neutral document: build it in the domain folder, render it here',
  },
  {
    folder: 'model',
    values: ['core'],
    types: ['config', ...ports],
    packages: ['yaml'],
    wayOut: 'take the value as a parameter; import config and ports by `import type`',
  },
  {
    folder: 'model/readers',
    values: ['core', 'model'],
    types: ['config', 'runtime'],
    packages: ['hyparquet'],
    wayOut: 'a reader turns bytes into columns and judges none of them',
  },
  {
    folder: 'model/command',
    values: ['core'],
    types: ['config', 'runtime'],
    packages: ['zod'],
    wayOut: 'a command’s answer comes in through one schema; what it means is checks/command.ts',
  },
  {
    folder: 'model/contract',
    values: ['core', 'model'],
    types: ['config', 'runtime'],
    packages: ['ajv', 'yaml'],
    wayOut: 'a contract is compiled and compared here; what follows is checks/contract.ts',
  },
  {
    folder: 'model/safety/provenance',
    values: ['core', 'model'],
    types: ['config', 'runtime'],
    packages: ['@sigstore/'],
    wayOut: 'signatures are verified here; which ones must hold is the config’s to say',
  },
  {
    folder: 'image',
    values: ['core'],
    types: ['config', ...ports],
    wayOut: 'take the value as a parameter; import config and ports by `import type`',
  },
  {
    folder: 'image/inputs',
    values: ['core', 'image/scanner.ts', 'image/scan.ts'],
    types: ['config', 'runtime'],
    packages: ['zod'],
    wayOut: 'a reference becomes bytes here; what is wrong with them is a scanner’s to say',
  },
  {
    folder: 'image/scanners',
    values: ['core', 'image/scanner.ts', 'image/scan.ts', 'image/reports', 'image/tools', 'image/database'],
    types: ['config', 'runtime'],
    packages: ['zod'],
    wayOut: 'a scanner runs its tool, reads its report, and judges nothing',
  },
  {
    folder: 'image/tools',
    values: ['core'],
    types: ['config', 'runtime', 'image/scanners/ports.ts'],
    wayOut: 'a tool is found or downloaded here; what it is asked is its scanner’s',
  },
  {
    folder: 'image/database',
    values: ['core', 'image/tools/tar-gz.ts'],
    types: ['config', 'runtime', 'image/scanners/ports.ts'],
    packages: ['zod'],
    wayOut: 'a database is put where its scanner looks for it, and told how old it is',
  },
  {
    folder: 'image/reports',
    values: ['core', 'image/scan.ts'],
    types: ['runtime'],
    packages: ['zod'],
    wayOut: 'a report becomes a scan here; nothing judges it',
  },
  {
    folder: 'image/lists',
    values: ['core', 'image/scan.ts'],
    types: ['runtime'],
    packages: ['zod'],
    wayOut: 'a list of others is read here; what follows from it is image/gate',
  },
  {
    folder: 'image/manifests',
    values: ['core', 'image/scan.ts'],
    types: ['config'],
    packages: ['yaml'],
    wayOut: 'a check reads text and says what is configured; whether that counts is the gate’s',
  },
  {
    folder: 'image/vex',
    values: ['core', 'image'],
    types: ['config'],
    packages: ['zod', 'yaml'],
    wayOut: 'documents of others come in here; what they take away is image/gate',
  },
  {
    folder: 'image/waivers',
    values: ['core', 'image'],
    types: ['config'],
    packages: ['zod', 'yaml'],
    wayOut: 'ignore files of others become waivers here; what a waiver does to a verdict is image/gate',
  },
  {
    folder: 'image/render',
    values: ['core', 'image', 'report'],
    types: ['config'],
    wayOut: 'a rendering is a pure function of an ImageJudgement',
  },
  {folder: 'evidence', values: ['core'], types: ports, wayOut: 'take the value as a parameter'},
  {
    folder: 'evidence/stores',
    values: ['core', 'evidence/evidence.ts', 'evidence/store.ts'],
    types: ['runtime', 'git/branch.ts'],
    packages: ['zod'],
    wayOut: 'a store knows its port, and the port of a branch that somebody else keeps',
  },
  {
    folder: 'rollout',
    values: ['core', 'evidence/evidence.ts'],
    types: ['config', ...ports],
    wayOut: 'take the value as a parameter; import config and ports by `import type`',
  },
  {
    folder: 'backtest',
    values: ['core', 'rollout'],
    types: ['config', ...ports],
    packages: ['zod'],
    wayOut: 'a backtest thinks a rollout through and touches nothing: let the gate read and write',
  },
  {
    folder: 'rollout/ledgers',
    values: ['core', 'rollout/events.ts', 'rollout/event-words.ts', 'rollout/ledger.ts'],
    types: ['runtime', 'git/branch.ts'],
    packages: ['zod'],
    wayOut: 'a ledger stores events and interprets none: what they mean is rollout/state.ts',
  },
  {
    folder: 'traffic',
    values: ['core'],
    types: ['config', 'runtime'],
    packages: ['zod'],
    wayOut: 'a target moves traffic and knows no metrics, plans or verdicts',
  },
  {
    folder: 'telemetry',
    values: ['core'],
    types: ['config', 'runtime'],
    packages: ['zod'],
    wayOut: 'a source reports counters and interprets none',
  },
  {
    folder: 'git',
    values: ['core'],
    types: ['runtime'],
    wayOut: 'git knows the git program only: what a file means is for ledgers and evidence stores',
  },
  {
    folder: 'github',
    values: ['core'],
    types: ['runtime', 'git/branch.ts'],
    packages: ['zod', '@octokit/'],
    wayOut: 'github knows GitHub only: let actions or gates join it with a domain',
  },
  {
    folder: 'gates',
    values: [
      'core',
      'runtime',
      'config',
      'report',
      'model',
      'image',
      'evidence',
      'rollout',
      'backtest',
      'traffic',
      'telemetry',
      'git',
      'github',
    ],
    wayOut: 'gates join config, ports and domains; what is said to a person belongs to actions or cli',
  },
]

/** What only one place may touch. */
const reserved = [
  {
    pattern: /['"]node:(fs|fs\/promises|child_process)['"]/,
    allowed: ['runtime/', 'cli/', 'traffic/router/'],
    wayOut: 'use the Files or Exec port of runtime',
  },
  {pattern: /(?<![.\w])fetch\(/, allowed: ['runtime/'], wayOut: 'use the Http port of runtime'},
  {
    pattern: /\bnew Date\(\)|\bDate\.now\(/,
    allowed: ['runtime/', 'cli/demo/'],
    wayOut: 'take the time as a value, or the Clock port',
  },
  {
    pattern: /(?<![.\w])set(Timeout|Interval)\(/,
    allowed: ['runtime/', 'cli/demo/', 'traffic/router/'],
    wayOut: 'use the Clock port of runtime',
  },
  {
    pattern: /Math\.random\(|randomUUID|randomBytes/,
    allowed: ['runtime/'],
    wayOut: 'take a seeded generator, or newId of runtime',
  },
  {pattern: /from '@actions\//, allowed: ['actions/'], wayOut: 'publish from actions; domains return values'},
  {pattern: /from '@octokit\//, allowed: ['github/'], wayOut: 'add a function to github/'},
  {
    // The one of Node; an e-process of statistics is another thing.
    pattern:
      /\bprocess\.(argv|arch|chdir|cwd|emit|env|execPath|exit|getuid|hrtime|kill|memoryUsage|nextTick|off|on|once|pid|platform|std|umask|uptime|version)/,
    allowed: ['runtime/', 'actions/', 'cli/', 'traffic/router/', 'entry.ts'],
    wayOut: 'take the value as a parameter',
  },
  {
    pattern: /(?<![\w])await\s/,
    allowed: [
      'runtime/',
      'actions/',
      'cli/',
      'gates/',
      'git/',
      'github/',
      'traffic/',
      'telemetry/',
      'evidence/stores/',
      'rollout/ledgers/',
      'rollout/run/',
      'image/scanners/',
      'image/inputs/',
      'image/tools/',
      'image/database/',
      'image/lists/',
      'model/readers/',
      'model/safety/formats/',
      'model/safety/archives/',
      'model/safety/provenance/',
      'model/safety/siblings.ts',
      'entry.ts',
    ],
    allowedFile: /\/(run|gather|load|open|scan)(\.|-)/,
    wayOut: 'await stands in readers, gather, run and adapters only: make the rest pure',
  },
] as const

const sources = filesBelow('src', '.ts')

describe('the arrow rule', () => {
  test('finds the sources that it judges', () => expect(sources.length).toBeGreaterThan(50))

  test('no folder imports what it may not', () => {
    expect(sources.flatMap(file => breaches(file))).toEqual([])
  })

  test('what belongs to one place stays there', () => {
    expect(sources.flatMap(file => misplaced(file))).toEqual([])
  })
})

function breaches(file: string): string[] {
  const inside = path.relative('src', file).split(path.sep).join('/')
  const area = [...areas].reverse().find(each => inside.startsWith(`${each.folder}/`))
  if (!area) return []
  const alsoReports = /\/(run|plan|report|[a-z-]+-report)\.ts$/.test(inside) ? ['report'] : []
  const values = [area.folder, ...area.values, ...alsoReports]
  return importsOf(file).flatMap(({specifier, typeOnly}) => {
    if (specifier.startsWith('node:')) return []
    if (!specifier.startsWith('.')) {
      if (area.packages?.some(each => specifier === each || specifier.startsWith(each))) return []
      return [`${inside} imports the package ${specifier}. Way out: ${area.wayOut}.`]
    }
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(inside), specifier))
    const allowed = typeOnly ? [...values, ...(area.types ?? []), 'report'] : values
    if (allowed.some(each => target === each || target.startsWith(`${each}/`))) return []
    return [`${inside} imports ${typeOnly ? 'types of ' : ''}${target}. Way out: ${area.wayOut}.`]
  })
}

function misplaced(file: string): string[] {
  const inside = path.relative('src', file).split(path.sep).join('/')
  const code = withoutComments(fs.readFileSync(path.join(root, file), 'utf8'))
  return reserved
    .filter(each => !each.allowed.some(prefix => inside.startsWith(prefix)))
    .filter(each => !('allowedFile' in each && each.allowedFile.test(`/${inside}`)))
    .filter(each => each.pattern.test(code))
    .map(each => `${inside} uses ${String(each.pattern)}. Way out: ${each.wayOut}.`)
}

function importsOf(file: string): {specifier: string; typeOnly: boolean}[] {
  const code = fs.readFileSync(path.join(root, file), 'utf8')
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
  return [...code.matchAll(pattern)].map(([statement, type, specifier = '']) => ({
    specifier,
    typeOnly: type !== undefined || everyNameIsType(statement),
  }))
}

function everyNameIsType(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    ?.split(',')
    .map(name => name.trim())
    .filter(Boolean)
  return names !== undefined && names.length > 0 && names.every(name => name.startsWith('type '))
}

/** Good enough for the patterns above: none of them occurs inside a string with a comment mark. */
function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}

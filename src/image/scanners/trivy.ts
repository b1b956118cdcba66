/** Runs Trivy: once for each image of one platform, on exactly the bytes that were resolved, and with nothing of the workflow's. */
import * as path from 'node:path'
import {SystemError} from '../../core/failure.ts'
import {type TrivyDatabase, withTrivyDatabase} from '../database/trivy.ts'
import {builtInOwnCache, ownCache} from '../database/trivy-cache.ts'
import {unknownSystem} from '../database/trivy-systems.ts'
import {readJson} from '../reports/report-text.ts'
import {parseTrivyReport} from '../reports/trivy.ts'
import type {FlawKind, Scan} from '../scan.ts'
import type {Scanner, ScanTarget} from '../scanner.ts'
import {notPassed, scrubbedEnvironment} from '../tools/environment.ts'
import {findTool, type Tool} from '../tools/find.ts'
import {runTool} from '../tools/run.ts'
import type {ScannerOptions, ScannerPorts} from './ports.ts'
import {
  type CallFiles,
  kindsLookedFor,
  passedVariables,
  scanArguments,
  secretConfig,
  setVariables,
} from './trivy/arguments.ts'
import {withLog} from './trivy/log.ts'
import {unreadSources} from './trivy/sources.ts'

/** A text of JavaScript has half a gigabyte at most, and the reports of the largest images have some 100 MB. */
const maxReportBytes = 500 * 1024 * 1024

export function openTrivy(options: ScannerOptions, ports: ScannerPorts): Scanner {
  // Asked for once, however many platforms an image has: its version alone takes the program seconds.
  let found: Promise<Tool> | undefined
  return {
    name: 'trivy',
    scan: async (target, kinds) => {
      found ??= findTool('trivy', options.tools, ports)
      const tool = await found
      return withTrivyDatabase(options.database, ports, database =>
        ports.folders.temporary(folder => scan({target, kinds, tool, database, folder, options}, ports)),
      )
    },
  }
}

interface Asked {
  readonly target: ScanTarget
  readonly kinds: readonly FlawKind[]
  readonly tool: Tool
  readonly database: TrivyDatabase | null
  /** Empty, and ours alone. */
  readonly folder: string
  readonly options: ScannerOptions
}

async function scan({target, kinds, tool, database, folder, options}: Asked, ports: ScannerPorts): Promise<Scan> {
  const {timeoutMs} = options
  const files = await layOut(target, folder, ports)
  const ran = await runTool(
    {
      tool: 'trivy',
      program: tool.program,
      args: scanArguments({target, kinds, files, offline: database !== null, timeoutMs}),
      env: environment(database, folder, ports),
      folder,
      timeoutMs,
      maxOutputBytes: maxReportBytes,
      shown: `trivy ${target.kind === 'sbom' ? 'sbom' : 'image'} ${target.label}`,
      errorsMarked: '\tFATAL\t',
      hints,
      hint: 'Check the name of the image, the log-in to its registry, and that the database can be downloaded or is in the cache.',
    },
    ports,
  )
  const source = 'The answer of trivy'
  const report = parseTrivyReport(readJson(ran.stdout, source), source)
  const answer = bind(withLog(report, ran.stderr), target)
  const knowledge = await knowledgeOf(answer, database, ports)
  return {
    ...answer,
    image: target.label,
    platform: target.platform ?? answer.platform,
    scanners: answer.scanners.map(each => ({
      ...each,
      version: tool.version ?? each.version,
      databaseBuilt: knowledge.built,
    })),
    lookedFor: kindsLookedFor(target, kinds),
    doubts: [...answer.doubts, ...knowledge.doubts, ...(target.kind === 'sbom' ? unreadSources(answer) : [])],
  }
}

interface Knowledge {
  /** When the database was built that was looked into; null where nobody can tell. */
  readonly built: string | null
  readonly doubts: readonly string[]
}

async function knowledgeOf({os}: Scan, database: TrivyDatabase | null, ports: ScannerPorts): Promise<Knowledge> {
  const cacheFolder = database ? database.cacheFolder : ownCache(ports.env, ports.host)
  if (cacheFolder === null) return {built: null, doubts: []}
  const doubt = os && (await unknownSystem(os.name, cacheFolder, ports))
  return {
    built: database ? database.built : await builtInOwnCache(cacheFolder, ports),
    doubts: doubt ? [doubt] : [],
  }
}

/** Names of our own for everything that the call names: Trivy reads ":" and "@" in a path as a tag and a digest. */
async function layOut(target: ScanTarget, folder: string, {files, folders}: ScannerPorts): Promise<CallFiles> {
  const input = path.join(folder, 'input')
  if (target.kind === 'layout') await folders.link(target.folder, input)
  if (target.kind === 'archive' || target.kind === 'sbom') await folders.link(target.path, input)
  const empty = path.join(folder, 'empty.yaml')
  await files.writeText(empty, '')
  // Trivy passes over a file of the image that has this name: it must be one that nobody gives.
  const secrets = path.join(folder, 'slipway-no-secrets-in-weights.yaml')
  await files.writeText(secrets, secretConfig)
  return {input, empty, secretConfig: secrets, modules: path.join(folder, 'modules')}
}

/** What Trivy unpacks goes where we clean up, also where it is ended before it could. */
function environment(
  database: TrivyDatabase | null,
  folder: string,
  {env, log}: ScannerPorts,
): Readonly<Record<string, string>> {
  const ignored = notPassed(env, 'TRIVY_', passedVariables)
  if (ignored.length > 0) {
    log.warning(`Not passed on to Trivy, because the gate is in slipway.yml: ${ignored.join(', ')}.`)
  }
  const cache: Readonly<Record<string, string>> = database ? {TRIVY_CACHE_DIR: database.cacheFolder} : {}
  return scrubbedEnvironment(env, passedVariables, {
    ...setVariables,
    ...cache,
    TMPDIR: folder,
    TMP: folder,
    TEMP: folder,
  })
}

const hints = [
  {
    said: 'ava DB',
    hint: 'The image has Java archives, whose names are looked up in a second database: put trivy-java-db beside the first one, in `java-db`.',
  },
  {
    said: 'SBOM format\tformat="unknown"',
    hint: 'Trivy reads CycloneDX and SPDX. Syft’s own JSON is read by Grype: write another form with `syft convert`, or use `scanner: grype`.',
  },
  {
    said: 'cache may be in use by another process',
    hint: 'Another Trivy works with the same cache: let one wait for the other, or give each a database with `database`.',
  },
  {
    said: 'no space left on device',
    hint: 'Layers are unpacked to the temporary folder: make room, set TMPDIR to a larger disk, or scan the SBOM that the build made.',
  },
  {
    said: 'read-only file system',
    hint: 'Trivy opens its database for writing: give `database` as an archive or an OCI layout, which is unpacked for each scan, or copy the folder first.',
  },
  {
    said: 'UNAUTHORIZED',
    hint: 'Log in to the registry before this step, so that the credentials stand in DOCKER_CONFIG, or set TRIVY_USERNAME and TRIVY_PASSWORD.',
  },
  {
    said: 'TOOMANYREQUESTS',
    hint: 'The registry of the database limits downloads: keep its cache folder between runs, or give a copy with `database`.',
  },
] as const

/** The report must be about the image that was asked for: by its digest, or by its config where Trivy sees no digest. */
function bind(answer: Scan, target: ScanTarget): Scan {
  const {digest, configDigest} = target
  const digests = digest === null ? answer.digests : [...new Set([digest, ...answer.digests])]
  switch (target.kind) {
    case 'registry':
      if (digest !== null && answer.digests.includes(digest)) return answer
      break
    case 'layout':
    case 'archive':
      if (configDigest === null) return {...answer, digests}
      break
    case 'sbom':
      // Lists packages and has no bytes: what it is of, it says itself.
      return {...answer, digests}
  }
  if (configDigest !== null && answer.configDigest === configDigest) return {...answer, digests}
  throw new SystemError(
    'image/scanned-another-image',
    `Trivy scanned ${[...answer.digests, `config ${answer.configDigest ?? 'unknown'}`].join(', ')}, and was asked for ${digest ?? 'no digest'}, config ${configDigest ?? 'unknown'}.`,
    {system: 'trivy', retryable: false, hint: 'Do not change the image during the scan.'},
  )
}

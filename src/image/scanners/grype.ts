/**
 * Runs Grype. What it finds must depend on the image and the database alone, so everything that could make it find less is
 * closed: config files of the working directory and of the user, and switches in the environment. How old its database may
 * be is the gate's to say.
 */
import * as path from 'node:path'
import {SystemError} from '../../core/failure.ts'
import {withGrypeDatabase} from '../database/grype.ts'
import {withPackages} from '../reports/grype/packages.ts'
import {parseGrypeReport} from '../reports/grype.ts'
import {readJson} from '../reports/report-text.ts'
import type {Flaw, Scan} from '../scan.ts'
import type {Scanner, ScanTarget} from '../scanner.ts'
import {notPassed} from '../tools/environment.ts'
import {findTool, type Tool} from '../tools/find.ts'
import {runTool} from '../tools/run.ts'
import {bindToTarget} from './grype/binding.ts'
import {closedConfig, environment, hints, passedVariables, sourceOf} from './grype/call.ts'
import {doubtsIn} from './grype/doubts.ts'
import type {ScannerOptions, ScannerPorts} from './ports.ts'

/** A text of JavaScript has half a gigabyte at most, and the largest reports have some 100 MB. */
const maxReportBytes = 500 * 1024 * 1024

/**
 * Looks for vulnerabilities, whatever else it is asked for: `lookedFor` tells. It knows known exploits, EPSS and the dates
 * of fixes by itself.
 */
export function openGrype(options: ScannerOptions, ports: ScannerPorts): Scanner {
  // Asked for once, however many platforms an image has: to start a scanner for its version takes a second.
  let tool: Promise<Tool> | undefined
  return {
    name: 'grype',
    scan: async target => {
      tool ??= findGrype(options, ports)
      return scan(target, await tool, options, ports)
    },
  }
}

async function findGrype({tools}: ScannerOptions, ports: ScannerPorts): Promise<Tool> {
  const ignored = notPassed(ports.env, 'GRYPE_', passedVariables)
  if (ignored.length > 0) {
    ports.log.warning(`Not passed on to Grype, because the gate is in slipway.yml: ${ignored.join(', ')}.`)
  }
  return findTool('grype', tools, ports)
}

function scan(
  target: ScanTarget,
  {program, version}: Tool,
  options: ScannerOptions,
  ports: ScannerPorts,
): Promise<Scan> {
  return ports.folders.temporary(folder =>
    withGrypeDatabase(options.database, ports, importing(program, folder, options, ports), async cacheFolder => {
      const found = await look(program, target, folder, cacheFolder, options, ports)
      const scanners = found.scanners.map(run => ({...run, version: run.version ?? version}))
      return bindToTarget({...found, scanners}, target)
    }),
  )
}

async function look(
  program: string,
  target: ScanTarget,
  folder: string,
  cacheFolder: string | null,
  {timeoutMs}: ScannerOptions,
  ports: ScannerPorts,
): Promise<Scan> {
  const report = path.join(folder, 'report.json')
  const sbom = path.join(folder, 'packages.json')
  const source = await sourceOf(target, folder, ports)
  const ran = await runTool(
    {
      tool: 'grype',
      program,
      args: [
        await closedConfig(folder, ports),
        `--output=json=${report}`,
        `--output=cyclonedx-json=${sbom}`,
        '--',
        source,
      ],
      env: environment(ports.env, folder, {
        ...(cacheFolder === null ? {} : {GRYPE_DB_CACHE_DIR: cacheFolder, GRYPE_DB_AUTO_UPDATE: 'false'}),
        ...(target.kind === 'registry' && target.plainHttp ? {GRYPE_REGISTRY_INSECURE_USE_HTTP: 'true'} : {}),
      }),
      folder,
      timeoutMs,
      maxOutputBytes: maxReportBytes,
      shown: `grype ${target.kind === 'registry' ? source : target.label}`,
      hints,
      errorsMarked: ' ERROR ',
      hint: 'Check the name of the image, the log-in to its registry, and that the database can be downloaded or is in the cache.',
    },
    ports,
  )
  const read = async (file: string, what: string) => readJson(await readOutput(file, ports), what)
  const scanned = parseGrypeReport(await read(report, 'The answer of grype'), 'The answer of grype')
  const listed = withPackages(
    scanned,
    await read(sbom, 'The list of packages of grype'),
    'The list of packages of grype',
  )
  return {...listed, flaws: listed.flaws.map(byItself), doubts: [...listed.doubts, ...doubtsIn(ran.stderr)]}
}

/** No rule of anybody else is in force here, so what was taken away is what Grype's makers hold for mistaken. */
function byItself<F extends Flaw>(flaw: F): F {
  return flaw.suppressed === undefined ? flaw : {...flaw, suppressed: {...flaw.suppressed, by: 'grype itself'}}
}

function importing(program: string, folder: string, {timeoutMs}: ScannerOptions, ports: ScannerPorts) {
  return async (file: string, cacheFolder: string): Promise<void> => {
    await runTool(
      {
        tool: 'grype',
        program,
        args: ['db', 'import', await closedConfig(folder, ports), '--', file],
        env: environment(ports.env, folder, {GRYPE_DB_CACHE_DIR: cacheFolder, GRYPE_LOG_LEVEL: 'warn'}),
        folder,
        timeoutMs,
        maxOutputBytes: 64 * 1024 * 1024,
        shown: `grype db import ${file}`,
        errorsMarked: ' ERROR ',
        hints: hints.filter(({said}) => said === 'no space left on device'),
        hint: 'Expected a database of schema 6, as `grype db list` names its archives: damaged, of another schema, or something else.',
      },
      ports,
    )
  }
}

async function readOutput(file: string, {files}: ScannerPorts): Promise<string> {
  if (!(await files.exists(file))) {
    throw new SystemError('image/scanner-failed', `Grype ended well, and has not written ${path.basename(file)}.`, {
      system: 'grype',
      retryable: false,
      hint: 'Use a version that can write several outputs (0.60 or newer).',
    })
  }
  const size = await files.open(file, async bytes => bytes.size)
  if (size <= maxReportBytes) return files.readText(file)
  throw new SystemError(
    'image/scanner-output-too-large',
    `Grype wrote ${size} bytes, and ${maxReportBytes} can be read.`,
    {
      system: 'grype',
      retryable: false,
      hint: 'Scan a smaller image.',
    },
  )
}

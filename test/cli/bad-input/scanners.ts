/** Every way in which a scanner or its database can be missing, wrong, or no good. */
import {rmSync} from 'node:fs'
import type {World} from '../world.ts'
import {type Case, error, type Given, inconclusive} from './case.ts'
import {image, installTool, installTrivy, reportOf, scanned, writeDatabase} from './scanned.ts'

const trivy = (answer: string) => scanned(world => installTool(world, 'trivy', '0.70.0', answer))
const answering = (report: (world: World) => unknown) => scanned(world => installTrivy(world, report(world)))

const programs: readonly Case[] = [
  error(
    'image/scanner-not-found',
    'no Trivy on PATH',
    scanned(world => rmSync(world.file('bin/trivy'))),
    'The program "trivy" is not there',
  ),
  error(
    'image/scanner-not-found',
    'no Grype on PATH',
    of('grype', () => {}),
    'The program "grype" is not there',
  ),
  error(
    'image/scanner-malicious',
    'a Trivy that was made by an intruder',
    scanned(world => installTrivy(world, reportOf(world), '0.69.4')),
    'Trivy 0.69.4 is malware',
  ),
  error(
    'image/scanner-malicious',
    'the same, asked for by its version',
    tools('{from: download, trivy: 0.69.4}'),
    'Trivy 0.69.4 is malware',
  ),
  error(
    'image/tool-not-pinned',
    'a version that nobody pinned',
    tools('{from: download, trivy: 0.1.2}'),
    'The release 0.1.2 of trivy is not pinned',
  ),
  error(
    'image/scanner-failed',
    'a scanner that fails',
    trivy('echo "FATAL no such image" >&2; exit 1'),
    'ended with exit code 1',
  ),
  error('image/scanner-failed', 'a scanner that is killed', trivy('kill -9 $$'), 'was ended by a signal'),
  error(
    'image/scanner-timed-out',
    'a scanner that hangs',
    scanned(world => {
      installTool(world, 'trivy', '0.70.0', 'exec /bin/sleep 60')
      world.configure('  scanner: report\n', '  scanner: report\n  timeout: 1s\n')
    }),
    'took longer than 1s',
  ),
  error('image/report-empty', 'a scanner that says nothing', trivy('exit 0'), 'The answer of trivy is empty'),
  error('image/report-not-json', 'a scanner that prints a table', trivy('echo Total: 3'), 'The answer of trivy'),
  error(
    'image/scanned-another-image',
    'a scanner that looked at another image',
    answering(world => ({...reportOf(world), Metadata: {ImageID: `sha256:${'c'.repeat(64)}`}})),
    `was asked for ${image.digest}`,
  ),
  error(
    'image/nothing-scanned',
    'a scanner that saw no package',
    answering(world => ({...reportOf(world), Results: []})),
    'no package in it',
  ),
]

const databases: readonly Case[] = [
  error(
    'image/database-missing',
    'no database at the path',
    scanned(world => rmSync(world.file('database'), {recursive: true})),
    'There is nothing at',
  ),
  error(
    'image/database-missing',
    'the database of another scanner',
    scanned(world => {
      rmSync(world.file('database'), {recursive: true})
      world.write('database/6/vulnerability.db', 'SQLite format 3\0')
    }),
    'There is no database of Trivy in',
  ),
  error(
    'image/database-missing',
    'the same, the other way round',
    of('grype', world => installTool(world, 'grype', '0.100.0', 'exit 1')),
    'There is no database of Grype',
  ),
  error(
    'image/database-corrupt',
    'a database that is none',
    database({content: Buffer.from('no')}),
    'is not a database',
  ),
  error(
    'image/database-malformed',
    'a database without its date',
    database({metadata: null}),
    'holds no "metadata.json"',
  ),
  error(
    'image/database-malformed',
    'a date that is none',
    database({metadata: '{"Version": 2}'}),
    'db/metadata.json does not say when',
  ),
  error(
    'image/database-version-unknown',
    'a database of the next version',
    database({metadata: '{"Version": 3, "UpdatedAt": "2026-11-21T06:00:00Z"}'}),
    'has the schema version 3',
  ),
  error(
    'image/database-for-which',
    'one database for two scanners',
    scanned(() => {}, '--scanner', 'both'),
    'is one database, and two scanners',
  ),
  inconclusive(
    'image/database-too-old',
    'a database of last year',
    scanned(world => {
      world.configure('database-max-age: 3650d', 'database-max-age: 5d')
      writeDatabase(world, {metadata: '{"Version": 2, "UpdatedAt": "2025-11-21T06:00:00Z"}'})
    }),
    'at most 5d are allowed',
  ),
  inconclusive(
    'image/scan-from-the-future',
    'a database of next year',
    database({metadata: '{"Version": 2, "UpdatedAt": "2027-11-21T06:00:00Z"}'}),
    'now it is 2026-11-22',
  ),
  inconclusive(
    'image/database-age-unknown',
    'a scanner with a cache of nobody knows when',
    world => scannedWithout(world),
    'does not say when its database',
  ),
]

export const wrongScanners: readonly Case[] = [...programs, ...databases]

function database(written: Parameters<typeof writeDatabase>[1]): Given {
  return scanned(world => {
    rmSync(world.file('database'), {recursive: true})
    writeDatabase(world, written)
  })
}

/** The scan by another scanner. */
function of(name: 'grype', change: (world: World) => void): Given {
  return async world => {
    const argv = await scanned(change)(world)
    return argv.map(word => (word === 'trivy' ? name : word))
  }
}

function tools(text: string): Given {
  return scanned(world => world.configure('  scanner: report\n', `  scanner: report\n  tools: ${text}\n`))
}

async function scannedWithout(world: World): Promise<readonly string[]> {
  const [command = '', layout = ''] = await scanned(() => {})(world)
  world.env.TRIVY_CACHE_DIR = world.file('nothing')
  return [command, layout, '--scanner', 'trivy']
}

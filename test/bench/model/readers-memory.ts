/**
 * How much memory a table takes while it is read: the peak of a process of its own, for each format.
 *
 *     node test/bench/model/readers-memory.ts [rows] [python]
 *
 * Ten million rows of six columns must fit into 1 GB. Needs Linux, which tells a process's peak.
 */
import {spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {readTable} from '../../../src/model/readers/table.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {requests, writePredictions} from './readers-data.ts'

const limitMegabytes = 1000
const [first = '10000000', second = 'python3'] = process.argv.slice(2)

if (first === 'read') await readOne(second)
else await compareFormats(Number(first), second)

async function readOne(file: string): Promise<void> {
  const {table} = await readTable(systemFiles, file, requests)
  const peak = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]
  console.log(JSON.stringify({rows: table.rows, megabytes: Number(peak) / 1000}))
}

async function compareFormats(rows: number, python: string): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  try {
    await writePredictions(path.join(folder, 'rows.csv'), path.join(folder, 'rows.jsonl'), rows)
    const script = path.join(import.meta.dirname, 'readers.py')
    const wrote = spawnSync(python, [script, folder, 'write']).status === 0
    if (!wrote) console.log(`${python} has no pandas with pyarrow: Parquet is left out.`)
    for (const format of ['csv', 'jsonl', ...(wrote ? ['parquet'] : [])]) {
      const file = path.join(folder, `rows.${format}`)
      const child = spawnSync(process.execPath, ['--max-old-space-size=256', import.meta.filename, 'read', file], {
        encoding: 'utf8',
      })
      if (child.status !== 0) throw new Error(child.stderr)
      const {rows: read, megabytes} = JSON.parse(child.stdout)
      const over = megabytes > limitMegabytes
      console.log(
        `${format.padEnd(8)} ${read.toLocaleString('en-US')} rows  ${megabytes.toFixed(0)} MB${over ? '  OVER THE LIMIT' : ''}`,
      )
      if (over) process.exitCode = 1
    }
  } finally {
    fs.rmSync(folder, {recursive: true})
  }
}

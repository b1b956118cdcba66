/**
 * How quickly tables are read, beside pandas and Python's own modules in the same run:
 *
 *     node test/bench/model/readers.ts [rows] [python]
 *
 * Slipway also digests each file while it reads, checks its encoding and every row's form.
 */
import {spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {readTable} from '../../../src/model/readers/table.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {requests, writePredictions} from './readers-data.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const python = process.argv[3] ?? 'python3'
const script = path.join(import.meta.dirname, 'readers.py')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))

try {
  await writePredictions(path.join(folder, 'rows.csv'), path.join(folder, 'rows.jsonl'), rows)
  const version = runPython('write')
  if (version === null) {
    console.log(
      `${python} has no pandas with pyarrow: the others and Parquet are left out. Install them, or name a Python.`,
    )
  }
  const others: Record<string, number> = JSON.parse((version === null ? null : runPython('read')) ?? '{}')
  console.log(`${rows.toLocaleString('en-US')} rows of 6 columns${version === null ? '' : `, ${version.trim()}`}\n`)
  for (const format of ['csv', 'jsonl', ...(version === null ? [] : ['parquet'])]) await reportFormat(format, others)
} finally {
  fs.rmSync(folder, {recursive: true})
}

async function reportFormat(format: string, others: Readonly<Record<string, number>>): Promise<void> {
  const file = path.join(folder, `rows.${format}`)
  const times = []
  for (let run = 0; run < 5; run++) {
    const started = performance.now()
    await readTable(systemFiles, file, requests)
    times.push(performance.now() - started)
  }
  const best = Math.min(...times)
  const speed = fs.statSync(file).size / 1e6 / (best / 1000)
  console.log(`${format.padEnd(8)} ${best.toFixed(0).padStart(6)} ms  ${speed.toFixed(0)} MB/s`)
  for (const [name, time] of Object.entries(others)) {
    if (!name.startsWith(`${format}: `)) continue
    console.log(
      `  ${name.slice(format.length + 2).padEnd(14)} ${time.toFixed(0).padStart(6)} ms  ${(time / best).toFixed(1)}x of Slipway’s time`,
    )
  }
}

function runPython(what: 'write' | 'read'): string | null {
  const {status, stdout} = spawnSync(python, [script, folder, what], {encoding: 'utf8'})
  return status === 0 ? stdout : null
}

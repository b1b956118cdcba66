/**
 * `node ours.ts <path> <policy> all|reading`: one scan in a process of its own, so that its peak memory is its own. `all` is
 * what a user waits for: every file is read and hashed.
 */
import {statSync} from 'node:fs'
import {resourceUsage} from 'node:process'
import {worstOf} from '../../../src/core/verdict.ts'
import {gatherModel} from '../../../src/model/safety/gather.ts'
import {judgeScan} from '../../../src/model/safety/judge.ts'
import {Work} from '../../../src/model/safety/limits.ts'
import type {ModelScan} from '../../../src/model/safety/model-scan.ts'
import type {FormatPolicy} from '../../../src/model/safety/policy.ts'
import {scanArtifact} from '../../../src/model/safety/scan.ts'
import {systemFiles} from '../../../src/runtime/files.ts'

const [path = '', policy = 'weights-only', measured = 'all'] = process.argv.slice(2)
const formats: FormatPolicy = policy === 'allowlist' ? 'allowlist' : 'weights-only'
const began = performance.now()
const {scan} = measured === 'reading' ? {scan: await readOnly(path)} : await gatherModel(systemFiles, path)
const {findings} = judgeScan(scan, {formats, allow: [], today: 0})
process.stdout.write(
  JSON.stringify({
    seconds: (performance.now() - began) / 1000,
    megabytes: resourceUsage().maxRSS / 1024,
    said: worstOf(findings.map(({verdict}) => verdict)),
    why: [...new Set(findings.filter(({verdict}) => verdict !== 'pass').map(({what}) => what))].slice(0, 3),
  }),
)

/** The scan of one file without its digest. */
async function readOnly(file: string): Promise<ModelScan> {
  const ports = {work: new Work(), scratch: systemFiles.scratch}
  const found = await systemFiles.open(file, bytes =>
    scanArtifact({path: ['file'], bytes, loader: 'any', siblings: null}, ports),
  )
  return {files: [{path: 'file', size: statSync(file).size, digest: 'sha256:', ...found}], links: []}
}

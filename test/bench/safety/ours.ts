/** `node ours.ts <path> <policy>`: one scan in a process of its own, so that its peak memory is its own. */
import {resourceUsage} from 'node:process'
import {worstOf} from '../../../src/core/verdict.ts'
import {gatherModel} from '../../../src/model/safety/gather.ts'
import {judgeScan} from '../../../src/model/safety/judge.ts'
import type {FormatPolicy} from '../../../src/model/safety/policy.ts'
import {systemFiles} from '../../../src/runtime/files.ts'

const [path = '', policy = 'weights-only'] = process.argv.slice(2)
const formats: FormatPolicy = policy === 'allowlist' ? 'allowlist' : 'weights-only'
const began = performance.now()
const {scan} = await gatherModel(systemFiles, path)
const findings = judgeScan(scan, {formats, allow: [], today: 0})
process.stdout.write(
  JSON.stringify({
    seconds: (performance.now() - began) / 1000,
    megabytes: resourceUsage().maxRSS / 1024,
    said: worstOf(findings.map(({verdict}) => verdict)),
    why: [...new Set(findings.filter(({verdict}) => verdict !== 'pass').map(({what}) => what))].slice(0, 3),
  }),
)

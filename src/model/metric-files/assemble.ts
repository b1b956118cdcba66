import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import {unanswerable} from '../inference/estimate.ts'
import {type Ask, type Entry, listed, type MetricsFormat, type Reading} from './format.ts'
import type {MetricsFile, ReportedValue} from './metrics-file.ts'

/**
 * Entries as a lookup by name. A task or data set stands before the name, so that gates can ask for several of one
 * file; with `run` naming one of them, its values alone remain, without it.
 */
export function assemble(format: MetricsFormat, reading: Reading, ask: Ask, digest: Digest): MetricsFile {
  const part = reading.run === null ? ask.run : undefined
  const entries = part === undefined ? reading.entries : entriesOfPart(reading.entries, part, ask.path)
  const values = new Map<string, ReportedValue>()
  const aliases = new Map<string, string | null>()
  for (const entry of entries) {
    const {part: of, name, alias, ...value} = entry
    const before = part === undefined && of !== undefined ? `${of}.` : ''
    const full = `${before}${name}`
    values.set(full, values.has(full) ? twice : value)
    if (alias === undefined) continue
    for (const word of new Set([alias, `${before}${alias}`])) aliases.set(word, aliases.has(word) ? null : full)
  }
  return {
    path: ask.path,
    source: format.tool,
    run: reading.run ?? part ?? null,
    digest,
    values,
    aliases: new Map([...aliases].flatMap(([word, name]) => (name === null || values.has(word) ? [] : [[word, name]]))),
  }
}

const twice: ReportedValue = {
  value: unanswerable('model/reported-twice', 'the file says it twice, and nothing tells which one is meant.'),
}

function entriesOfPart(entries: readonly Entry[], part: string, path: string): readonly Entry[] {
  const found = entries.filter(entry => entry.part === part)
  if (found.length > 0) return found
  const parts = [...new Set(entries.flatMap(entry => entry.part ?? []))]
  const holds = parts.length === 0 ? 'It holds one run only, without a name.' : `It holds: ${listed(parts)}.`
  throw new UserError('model/metrics-run-missing', `${path} holds nothing that is called "${part}". ${holds}`, {
    hint: parts.length === 0 ? 'Remove validation.metrics.run.' : 'Correct validation.metrics.run.',
  })
}

/** Histories in a branch as the format describes them, and ways in which a person may have edited one. */
import {createHash} from 'node:crypto'
import type {BareRepository} from '../../fakes/github/repository.ts'

/** The files of a branch with this history: 500 events a file, and the state with the digest of all lines. */
export function historyFiles(events: readonly object[]): Record<string, string> {
  const lines = events.map(event => `${JSON.stringify(event)}\n`)
  const files: Record<string, string> = {}
  for (let start = 0; start < lines.length; start += 500) {
    files[`events/${String(start / 500 + 1).padStart(4, '0')}.jsonl`] = lines.slice(start, start + 500).join('')
  }
  const digest = `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`
  return {...files, 'state.json': JSON.stringify({events: lines.length, digest})}
}

export const damageNames = [
  'an event removed',
  'an event changed',
  'garbage in a line',
  'half a last line',
  'garbage in state.json',
  'a file in between',
  'events moved to another file',
] as const

export function branchDamages(
  repository: BareRepository,
  branch: string,
): Record<(typeof damageNames)[number], () => Promise<void>> {
  const rewrite = async (file: string, change: (text: string) => string) => {
    const text = await repository.git(['show', `${branch}:${file}`])
    await repository.commitFiles(branch, {[file]: change(`${text}\n`)}, 'Edit')
  }
  return {
    'an event removed': () => rewrite('events/0001.jsonl', text => text.split('\n').slice(1).join('\n')),
    'an event changed': () => rewrite('events/0001.jsonl', text => text.replace('reason 2', 'a better reason')),
    'garbage in a line': () => rewrite('events/0001.jsonl', text => text.replace('{', '{{')),
    'half a last line': () => rewrite('events/0001.jsonl', text => text.slice(0, -40)),
    'garbage in state.json': () => rewrite('state.json', () => 'not JSON'),
    'a file in between': async () => {
      await repository.commitFiles(branch, {'events/notes.txt': 'hello'}, 'Edit')
    },
    'events moved to another file': async () => {
      const lines = (await repository.git(['show', `${branch}:events/0001.jsonl`])).split('\n')
      const files = {'events/0001.jsonl': `${lines[0]}\n`, 'events/0002.jsonl': `${lines.slice(1).join('\n')}\n`}
      await repository.commitFiles(branch, files, 'Edit')
    },
  }
}

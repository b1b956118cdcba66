import {shortDigest} from '../../core/digest.ts'
import {formatCount, formatSize} from '../../core/quantity.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Block} from '../../report/report.ts'
import {nameOfImport} from './allow/allowances.ts'
import type {GatheredModel} from './gather.ts'
import {plainName, shownPath} from './judge/words.ts'
import type {ScannedFile} from './model-scan.ts'

/**
 * One line for each file: its verdict, what it is by its content, its size.
 * @param verdicts of all files by their paths, in the order of the lines
 */
export function fileTable({scan}: GatheredModel, verdicts: ReadonlyMap<string, Verdict>): Block {
  const order = new Map([...verdicts.keys()].map((path, index) => [path, index]))
  const place = ({path}: ScannedFile) => order.get(path) ?? 0
  return {
    kind: 'table',
    columns: [{name: 'verdict'}, {name: 'file'}, {name: 'is'}, {name: 'size', align: 'right'}, {name: 'sha256'}],
    rows: scan.files
      .toSorted((a, b) => place(a) - place(b))
      .map(file => [
        verdicts.get(file.path) ?? '',
        shownPath(file.path),
        describeReadings(file),
        formatSize(file.size),
        shortDigest(file.digest),
      ]),
  }
}

function describeReadings({readings}: ScannedFile): string {
  return readings.map(({is}) => is).join(' and ') || 'unknown'
}

/** What the digest of a model is, for somebody who wants to compute it. */
export function digestText({files}: GatheredModel): Block {
  return {
    kind: 'paragraph',
    text: `The model’s digest is ${files.digest}: sha256 of the sorted sha256sum lines of its files.`,
  }
}

const mostNames = 200

/** Every name that the pickles import, and what they do with it: what an allow-list is written from. */
export function importBlocks({scan}: GatheredModel): readonly Block[] {
  const rows = scan.files.flatMap(namesOf)
  if (rows.length === 0) return []
  const left = rows.length - mostNames
  return [
    {
      kind: 'details',
      summary: `Names that pickles import: ${formatCount(rows.length)}`,
      blocks: [
        {
          kind: 'table',
          columns: [{name: 'name'}, {name: 'used for'}, {name: 'file'}],
          rows: rows.slice(0, mostNames),
        },
        ...(left > 0 ? [{kind: 'paragraph' as const, text: `… and ${formatCount(left)} more.`}] : []),
      ],
    },
  ]
}

/** Each name once a file, however many pickles of it import the name. */
function namesOf({path, observations}: ScannedFile): readonly (readonly string[])[] {
  const uses = new Map<string, {shown: string; known: Set<string>}>()
  for (const {imported} of observations) {
    if (imported === undefined) continue
    const name = nameOfImport(imported)
    const use = uses.get(name) ?? {shown: plainName(imported), known: new Set()}
    for (const {how} of imported.uses) use.known.add(how)
    uses.set(name, use)
  }
  return [...uses.values()].map(({shown, known}) => [shown, [...known].join(', ') || 'import', shownPath(path)])
}

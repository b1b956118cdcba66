import {shortDigest} from '../../core/digest.ts'
import {formatCount, formatSize} from '../../core/quantity.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Block} from '../../report/report.ts'
import type {GatheredModel} from './gather.ts'
import type {ScannedFile} from './model-scan.ts'

/** One line for each file: its verdict, what it is by its content, its size. */
export function fileTable({scan}: GatheredModel, verdicts: ReadonlyMap<string, Verdict>): Block {
  return {
    kind: 'table',
    columns: [{name: 'verdict'}, {name: 'file'}, {name: 'is'}, {name: 'size', align: 'right'}, {name: 'sha256'}],
    rows: scan.files.map(file => [
      verdicts.get(file.path) ?? '',
      file.path,
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
  const rows = scan.files.flatMap(({path, observations}) =>
    observations.flatMap(({imported}) =>
      imported
        ? [[`${imported.module}.${imported.name}`, imported.uses.map(({how}) => how).join(', ') || 'import', path]]
        : [],
    ),
  )
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

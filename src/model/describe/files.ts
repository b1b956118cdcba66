import {shortDigest} from '../../core/digest.ts'
import type {Block} from '../../report/report.ts'
import type {Judged} from '../describe.ts'
import {digestText, fileTable, importBlocks} from '../safety/describe.ts'

/** The files of the model, folded away, with the digest that evidence is bound to. */
export function fileBlocks({facts: {safety}, judgement}: Judged): readonly Block[] {
  if (safety === null) return []
  return [
    ...importBlocks(safety),
    {
      kind: 'details',
      summary: `Model files, digest ${shortDigest(safety.files.digest)}`,
      blocks: [fileTable(safety, judgement.files), digestText(safety)],
    },
  ]
}

import {shortDigest} from '../../core/digest.ts'
import {formatSize} from '../../core/quantity.ts'
import type {Block} from '../../report/report.ts'
import type {ModelFacts} from '../gather.ts'

/** The files of the model, folded away, with the digest that evidence is bound to. */
export function fileBlocks({files, contents}: ModelFacts): readonly Block[] {
  if (files.kind === 'missing') return []
  const kindOf = new Map(contents.map(({path, content}) => [path, content.kind]))
  return [
    {
      kind: 'details',
      summary: `Model files, digest ${shortDigest(files.value.digest)}`,
      blocks: [
        {
          kind: 'table',
          columns: [{name: 'file'}, {name: 'is'}, {name: 'size', align: 'right'}, {name: 'sha256'}],
          rows: files.value.files.map(file => [
            file.path,
            kindOf.get(file.path) ?? '',
            formatSize(file.size),
            shortDigest(file.digest),
          ]),
        },
        {
          kind: 'paragraph',
          text: `The model’s digest is ${files.value.digest}: sha256 of the sorted sha256sum lines of its files.`,
        },
      ],
    },
  ]
}

import type {Finding} from '../../core/finding.ts'
import type {Block} from '../../report/report.ts'

/** The parts that each search found, the worst first. The finding speaks of one; whoever mends the model needs them all. */
export function segmentBlocks(findings: readonly Finding[]): readonly Block[] {
  return findings.flatMap(({id, subject, limit, details}): readonly Block[] => {
    const segments = details?.segments
    if (id !== 'model/weak-segments' || !Array.isArray(segments) || segments.length < 2) return []
    return [
      {
        kind: 'details',
        summary: `${subject}: parts that lag beyond "${limit}"`,
        blocks: [{kind: 'list', items: segments}],
      },
    ]
  })
}

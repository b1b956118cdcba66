/** What the plan says about clusters of bad requests: which guards know them before the first look, and from where. Pure. */
import {formatDuration} from '../../core/quantity.ts'
import {canCluster, type FirstKnowledge} from '../judge/clusters.ts'
import {assumedClusters} from '../sequential/dispersion.ts'
import {isRule, type PlanView, statistical} from './view.ts'

/** One sentence for each origin of the knowledge; none where no guard has a use for it. */
export function describeClusters({questions, clusters, input}: PlanView): string[] {
  const asking = statistical(questions).filter(({guard, test}) => canCluster(guard.query) && !isRule(test))
  const names = [...new Set(asking.map(({guard}) => guard.name))]
  const of = (origin: FirstKnowledge['origin']) => names.filter(name => clusters[name]?.origin === origin).map(told)
  const told = (name: string) => {
    const pairs = Math.round(clusters[name]?.dispersion.pairs ?? 0)
    return pairs > 0 && pairs < assumedClusters.untilPairs ? `${name} (in part: ${pairs} pairs of looks)` : name
  }
  const from = (origin: FirstKnowledge['origin'], where: string) =>
    of(origin).length === 0 ? [] : [`How errors cluster is known for ${of(origin).join(', ')} from ${where}.`]
  const isStated = (name: string) => asking.some(({guard}) => guard.name === name && guard.clustersOf !== undefined)
  const unknown = of('nothing').filter(name => !isStated(name))
  return [
    ...from('past', `${formatDuration(input.past?.spanMs ?? 0)} of the stable release’s past`),
    ...from('rollout-before', 'the rollout before'),
    ...(unknown.length === 0
      ? []
      : [
          `How errors cluster is not known yet for ${unknown.join(', ')}: until about ${assumedClusters.untilPairs} looks have shown it, they are taken to come ${assumedClusters.size} at once (\`clusters-of: 1\` if each request fails by itself).`,
        ]),
  ]
}

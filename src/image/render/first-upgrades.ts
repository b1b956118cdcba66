import {cut} from '../../core/cut.ts'
import type {Block} from '../../report/report.ts'
import {describeUpgrade, planUpgrades, type Upgrade} from '../upgrades.ts'
import type {SeenFlaw} from './across-platforms.ts'
import {isOpen} from './fate.ts'

const shownUpgrades = 10

/** Upgrades that remove most of what stands against the gate, before them those that remove what blocks. */
export function whatToDoFirst(seen: readonly SeenFlaw[]): readonly Block[] {
  const open = seen.filter(({fate}) => isOpen(fate))
  const plan = (flaws: readonly SeenFlaw[]) => planUpgrades(flaws.map(({judged}) => judged))
  const nameOf = ({package: name, from}: Upgrade) => `${name}\n${from}`
  const needed = new Set(plan(open.filter(({fate}) => fate === 'blocks')).map(nameOf))
  const upgrades = plan(open).toSorted((a, b) => Number(needed.has(nameOf(b))) - Number(needed.has(nameOf(a))))
  if (upgrades.length === 0) return []
  const items = upgrades.slice(0, shownUpgrades).map(upgrade => cut(describeUpgrade(upgrade), 300))
  const rest = upgrades.length - items.length
  return [
    {kind: 'heading', text: 'What to do first'},
    {kind: 'list', items: rest > 0 ? [...items, `And ${rest} more.`] : items},
  ]
}

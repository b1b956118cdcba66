import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {planRollout} from '../../src/rollout/stages.ts'
import {type Walk, walkPhases} from '../rollout/phase-walk.ts'
import {environment, v1, v2} from '../rollout/world.ts'
import {root} from './tree.ts'

const page = fs.readFileSync(path.join(root, 'docs', 'rollout.md'), 'utf8')
const chart = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(page)?.[1] ?? ''

/** Arrows of the chart; one that begins or ends at a group stands for one from or to each phase in it. */
function arrowsOf(text: string): Set<string> {
  const groups = new Map<string, string[]>()
  const arrows: [string, string][] = []
  let group: string[] | undefined
  for (const line of text.split('\n').map(each => each.trim())) {
    const begin = /^state (\w+) \{$/.exec(line)
    const arrow = /^(\S+) --> (\w+|\[\*\])(?:: .+)?$/.exec(line)
    if (begin?.[1]) {
      group = []
      groups.set(begin[1], group)
    } else if (line === '}') group = undefined
    else if (arrow?.[1] && arrow[2]) arrows.push([arrow[1], arrow[2]])
    else if (/^\w+$/.test(line)) group?.push(line)
    else if (line !== '' && !line.startsWith('%%')) throw new Error(`the chart has a line that nobody reads: ${line}`)
  }
  const phasesOf = (name: string) => groups.get(name) ?? [name]
  return new Set(
    arrows
      .flatMap(([from, to]) => phasesOf(from).flatMap(a => phasesOf(to).map(b => `${a} --> ${b}`)))
      .filter(arrow => !arrow.endsWith('[*]')),
  )
}

// A guard that counts events needs no statistics: what happens next depends on it in the same way, and is found quickly.
const guards = [{name: 'complaints', count: {of: 'complaints_total'}, 'at-most': 100}]
const capabilities = {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true}
const approvals = [{team: 'leads'}]
const weight = {weight: '5%', for: '10m'}

function walk(rollout: object, rest: object, stable: typeof v1 | null, words: number): Walk {
  const config = environment({guards, ...rollout}, rest)
  return walkPhases(
    planRollout({environment: config, candidate: v2, stable, capabilities, policyLoosened: false}),
    stable,
    words,
  )
}

const walks: readonly Walk[] = [
  walk({stages: [weight], bake: '10m'}, {}, v1, 1),
  walk({preset: 'all-at-once', stages: undefined, bake: '10m'}, {approvals}, v1, 2),
  walk(
    {
      stages: [
        {mirror: '50%', for: '10m'},
        {...weight, 'ask-first': true},
      ],
    },
    {},
    v1,
    2,
  ),
  walk({stages: [weight]}, {approvals}, null, 2),
  walk({stages: [weight]}, {freeze: [{from: '2026-01-01', to: '2026-01-01'}]}, null, 1),
]
const found = walks.flatMap(({transitions}) => transitions)
/** A stage after a stage is an arrow of its own only while nothing stops the rollout. */
const happened = new Set(
  found.filter(({from, to}) => from !== to || from === 'running').map(({from, to}) => `${from} --> ${to}`),
)

describe('the state chart of the rollout', () => {
  const drawn = arrowsOf(chart)

  test('has every change of the phase that decide and evolve can bring about', () => {
    expect([...happened].filter(arrow => !drawn.has(arrow)).sort()).toEqual([])
  })

  test('has none that never happens', () => {
    expect([...drawn].filter(arrow => !happened.has(arrow)).sort()).toEqual([])
  })

  test('nowhere in it is traffic given while an abort, harm, a pause, a hold or an approval speaks against it', () => {
    expect(walks.flatMap(({careless}) => careless)).toEqual([])
  })

  test('an end is an end: nothing leads out of it', () => {
    const ends = new Set(['promoted', 'aborted', 'rolled_back'])
    expect(found.filter(({from}) => ends.has(from))).toEqual([])
  })

  test('a release is promoted by its promotion, or because it is the first', () => {
    const promoted = found.filter(({to}) => to === 'promoted').map(({from}) => from)
    expect(new Set(promoted)).toEqual(new Set(['promoting', 'deploying']))
  })
})

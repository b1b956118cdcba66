import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {createRandom} from '../../../src/core/random.ts'
import {corpusFolder, readCorpus} from '../../model/safety/corpus.ts'
import {add, type Comparison, compare, describeDifference} from './compare.ts'
import {mutated} from './mutations.ts'
import {interpreters, truthOf} from './recorder.ts'
import {streamOf} from './streams.ts'

/**
 * CPython is the reference. Generated and mutated streams are read by its C unpickler, which records what it would
 * import, and by us: what it imports we must name, or refuse the stream. Nothing that a stream names is imported.
 *
 * Needs CPython 3.8 or newer on PATH (standard library only). Every version that is found is asked; SLIPWAY_PYTHONS
 * lists others. SLIPWAY_LONG=1 tries twenty times as many, and SLIPWAY_SEED starts elsewhere.
 */
const found = interpreters()
const long = process.env.SLIPWAY_LONG === '1' ? 20 : 1
const seed = Number(process.env.SLIPWAY_SEED ?? 20_261_121)
const batch = 2000

test('there is a CPython to compare with', () => {
  expect(found.length, 'python3 of CPython 3.8 or newer is needed on PATH').toBeGreaterThan(0)
})

describe.each(found)('CPython $version', ({python, version}) => {
  // Every version has the same reader but for details: one gets the full budget, the others a part of it.
  const share = python === found[0]?.python ? 1 : 0.2

  test('imports nothing from a generated stream that is not named or refused', async () => {
    const random = createRandom(seed)
    const tried = await inBatches(python, 20_000 * share * long, () => streamOf(random))
    report(`CPython ${version}, generated`, tried)
    expectNothingMissed(tried)
  })

  test('runs no honest stream that is refused, and imports from it what is named', async () => {
    const random = createRandom(seed + 2)
    const tried = await inBatches(python, 10_000 * share * long, () => streamOf(random, 'honest'))
    report(`CPython ${version}, honest`, tried)
    expectNothingMissed(tried)
    expect(
      [...tried.more, ...[...tried.refusedThoughRun.values()].flat()].slice(0, 20).map(describeDifference),
    ).toEqual([])
  })

  test('imports nothing from a mutated real stream that is not named or refused', async () => {
    const random = createRandom(seed + 1)
    const real = [...realStreams('benign'), ...realStreams('hostile')]
    const pick = () => real[random.below(real.length)] ?? new Uint8Array(0)
    const make = () =>
      random.below(4) > 0 ? mutated(pick(), pick(), random) : mutated(streamOf(random), pick(), random)
    const tried = await inBatches(python, 20_000 * share * long, make)
    report(`CPython ${version}, mutated`, tried)
    expectNothingMissed(tried)
  })

  test('imports from real pickles exactly what is named', async () => {
    const streams = readCorpus()
      .filter(({path, allowlist}) => path.startsWith('benign/') && path.endsWith('.pkl') && allowlist === 'pass')
      .map(({path}) => readFileSync(join(corpusFolder, path)))
    const {misses, more, refusedThoughRun} = await compare(streams, await truthOf(python, streams))
    expect([...misses, ...more, ...[...refusedThoughRun.values()].flat()].map(describeDifference)).toEqual([])
    expect(streams.length).toBeGreaterThan(30)
  })
})

function expectNothingMissed({misses, unrecognised}: Comparison): void {
  expect(misses.slice(0, 20).map(describeDifference)).toEqual([])
  expect(unrecognised.slice(0, 20).map(describeDifference)).toEqual([])
}

/** Streams are made, asked and compared in batches, so that a long run needs no more memory than a short one. */
async function inBatches(python: string, count: number, make: () => Uint8Array): Promise<Comparison> {
  const total: Comparison = {
    tried: 0,
    importing: 0,
    lost: 0,
    misses: [],
    unrecognised: [],
    more: [],
    refusedThoughRun: new Map(),
  }
  for (let left = Math.ceil(count); left > 0; left -= batch) {
    const streams = Array.from({length: Math.min(left, batch)}, make)
    add(total, await compare(streams, await truthOf(python, streams)))
  }
  return total
}

function report(
  what: string,
  {tried, importing, misses, unrecognised, more, lost, refusedThoughRun}: Comparison,
): void {
  const refused = [...refusedThoughRun].sort(([, a], [, b]) => b.length - a.length)
  const refusedCount = refused.reduce((sum, [, differences]) => sum + differences.length, 0)
  process.stdout.write(
    [
      `${what}: ${tried} streams, ${importing} of them import; misses: ${misses.length}; not recognised: ${unrecognised.length}`,
      `  named beyond what is imported: ${more.length}; refused though CPython runs it: ${refusedCount}; lost: ${lost}`,
      ...refused.map(([reason, differences]) => `    ${reason}: ${differences.length}`),
    ]
      .join('\n')
      .concat('\n'),
  )
}

/** Pickles of the corpus that stand alone in a file, not those inside of archives. */
function realStreams(folder: string): readonly Uint8Array[] {
  const root = join(corpusFolder, folder)
  return readdirSync(root, {recursive: true, encoding: 'utf8'})
    .filter(name => name.endsWith('.pkl'))
    .sort()
    .map(name => readFileSync(join(root, name)))
}

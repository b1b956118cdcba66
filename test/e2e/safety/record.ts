/**
 * `node test/e2e/safety/record.ts`: asks CPython about a few hundred streams and writes its answers to
 * `test/fixtures/models/cpython.json`, so that `npm test` compares with CPython and needs no Python.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {createRandom} from '../../../src/core/random.ts'
import {mutated} from './mutations.ts'
import {between, interpreters, truthOf} from './recorder.ts'
import {streamOf} from './streams.ts'

const models = resolve(import.meta.dirname, '../../fixtures/models')
const [first] = interpreters()
if (first === undefined) throw new Error('A CPython 3.8 or newer is needed.')

const random = createRandom(20_261_121)
const typed = readFileSync(resolve(models, 'benign/pickle/typed-protocol-2.pkl'))
const streams = [
  ...Array.from({length: 90}, () => streamOf(random)),
  ...Array.from({length: 50}, () => streamOf(random, 'honest')),
  ...Array.from({length: 80}, () => mutated(streamOf(random), typed, random)),
]
const truths = await truthOf(first.python, streams)
const cases = streams.map((stream, at) => {
  const truth = truths[at]
  return {
    stream: Buffer.from(stream).toString('base64'),
    imports: [...(truth?.imports ?? [])].map(name => name.split(between)),
    end: truth?.end,
    everyWay: truth?.by.length === 5,
    called: truth?.called,
  }
})
const lines = cases.filter(({end}) => end !== 'lost').map(one => `  ${JSON.stringify(one)}`)
writeFileSync(resolve(models, 'cpython.json'), `{"python": "${first.version}", "cases": [\n${lines.join(',\n')}\n]}\n`)

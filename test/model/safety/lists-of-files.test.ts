import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import type {Format} from '../../../src/model/safety/format.ts'
import {graphDef} from '../../../src/model/safety/formats/tensorflow.ts'
import {repositoryText} from '../../../src/model/safety/formats/text.ts'
import {filesBelow, root} from '../../repository/tree.ts'
import {field, joined, message} from './formats/protobuf-bytes.ts'
import {folderOf, record} from './formats/recorded-scan.ts'

// V8 takes some 120,000 arguments to a call: `list.push(...others)` ends in a RangeError beyond.
const many = 150_000

describe('a file may list as many things as it wants', () => {
  test.each<[string, Format, string, () => Uint8Array, string]>([
    [
      'classes in an auto_map',
      repositoryText,
      'config.json',
      () => text({auto_map: {AutoModel: new Array(many).fill('m.X')}}),
      'code hf-own-code',
    ],
    [
      'artifacts of an MLflow flavor',
      repositoryText,
      'MLmodel',
      () => text({flavors: {python_function: {loader_module: 'evil', artifacts: manyArtifacts()}}}),
      'runs mlflow-loader-module',
    ],
    ['inputs of a node', graphDef, 'graph.pb', graphOfManyInputs, 'runs tensorflow-writes-files'],
  ])('%s', async (_, format, name, content, sight) => {
    const {sights} = await record(format, content(), {name, siblings: folderOf({})})
    expect(sights).toContain(sight)
  })

  test('so no list is spread into the arguments of a call', () => {
    const spread = filesBelow('src/model/safety', '.ts').filter(file =>
      fs.readFileSync(path.join(root, file), 'utf8').includes('.push(...'),
    )
    expect(spread).toEqual([])
  })
})

function text(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function manyArtifacts(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from({length: many}, (_, index) => [`${index}`, {path: 'a'}]))
}

/** StringJoin of one constant, over and over, whose text is the file that WriteFile writes. */
function graphOfManyInputs(): Uint8Array {
  const node = (name: string, op: string, inputs: readonly string[]) =>
    field(1, joined([field(1, name), field(2, op), ...inputs.map(input => field(3, input))]))
  return message(node('j', 'StringJoin', new Array(many).fill('x')), node('w', 'WriteFile', ['j', 'j']))
}

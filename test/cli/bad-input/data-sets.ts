/** Data sets that drift and migrations are judged by, and contracts. */
import {type Case, error, fail, inconclusive} from './case.ts'
import {type Setup, validated} from './validated.ts'

type Json = Readonly<Record<string, unknown>>

/** A CSV file of so many rows; each column by its row. */
function csv(columns: Readonly<Record<string, (row: number) => string | number>>, count = 60): string {
  const cells = Object.values(columns)
  const lines = Array.from({length: count}, (_, row) => cells.map(cell => cell(row)).join(','))
  return [Object.keys(columns).join(','), ...lines, ''].join('\n')
}

const age = (row: number) => 20 + (row % 30) + 0.5
const city = (row: number) => ['ulm', 'bonn', 'kiel'][row % 3] ?? ''
const good = csv({age, city})

function gate(asked: Json, files: Setup['files'] = {}): ReturnType<typeof validated> {
  return validated({files: {'new.csv': good, 'old.csv': good, ...files}, validation: {gates: [asked]}})
}

const drift = (files: Setup['files'], more: Json = {}) =>
  gate({drift: 'psi', in: '@/new.csv', against: '@/old.csv', 'at-most': 0.2, ...more}, files)

const wrongDrift: readonly Case[] = [
  error('model/drift-judged-missing', 'no data to judge', drift({}, {in: '@/nope.csv'}), 'is not a file'),
  error('model/drift-reference-missing', 'no reference', drift({}, {against: '@/nope.csv'}), 'is not a file'),
  error(
    'model/drift-no-data',
    'a gate that names no data, without predictions',
    drift({}, {in: undefined}),
    'Nobody names the judged data',
  ),
  error(
    'model/drift-same-data',
    'a reference that is the judged data',
    drift({}, {against: '@/new.csv'}),
    'the same, byte for byte',
  ),
  error('model/drift-no-rows', 'a reference without rows', drift({'old.csv': 'age,city\n'}), 'no row in the reference'),
  error(
    'model/drift-column-missing',
    'a column that one side does not have',
    drift({'old.csv': csv({age})}),
    'The column "city" is not in the reference',
  ),
  error(
    'model/drift-column-empty',
    'a column without a value',
    drift({'new.csv': csv({age: () => '', city})}),
    'has no value at all in the judged data',
  ),
  error(
    'model/drift-kinds-differ',
    'words where there were numbers',
    drift({'new.csv': csv({age: row => `${age(row)} y`, city})}),
    'holds words in the judged data and numbers in the reference',
  ),
  error(
    'model/drift-not-finite',
    'infinite numbers',
    drift({'new.csv': csv({age: row => (row === 3 ? 'inf' : age(row)), city})}),
    'has 1 cell that is infinite',
  ),
  error(
    'model/drift-number-too-large',
    'the largest number there is, which stands for a missing one',
    drift({'new.csv': csv({age: row => (row === 3 ? '1.7976931348623157e308' : age(row)), city})}),
    'has numbers beyond 1e150',
  ),
  error(
    'model/drift-column-nested',
    'objects in a column',
    drift(
      {'new.jsonl': '{"age": {"years": 7}}\n'.repeat(60), 'old.jsonl': '{"age": {"years": 7}}\n'.repeat(61)},
      {in: '@/new.jsonl', against: '@/old.jsonl'},
    ),
    'holds objects',
  ),
  error(
    'model/drift-column-unfit',
    'a measure of numbers, of a column of words',
    drift({'old.csv': csv({age, city}, 61)}, {drift: 'ks', among: ['city']}),
    'holds words, and ks asks about numbers',
  ),
  error(
    'model/drift-reference-constant',
    'a distance in a unit that the reference does not have',
    drift({'old.csv': csv({age: () => 20.5, city})}, {drift: 'wasserstein', among: ['age']}),
    'one value in all rows of the reference',
  ),
  error(
    'model/drift-too-many-categories',
    'texts in the place of categories',
    drift({'new.csv': csv({city: row => `text ${row}`}, 10_001), 'old.csv': csv({city: row => `text ${row}`}, 10_002)}),
    'distinct texts',
  ),
  error(
    'model/drift-nothing-compared',
    'no column that could be compared',
    drift({'new.csv': csv({city}), 'old.csv': csv({city}, 61)}, {drift: 'ks'}),
    'No column that both have',
  ),
  inconclusive(
    'model/drift-sample-too-small',
    'too few rows for the limit',
    drift({'new.csv': csv({age, city}, 20)}),
    'too few rows to hold it against the limit',
  ),
]

const data = (files: Setup['files'], more: Json = {}) => gate({data: '@/new.csv', against: '@/old.csv', ...more}, files)
const keyed = csv({id: row => row, age, city})
const twoColumns = {'old.csv': keyed}

const wrongData: readonly Case[] = [
  error('model/data-missing', 'no new data set', data({}, {data: '@/nope.csv'}), 'is not a file'),
  error('model/data-empty', 'a new data set without rows', data({'new.csv': 'age,city\n'}), 'has no row'),
  error('model/data-same', 'a data set that is compared with itself', data({}, {against: '@/new.csv'}), 'with itself'),
  error(
    'model/data-nothing-asked',
    'a comparison that asks nothing',
    data({}, {'same-columns': false}),
    'asks nothing',
  ),
  error(
    'model/data-no-shared-column',
    'two data sets without a column in common',
    data({'old.csv': csv({size: age})}, {'same-columns': false, 'missing-may-grow': '1%'}),
    'no column in common',
  ),
  error(
    'model/data-column-missing',
    'a key that the data set does not have',
    data({}, {unique: ['id']}),
    'There is no column "id"',
  ),
  error(
    'model/data-column-missing',
    'equal values of a column that is not there',
    data({}, {'same-values': ['id']}),
    'There is no column "id"',
  ),
  error(
    'model/data-reference-empty',
    'references that point nowhere',
    data(
      {'new.csv': csv({age, city: () => ''})},
      {'same-columns': false, references: [{column: 'city', in: '@/old.csv'}]},
    ),
    'No row has a value of "city"',
  ),
  error(
    'model/data-column-empty',
    'equal values of a column without any',
    data({'new.csv': csv({age, city: () => ''}), 'old.csv': csv({age, city: () => ''})}, {'same-values': ['city']}),
    'has no value at all',
  ),
  error(
    'model/data-column-nested',
    'equal values of objects',
    data(
      {'new.jsonl': '{"age": {"years": 7}}\n', 'old.jsonl': '{"age": {"years": 7}}\n'},
      {data: '@/new.jsonl', against: '@/old.jsonl', 'same-values': ['age']},
    ),
    'holds objects',
  ),
  error(
    'model/data-cells-unusable',
    'equal values of infinite numbers',
    data({'new.csv': csv({age: row => (row === 3 ? 'inf' : age(row)), city})}, {'same-values': ['age']}),
    '1 cell is infinite, or text among numbers, and cannot be compared',
  ),
  fail('model/data-columns-differ', 'a column that got lost', data({'new.csv': csv({age})}), 'Columns'),
  fail(
    'model/data-rows-differ',
    'rows that got lost',
    data({'new.csv': csv({age, city}, 40)}, {'rows-within': '5%'}),
    '40 rows, 60 before',
  ),
  fail(
    'model/data-missing-grew',
    'values that got lost',
    data({'new.csv': csv({age: row => (row < 6 ? '' : age(row)), city})}, {'missing-may-grow': '1%'}),
    'Missing in "age": 10 %',
  ),
  fail(
    'model/data-key-repeated',
    'a key twice',
    data({'new.csv': csv({id: row => row % 50, age, city}), ...twoColumns}, {unique: ['id']}),
    '10 rows of 60 repeat the key',
  ),
  fail(
    'model/data-key-missing',
    'a row without its key',
    data({'new.csv': csv({id: row => (row === 3 ? '' : row), age, city}), ...twoColumns}, {unique: ['id']}),
    'a part of the key is missing',
  ),
  fail(
    'model/data-reference-broken',
    'a reference to what is not there',
    data(
      {'new.csv': csv({age, city: row => (row === 3 ? 'rome' : city(row))})},
      {references: [{column: 'city', in: '@/old.csv'}]},
    ),
    '1 row of 60 has a "city"',
  ),
  fail(
    'model/data-values-differ',
    'a value that changed',
    data({'new.csv': csv({age, city: row => (row === 3 ? 'rome' : city(row))})}, {'same-values': ['city']}),
    'only in the new data set',
  ),
]

const schema = JSON.stringify({
  type: 'object',
  properties: {age: {type: 'number'}, city: {type: 'string'}},
  required: ['age', 'city'],
})
const contract = (text: string, files: Setup['files'] = {}, more: Json = {}) =>
  gate({contract: '@/contract.json', rows: '@/new.csv', ...more}, {'contract.json': text, ...files})
const compatible = (text: string, deployed: string) =>
  contract(text, {'deployed.json': deployed}, {'compatible-with': '@/deployed.json', rows: undefined})

const wrongContracts: readonly Case[] = [
  error(
    'model/contract-missing',
    'no contract at the path',
    contract(schema, {}, {contract: '@/nope.json'}),
    'does not exist',
  ),
  error(
    'model/contract-empty',
    'a contract that allows everything',
    contract('{"title": "loan"}'),
    'it promises nothing',
  ),
  error('model/contract-malformed', 'a contract that is no JSON', contract('{"type": '), 'JSON'),
  error('model/contract-schema-invalid', 'a contract that is no JSON Schema', contract('{"type": "nubmer"}'), 'type'),
  error(
    'model/contract-draft',
    'a contract of another draft',
    contract('{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}'),
    'draft',
  ),
  error(
    'model/contract-remote-ref',
    'a contract that lies elsewhere',
    contract('{"$ref": "https://example.test/loan.json"}'),
    'example.test',
  ),
  error(
    'model/contract-no-signature',
    'a model of MLflow without a signature',
    contract('flavors: {}\n', {MLmodel: 'flavors: {}\n'}, {contract: '@/MLmodel'}),
    'signature',
  ),
  error(
    'model/contract-signature-malformed',
    'a signature that cannot be read',
    contract('', {MLmodel: "signature:\n  inputs: '[{]'\n"}, {contract: '@/MLmodel'}),
    'signature',
  ),
  error(
    'model/contract-rows-missing',
    'no rows at the path',
    contract(schema, {}, {rows: '@/nope.csv'}),
    'is not a file',
  ),
  error(
    'model/contract-no-data',
    'a contract, and nothing that must keep it',
    contract(schema, {}, {rows: undefined}),
    'names no rows',
  ),
  error(
    'model/contract-no-rows',
    'a header and no row',
    contract(schema, {'new.csv': 'age,city\n'}),
    'has no row to hold against',
  ),
  error(
    'model/contract-columns-absent',
    'rows of something else',
    contract(schema, {'new.csv': csv({size: age})}),
    'has no column that the contract',
  ),
  fail(
    'model/contract-broken',
    'a row that breaks it',
    contract(schema, {'new.csv': csv({age: row => (row === 3 ? 'old' : age(row)), city})}),
    'break the contract',
  ),
  fail(
    'model/contract-breaking',
    'a contract that takes back what was allowed',
    compatible(schema, '{"type": "object"}'),
    'Breaking: no longer allowed',
  ),
  inconclusive(
    'model/contract-unclear',
    'contracts that cannot be compared',
    compatible('{"not": {"type": "string", "pattern": "^a"}}', '{"not": {"type": "string", "pattern": "^b"}}'),
    'It cannot be told',
  ),
]

export const wrongDataSets: readonly Case[] = [...wrongDrift, ...wrongData, ...wrongContracts].map(each => ({
  ...each,
  when: 'model',
}))

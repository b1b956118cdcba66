import type {Means, Rule} from '../../observation.ts'

/** What a header can break, by the last part of its reason code. */
export type HeaderFault =
  | 'truncated'
  | 'header-too-large'
  | 'header-too-small'
  | 'header-not-an-object'
  | 'header-not-utf8'
  | 'header-malformed'
  | 'duplicate-key'
  | 'metadata-malformed'
  | 'tensor-malformed'
  | 'unknown-dtype'
  | 'hole'
  | 'overlap'
  | 'size-mismatch'
  | 'size-overflow'
  | 'trailing-bytes'

const fault = (id: HeaderFault, means: Means, title: string, why: string): [HeaderFault, Rule] => [
  id,
  {
    id: `safetensors-${id}`,
    title,
    means,
    why,
    remedy: 'Write the file again with safetensors.torch.save_file, and check that it was uploaded whole.',
  },
]

const stops = 'The reference reader refuses the file, so the service cannot load it.'
const differs = 'Readers that do not check see other weights than those that do.'

export const headerRules: ReadonlyMap<HeaderFault, Rule> = new Map([
  fault('truncated', 'damaged', 'A safetensors file that is cut off', stops),
  fault('header-too-large', 'damaged', 'A safetensors header beyond 100 MB', stops),
  fault('header-too-small', 'damaged', 'A safetensors header without content', stops),
  fault('header-not-an-object', 'damaged', 'A safetensors header that is no object', stops),
  fault('header-not-utf8', 'damaged', 'A safetensors header that is no text', stops),
  fault('header-malformed', 'damaged', 'A safetensors header that is no JSON', stops),
  fault('duplicate-key', 'deceives', 'A safetensors header that names something twice', differs),
  fault('metadata-malformed', 'damaged', 'Safetensors metadata that are no texts', stops),
  fault('tensor-malformed', 'damaged', 'A safetensors tensor without shape or place', stops),
  fault('unknown-dtype', 'damaged', 'A safetensors tensor of an unknown type', stops),
  fault(
    'hole',
    'deceives',
    'Bytes of a safetensors file that belong to no tensor',
    'What no tensor holds may be another file.',
  ),
  fault('overlap', 'deceives', 'Safetensors tensors that lie in each other', differs),
  fault('size-mismatch', 'damaged', 'A safetensors tensor whose bytes do not fit its shape', stops),
  fault('size-overflow', 'damaged', 'A safetensors tensor too large to be counted', stops),
  fault(
    'trailing-bytes',
    'deceives',
    'Bytes behind the last safetensors tensor',
    'What no tensor holds may be another file.',
  ),
])

/** What an index of shards can say that is not so. */
export const indexRules = {
  malformed: {
    id: 'shard-index-malformed',
    title: 'An index of shards that cannot be read',
    means: 'damaged',
    why: 'The service cannot tell which file holds which tensor.',
    remedy: 'Save the model again with save_pretrained, which writes the index.',
  },
  duplicate: {
    id: 'shard-index-duplicate-key',
    title: 'An index of shards that names a tensor twice',
    means: 'deceives',
    why: 'Readers differ in which of the two files they take the tensor from.',
    remedy: 'Save the model again with save_pretrained, which writes the index.',
  },
  outside: {
    id: 'shard-outside',
    title: 'A shard outside the model folder',
    means: 'runs',
    why: 'Whoever loads the model reads that file, which is not part of what was validated.',
    remedy: 'Put all shards into the model folder, and save the index again.',
  },
  missing: {
    id: 'shard-missing',
    title: 'A shard is missing',
    means: 'damaged',
    why: 'The model cannot be loaded without it, and what is put there later has not been checked.',
    remedy: 'Put all shards that the index names into the model folder.',
  },
  unchecked: {
    id: 'shard-unchecked',
    title: 'Shards that cannot be looked for',
    means: 'unsure',
    why: 'Inside an archive it is not known what stands beside the index when the model is loaded.',
    remedy: 'Unpack the archive, and promote what the service loads.',
  },
  tensorMissing: {
    id: 'shard-tensor-missing',
    title: 'A shard lacks a tensor that the index promises',
    means: 'damaged',
    why: 'Loaders fail, or start with random weights in its place.',
    remedy: 'Save the model again with save_pretrained; do not mix shards of two saves.',
  },
  tensorUnknown: {
    id: 'shard-tensor-unlisted',
    title: 'A shard holds a tensor that the index does not name',
    means: 'look',
    why: 'Some loaders take it, some do not: two services may serve two models.',
    remedy: 'Save the model again with save_pretrained; do not mix shards of two saves.',
  },
  tensorTwice: {
    id: 'shard-tensor-twice',
    title: 'Two shards hold the same tensor',
    means: 'deceives',
    why: 'Which of the two is served depends on the loader, and on the order in which it reads.',
    remedy: 'Save the model again with save_pretrained; do not mix shards of two saves.',
  },
  totalSize: {
    id: 'shard-total-size',
    title: 'An index with another size than its shards',
    means: 'look',
    why: 'The index was written for other shards than these, or by a careless tool.',
    remedy: 'Save the model again with save_pretrained.',
  },
} as const satisfies Record<string, Rule>

export const safetensorsRules: readonly Rule[] = [...headerRules.values(), ...Object.values(indexRules)]

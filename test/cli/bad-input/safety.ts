/** Pickles, allowances and weights that a policy of `model` does not let through, and mistakes in the policy itself. */
import {after, type Case, error, fail, inconclusive, warn} from './case.ts'
import {goodWeights, inspected, pickleCalling, pickleOf, weightsOf} from './inspected.ts'

const runs = pickleCalling('os', 'system', 'true')
const ours = pickleOf('acme.layers', 'Bucketizer')

/** A pickle in a model of which everything on the allow-list may be. */
const listed = (pickle: Uint8Array) => inspected({files: {'a.pkl': pickle}, argv: ['--formats', 'allowlist']})

const allowance = {import: 'acme.layers.Bucketizer', owner: 'ml-platform', reason: 'Reviewed.', expires: '2099-01-31'}

/** The clock of these tests stands at the first of January 2026. */
const allowing = (allow: readonly object[], pickle = ours) =>
  inspected({files: {'a.pkl': pickle}, model: {formats: 'allowlist', safety: {allow}}})

const weighed = (weights: object, files: Readonly<Record<string, Uint8Array>> = {}) =>
  inspected({files, beside: {'before/model.safetensors': weightsOf([1, 2, 3])}, model: {safety: {weights}}})

const misconfigured = (safety: object) => inspected({model: {safety}})

const wrongPickles: readonly Case[] = [
  fail('model/pickle-runs', 'a pickle that runs a command', listed(runs), 'calls `os.system` with "true"'),
  fail(
    'model/pickle-refused',
    'a pickle where only weights may be',
    inspected({files: {'a.pkl': ours}}),
    'beyond tensors',
  ),
  fail('model/pickle-import-unknown', 'a class that nobody reviewed', listed(ours), 'is not on the allow-list'),
  fail(
    'model/pickle-use-unreviewed',
    'a class that is used otherwise than it was reviewed',
    listed(pickleCalling('sklearn.svm._classes', 'SVC', 'x')),
    'only',
  ),
  fail(
    'model/pickle-other-loader',
    'tensors of torch outside of a file of torch',
    listed(pickleCalling('torch._utils', '_rebuild_tensor_v2', 'x')),
    'only in files that torch opens',
  ),
  inconclusive(
    'model/pickle-main',
    'a class of whoever wrote the pickle',
    listed(pickleOf('__main__', 'Net')),
    'runs its own',
  ),
  after(
    'model/pickle-runs',
    fail(
      'model/more-findings',
      'more findings than a person reads',
      inspected({files: Object.fromEntries(Array.from({length: 210}, (_, i) => [`part-${i}.pkl`, runs]))}),
      'more of the model',
    ),
  ),
]

const wrongAllowances: readonly Case[] = [
  fail(
    'model/allowance-expired',
    'an allowance that has ended',
    allowing([{...allowance, expires: '2020-01-31'}]),
    'ended on 2020-01-31',
  ),
  fail(
    'model/allowance-needs-unsafe',
    'an allowance for what is known to run code',
    allowing([{...allowance, import: 'os.system'}], runs),
    'does not say “unsafe: true”',
  ),
  error(
    'config/invalid',
    'an allowance without an owner',
    misconfigured({allow: [{...allowance, owner: undefined}]}),
    'owner',
  ),
  error(
    'config/invalid',
    'an allowance by a pattern',
    misconfigured({allow: [{...allowance, import: 'acme.*'}]}),
    'no pattern',
  ),
  error(
    'config/invalid',
    'an allowance until a day that no calendar has',
    misconfigured({allow: [{...allowance, expires: '2027-02-30'}]}),
    'a day such as',
  ),
  error('config/invalid', 'a share of NaN without a unit', misconfigured({weights: {'nan-at-most': 5}}), 'nan-at-most'),
  error('config/invalid', 'an unknown key of safety', misconfigured({signatures: {}}), 'signatures'),
  error('config/invalid', 'a policy of files that is none', inspected({model: {formats: 'anything'}}), 'formats'),
]

const wrongWeights: readonly Case[] = [
  fail(
    'model/weights-nan',
    'a weight that is NaN',
    weighed({'nan-at-most': '0%'}, {'model.safetensors': weightsOf([1, Number.NaN])}),
    '"a" in model.safetensors are NaN',
  ),
  fail(
    'model/weights-infinite',
    'a weight that is infinite',
    weighed({'infinite-at-most': '0%'}, {'model.safetensors': weightsOf([1, Number.POSITIVE_INFINITY])}),
    'infinite',
  ),
  fail(
    'model/weights-zero',
    'a layer of zeros',
    weighed({'zero-tensors': 'fail'}, {'model.safetensors': weightsOf([0, 0])}),
    'Every value of "a"',
  ),
  warn(
    'model/weights-zero',
    'a layer of zeros that a person shall look at',
    weighed({'zero-tensors': 'warn'}, {'model.safetensors': weightsOf([0, 0])}),
    'Every value of "a"',
  ),
  inconclusive(
    'model/weights-none',
    'no numbers to look at',
    weighed({'nan-at-most': '0%'}, {'model.safetensors': noTensors()}),
    'No tensor was found',
  ),
  fail(
    'model/weights-changed',
    'other tensors than before',
    weighed({changed: 'fail', previous: '@/before'}),
    '1 tensor of another type or shape',
  ),
  warn(
    'model/weights-changed',
    'other tensors that a person shall look at',
    weighed({changed: 'warn', previous: '@/before'}),
    'another type or shape',
  ),
  inconclusive(
    'model/previous-is-candidate',
    'the model itself as the one before',
    weighed({changed: 'fail', previous: '@/before'}, {'model.safetensors': weightsOf([1, 2, 3])}),
    'this very model',
  ),
  inconclusive(
    'file/not-found',
    'no model to compare the tensors with',
    weighed({changed: 'fail', previous: '@/nope'}),
    'does not exist',
  ),
]

function noTensors(): Uint8Array {
  return Buffer.concat([Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), Buffer.from('{}')])
}

export const wrongSafety: readonly Case[] = [
  ...wrongPickles,
  ...wrongAllowances,
  ...wrongWeights,
  warn(
    'model/allowance-unused',
    'an allowance that nobody needs',
    allowing([allowance], goodWeights),
    'covers nothing',
  ),
  warn(
    'model/allowance-expires-soon',
    'an allowance in its last days',
    allowing([{...allowance, expires: '2026-11-30'}]),
    'days left',
  ),
].map(each => ({...each, when: 'model'}))

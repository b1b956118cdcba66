import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Finding} from '../../../src/core/finding.ts'
import {conclude} from '../../../src/core/finding.ts'
import type {Verdict} from '../../../src/core/verdict.ts'
import {allowedImport} from '../../../src/model/safety/allow/allow-list.ts'
import type {Loader} from '../../../src/model/safety/artifact.ts'
import {judgeScan} from '../../../src/model/safety/judge.ts'
import type {ModelScan} from '../../../src/model/safety/model-scan.ts'
import {type ImportUse, type Means, pickleImport} from '../../../src/model/safety/observation.ts'
import type {Allowance, FormatPolicy} from '../../../src/model/safety/policy.ts'
import {gadgets} from './allow/gadgets.ts'
import {file, importing, imports, model, seeing, weights} from './sights.ts'

const today = 20_778
const policies: readonly FormatPolicy[] = ['weights-only', 'allowlist', 'report']

function judge(
  scan: ModelScan,
  formats: FormatPolicy = 'allowlist',
  allow: readonly Allowance[] = [],
): readonly Finding[] {
  return judgeScan(scan, {formats, allow, today}).findings
}

function verdictOf(findings: readonly Finding[]): Verdict {
  return conclude(findings, 'model').verdict
}

const pickleOf = (name: string, uses: readonly ImportUse['how'][], loader: Loader = 'any') => {
  const [module = '', ...rest] = name.split(':')
  return model(file('model.pkl', [importing(name, imports(module, rest.join(':'), uses, loader))]))
}

describe('an import under each policy', () => {
  test.each<[string, readonly ImportUse['how'][], Loader, Verdict, Verdict, string | undefined]>([
    ['torch._utils:_rebuild_tensor_v2', ['call'], 'torch', 'pass', 'pass', undefined],
    ['torch._utils:_rebuild_tensor_v2', ['call'], 'any', 'fail', 'fail', 'model/pickle-other-loader'],
    ['collections:OrderedDict', ['call', 'items'], 'torch', 'pass', 'pass', undefined],
    ['collections:OrderedDict', ['call', 'items'], 'any', 'fail', 'pass', undefined],
    ['sklearn.svm._classes:SVC', ['new', 'state'], 'any', 'fail', 'pass', undefined],
    ['sklearn.svm._classes:SVC', [], 'joblib', 'fail', 'pass', undefined],
    ['sklearn.svm._classes:SVC', ['call'], 'any', 'fail', 'fail', 'model/pickle-use-unreviewed'],
    ['sklearn.svm._classes:SVC', ['rewrite'], 'any', 'fail', 'fail', 'model/pickle-runs'],
    ['xgboost.core:Booster', ['call'], 'any', 'fail', 'fail', 'model/pickle-use-unreviewed'],
    ['functools:partial', ['call'], 'any', 'fail', 'fail', 'model/pickle-runs'],
    ['os:system', ['call'], 'any', 'fail', 'fail', 'model/pickle-runs'],
    ['os:system', ['call'], 'torch', 'fail', 'fail', 'model/pickle-runs'],
    ['os:system', [], 'raw tensor', 'fail', 'fail', 'model/pickle-runs'],
    ['my.layers:Loss', ['new'], 'any', 'fail', 'fail', 'model/pickle-import-unknown'],
    ['my.layers:Loss', [], 'any', 'fail', 'fail', 'model/pickle-import-unknown'],
    ['__main__:Loss', ['new'], 'any', 'fail', 'inconclusive', 'model/pickle-main'],
    ['__main__:os.system', ['call'], 'any', 'fail', 'fail', 'model/pickle-runs'],
    ['collections:_sys.modules', ['reference'], 'any', 'fail', 'fail', 'model/pickle-runs'],
  ])('%s %j opened by %s: %s, %s', (name, uses, loader, weightsOnly, allowlist, reason) => {
    const scan = pickleOf(name, uses, loader)
    expect(verdictOf(judge(scan, 'weights-only'))).toBe(weightsOnly)
    const findings = judge(scan, 'allowlist')
    expect(verdictOf(findings)).toBe(allowlist)
    if (reason !== undefined) expect(findings.map(finding => finding.reason)).toEqual([reason])
    expect(verdictOf(judge(scan, 'report'))).toBe(allowlist === 'pass' ? 'pass' : 'warn')
  })
})

describe('names that other scanners are known to refuse', () => {
  test.each(gadgets)('$from: $module + $name fails, whatever is done with it', ({module, name}) => {
    const uses: readonly (readonly ImportUse['how'][])[] = [
      [],
      ['reference'],
      ['call'],
      ['new', 'state'],
      ['items'],
      ['rewrite'],
      ['call', 'reference', 'state'],
    ]
    for (const how of uses) {
      for (const loader of ['any', 'torch', 'joblib', 'numpy'] as const) {
        const scan = pickleOf(`${module}:${name}`, how, loader)
        expect(verdictOf(judge(scan, 'allowlist'))).toBe('fail')
        expect(verdictOf(judge(scan, 'weights-only'))).toBe('fail')
      }
    }
  })

  test.each(gadgets)('$from: $module + $name cannot be allowed in passing', ({module, name}) => {
    const written = `${module}${name.includes('.') ? ':' : '.'}${name}`
    const allowance = {import: written, owner: 'ml', reason: 'r', expires: today + 100}
    const scan = pickleOf(`${module}:${name}`, ['call'])
    expect(judge(scan, 'allowlist', [{...allowance, unsafe: false}])).toMatchObject([
      {verdict: 'fail', reason: 'model/allowance-needs-unsafe'},
    ])
    expect(verdictOf(judge(scan, 'allowlist', [{...allowance, unsafe: true}]))).toBe('pass')
  })
})

describe('a finding about an import says', () => {
  test('what would happen, where, and what to do', () => {
    const [use] = imports('os', 'system').uses
    const shown = "'curl http://…'"
    const scan = model(file('model.pkl', [importing('os:system', {uses: use ? [{...use, shown}] : []})]))
    expect(judge(scan)).toEqual([
      {
        id: 'model/file-safe',
        subject: 'model.pkl',
        verdict: 'fail',
        reason: 'model/pickle-runs',
        what: "model.pkl calls `os.system` with 'curl http://…' when it is loaded, at byte 73, opcode 12: it runs a shell command.",
        why: 'Whoever loads the file runs any command that its author wrote into it.',
        remedy: expect.stringContaining('Do not load the file.'),
        place: {file: 'model.pkl', byte: 73, opcode: 12},
        details: {rule: 'pickle-import', import: 'os.system', loader: 'any', uses: ['call ×1'], sure: 'certain'},
      },
    ])
  })

  test('the members that lead to it', () => {
    const at = {path: ['x', 'archive/data.pkl'], byte: 7, opcode: 1} as const
    const scan = model(file('model.pt', [importing('my.layers:Loss', {at, uses: []})]))
    expect(judge(scan)).toMatchObject([
      {
        subject: 'model.pt, in archive/data.pkl',
        what: 'model.pt, in archive/data.pkl, imports `my.layers.Loss`, which runs its module, when it is loaded, at byte 7, opcode 1. It is not on the allow-list: nobody has reviewed what a pickle can do with it.',
        remedy: expect.stringContaining('model.safety.allow with import: my.layers.Loss'),
        place: {file: 'model.pt', inside: ['archive/data.pkl'], byte: 7, opcode: 1},
      },
    ])
  })

  test('the use that was not reviewed, not the harmless one before it', () => {
    const scan = pickleOf('sklearn.svm._classes:SVC', ['new', 'items'])
    expect(judge(scan)[0]?.what).toBe(
      'model.pkl puts items into an object of `sklearn.svm._classes.SVC` when it is loaded, at byte 73, opcode 12. The allow-list (scikit-learn) knows it for being made without its constructor, being given a state, being handed on only.',
    )
  })

  test('a class of __main__ by its name, and the allowance that would settle it', () => {
    const [finding] = judge(pickleOf('__main__:Loss', ['new']))
    expect(finding).toMatchObject({verdict: 'inconclusive', details: {import: '__main__.Loss'}})
    expect(finding?.remedy).toContain('model.safety.allow with import: __main__.Loss')
  })

  test('hostile names in quotation marks, cut, without control signs', () => {
    const name = `x\`\n::error::\u202e${'y'.repeat(500)}`
    const scan = model(file('bad\nname`.pkl', [importing(`m:${name}`)]))
    for (const formats of policies) {
      for (const {what, subject, remedy} of judge(scan, formats)) {
        for (const text of [what, subject]) {
          expect(text).not.toMatch(/[\n\u202e]/)
          expect(text.length).toBeLessThan(600)
        }
        expect(remedy ?? '').not.toMatch(/[\n\u202e]/)
      }
    }
  })
})

describe('the verdicts of the files', () => {
  test('come with the file first that a person should look at first', () => {
    const scan = model(
      weights('a.safetensors'),
      file('b.pkl', [importing('sklearn.svm._classes:SVC')]),
      file('c.zip', [seeing({means: 'unread'})]),
      file('d.pkl', [importing('os:system')]),
    )
    const verdictsBy = (formats: FormatPolicy) => [...judgeScan(scan, {formats, allow: [], today}).verdicts]
    expect(verdictsBy('weights-only')).toEqual([
      ['d.pkl', 'fail'],
      ['b.pkl', 'fail'],
      ['c.zip', 'inconclusive'],
      ['a.safetensors', 'pass'],
    ])
    expect(verdictsBy('report').map(([path]) => path)).toEqual(['d.pkl', 'b.pkl', 'c.zip', 'a.safetensors'])
  })
})

describe('weights-only', () => {
  test('says how many names a refused pickle imports, and that allowlist would admit it', () => {
    const names = ['sklearn.pipeline:Pipeline', 'sklearn.svm._classes:SVC', 'numpy:ndarray', 'numpy:dtype']
    const scan = model(
      file(
        'model.pkl',
        names.map(name => importing(name, {uses: []})),
      ),
    )
    expect(judge(scan, 'weights-only')).toMatchObject([
      {
        verdict: 'fail',
        reason: 'model/pickle-refused',
        details: {imports: 4, notOnAllowList: 0},
        what: 'model.pkl imports 4 names beyond tensors when it is loaded: `sklearn.pipeline.Pipeline`, `sklearn.svm._classes.SVC`, `numpy.ndarray` and 1 more. All of them are on the allow-list (scikit-learn, NumPy): “formats: allowlist” would admit model.pkl.',
      },
    ])
  })

  test('names what is not on the allow-list either, and a dangerous import first', () => {
    const names = ['numpy:ndarray', 'my.layers:Loss', 'os:system']
    const scan = model(
      file(
        'model.pkl',
        names.map(name => importing(name, {uses: []})),
      ),
    )
    const findings = judge(scan, 'weights-only')
    expect(findings.map(({reason}) => reason)).toEqual(['model/pickle-runs', 'model/pickle-refused'])
    expect(findings[1]?.what).toContain('The allow-list does not admit `my.layers.Loss`, `os.system` either.')
  })

  test('counts a name once, however many pickles of the file import it', () => {
    const scan = model(file('model.joblib', [importing('numpy:dtype'), importing('numpy:dtype')]))
    expect(judge(scan, 'weights-only')).toMatchObject([
      {what: expect.stringContaining('imports 1 name beyond tensors'), details: {imports: 1, notOnAllowList: 0}},
    ])
  })

  test('says where a class of one’s own can be allowed', () => {
    expect(judge(pickleOf('my.layers:Loss', ['new']), 'weights-only')).toMatchObject([
      {
        reason: 'model/pickle-refused',
        remedy: expect.stringMatching(/ model\.formats: allowlist .*\(model\.safety\.allow\)\.$/),
      },
    ])
  })

  test('says nothing of weights where every import has something graver to say', () => {
    expect(judge(pickleOf('os:system', ['call']), 'weights-only').map(({reason}) => reason)).toEqual([
      'model/pickle-runs',
    ])
  })

  test('tells nobody to load a file, wherever, that would run a command', () => {
    const scan = model(
      file(
        'model.pkl',
        ['os:system', 'my.layers:Loss'].map(name => importing(name)),
      ),
    )
    for (const {remedy} of judge(scan, 'weights-only')) expect(remedy).toMatch(/^Do not load the file\./)
  })

  test('says of another format that imports by name what its own rule says', () => {
    const rule = {...pickleImport, id: 'skops-import', why: 'skops imports it.', remedy: 'Review it.'}
    const scan = model(file('model.skops', [{...importing('sklearn.svm._classes:SVC', {uses: []}), rule}]))
    expect(judge(scan, 'weights-only')).toMatchObject([
      {
        reason: 'model/skops-import',
        why: 'skops imports it. The policy weights-only admits only what torch’s weights-only loader takes.',
        remedy: expect.stringContaining('Review it.'),
      },
    ])
    expect(verdictOf(judge(scan, 'allowlist'))).toBe('pass')
  })

  test('takes an allowance as torch takes add_safe_globals: in files that torch opens', () => {
    const allow = [{import: 'my.layers.Loss', owner: 'ml', reason: 'r', expires: today + 100, unsafe: false}]
    expect(verdictOf(judge(pickleOf('my.layers:Loss', ['call'], 'torch'), 'weights-only', allow))).toBe('pass')
    expect(verdictOf(judge(pickleOf('my.layers:Loss', ['call'], 'any'), 'weights-only', allow))).toBe('fail')
  })
})

describe('everything else that was seen', () => {
  test.each<[Means, Verdict]>([
    ['runs', 'fail'],
    ['code', 'fail'],
    ['deceives', 'fail'],
    ['damaged', 'fail'],
    ['bomb', 'fail'],
    ['unread', 'inconclusive'],
    ['unsure', 'inconclusive'],
    // An import of which the reader could not say the name.
    ['import', 'inconclusive'],
    ['look', 'warn'],
    ['note', 'pass'],
  ])('%s: %s', (means, verdict) => {
    const scan = model(weights(), file('model.bin', [seeing({means})]))
    expect(verdictOf(judge(scan, 'weights-only'))).toBe(verdict)
    expect(verdictOf(judge(scan, 'allowlist'))).toBe(verdict)
    expect(verdictOf(judge(scan, 'report'))).toBe(verdict === 'pass' ? 'pass' : 'warn')
  })

  test('keeps the words of its rule, names known vulnerabilities, and prefers the remedy of the case', () => {
    const sight = seeing({cves: ['CVE-2025-1550']}, {remedy: 'Do this.', place: {path: ['x', 'config.json'], byte: 4}})
    expect(judge(model(file('model.keras', [sight])))).toEqual([
      {
        id: 'model/file-safe',
        subject: 'model.keras, in config.json',
        verdict: 'fail',
        reason: 'model/zip-names-differ',
        what: 'model.keras, in config.json, has two names. (At byte 4.) This is the structure of CVE-2025-1550.',
        why: 'Why.',
        remedy: 'Do this.',
        place: {file: 'model.keras', inside: ['config.json'], byte: 4},
        details: {rule: 'zip-names-differ', sure: 'certain', cves: ['CVE-2025-1550']},
      },
    ])
  })

  test('names the file where a reader did not speak of it', () => {
    const sight = seeing({}, {what: 'Some readers take another directory.'})
    expect(judge(model(file('model.zip', [sight])))[0]?.what).toBe('model.zip: Some readers take another directory.')
  })

  test('a symbolic link fails, beside good weights too', () => {
    const findings = judge({files: [weights()], links: ['model.pt']})
    expect(findings).toMatchObject([{verdict: 'fail', reason: 'model/symbolic-link', subject: 'model.pt'}])
  })
})

describe('the order of findings', () => {
  test('what was found, then what could not be read, then what deserves a look', () => {
    const sights = (['look', 'unread', 'damaged', 'unsure', 'runs'] as const).map(means => seeing({means, id: means}))
    const reasons = judge(model(file('model.bin', sights))).map(({reason}) => reason)
    expect(reasons).toEqual(['model/runs', 'model/damaged', 'model/unsure', 'model/unread', 'model/look'])
  })

  test('what is clean is not said where something stands in the way', () => {
    expect(judge(model(weights(), file('model.bin', [seeing({means: 'unread'})])))).toHaveLength(1)
  })

  test('a look stands behind the sentence of what is clean', () => {
    const findings = judge(model(weights(), file('model.bin', [seeing({means: 'look'})])))
    expect(findings.map(({verdict}) => verdict)).toEqual(['pass', 'warn'])
  })

  test('under report, nothing is called clean that another policy refuses', () => {
    expect(judge(pickleOf('os:system', ['call']), 'report').map(({verdict}) => verdict)).toEqual(['warn'])
  })
})

describe('a file with thousands of sights', () => {
  const many = (number: number, means: Means, id: string = means) =>
    Array.from({length: number}, () => seeing({means, id}))

  test('gives a bounded number of findings, the worst first, and loses nothing of the verdict', () => {
    const findings = judge(model(file('model.bin', [...many(4235, 'look'), ...many(1, 'runs')])))
    expect(findings).toHaveLength(12)
    expect(findings[0]).toMatchObject({verdict: 'fail'})
    expect(findings.at(-1)).toMatchObject({
      verdict: 'warn',
      reason: 'model/more-findings',
      what: 'And 4,225 more of model.bin: 4,225 warn.',
      n: 4225,
    })
  })

  test('leaves room for other rules, and keeps the verdict of those that are not listed', () => {
    const findings = judge(model(file('model.bin', [...many(30, 'runs'), ...many(30, 'unread'), ...many(3, 'look')])))
    expect(findings).toHaveLength(24)
    expect(findings.at(-1)).toMatchObject({verdict: 'warn', reason: 'model/look'})
    expect(findings.find(({reason}) => reason === 'model/more-findings')).toMatchObject({
      verdict: 'fail',
      what: 'And 40 more of model.bin: 20 fail, 20 inconclusive.',
    })
  })

  test('of many rules is cut, too', () => {
    const sights = Array.from({length: 40}, (_, index) => seeing({means: 'damaged', id: `rule-${index}`}))
    const findings = judge(model(file('model.bin', sights)))
    expect(findings).toHaveLength(25)
    expect(findings.at(-1)).toMatchObject({verdict: 'fail', n: 16})
  })

  test('is not cut for the sake of a single one', () => {
    expect(judge(model(file('model.bin', many(11, 'damaged'))))).toHaveLength(11)
    expect(judge(model(file('model.bin', many(12, 'damaged'))))).toHaveLength(11)
  })

  test('and a folder with thousands of files is cut, too', () => {
    const files = Array.from({length: 1000}, (_, index) => file(`${index}.bin`, many(30, 'damaged')))
    const findings = judge(model(...files))
    expect(findings).toHaveLength(200)
    expect(findings.at(-1)).toMatchObject({verdict: 'fail', n: 30 * 1000 - 199})
  })
})

describe('a model in which nothing stands in the way', () => {
  test('is not said to run nothing where something is to be looked at', () => {
    const [clean, look] = judge(model(weights('model.pt'), file('notes.pt', [seeing({means: 'look'})])))
    expect(look?.verdict).toBe('warn')
    expect(clean?.what).toMatch(/ Nothing that stands in the way\.$/)
  })

  test('counts a file that reads as two formats once', () => {
    const readings = ['JSON', 'Hugging Face config'].map(is => ({is, holds: 'text' as const}))
    const [clean] = judge(model(weights(), file('config.json', [], {readings})))
    expect(clean?.what).toContain('2 files (1 JSON and Hugging Face config, 1 safetensors)')
  })

  test('is told in one sentence with files, tensors and size', () => {
    const config = file('config.json', [], {readings: [{is: 'JSON', holds: 'text'}], size: 24})
    expect(judge(model(weights(), weights('b.safetensors'), config))).toEqual([
      {
        id: 'model/files-safe',
        subject: 'model files',
        verdict: 'pass',
        reason: 'model/weights-only',
        what: '3 files (2 safetensors, 1 JSON) with 4 tensors; 2 KiB in all. Nothing that runs when it is loaded.',
        details: {files: 3, tensors: 4, bytes: 2024, imports: 0, formats: ['safetensors', 'JSON']},
      },
    ])
  })

  test('says what its pickles call, and that the list knows it', () => {
    expect(judge(pickleOf('sklearn.svm._classes:SVC', ['new']))).toMatchObject([
      {
        verdict: 'pass',
        reason: 'model/allow-listed',
        what: '1 file (1 pickle); 1000 B in all. What it imports when it is loaded (1 name) is on the allow-list: scikit-learn.',
      },
    ])
  })

  test.each<[string, ModelScan]>([
    ['nothing at all', model()],
    ['text alone', model(file('readme.md', [], {readings: [{is: 'text', holds: 'text'}]}))],
    ['an empty archive', model(file('model.zip', [], {readings: [{is: 'ZIP', holds: 'container'}]}))],
    ['what nobody could read', model(file('model.bin', [], {readings: []}))],
  ])('is an error where there is %s', (_, scan) => {
    for (const formats of policies) {
      expect(judge(scan, formats)).toMatchObject([{verdict: 'error', reason: 'model/no-weights'}])
    }
  })

  test('without weights is no error where something was found or could not be read', () => {
    const scan = (means: Means) =>
      model(file('model.zip', [seeing({means})], {readings: [{is: 'ZIP', holds: 'container'}]}))
    expect(verdictOf(judge(scan('deceives')))).toBe('fail')
    expect(verdictOf(judge(scan('unread')))).toBe('inconclusive')
    expect(verdictOf(judge(scan('look')))).toBe('error')
  })
})

describe('an allowance', () => {
  const allowance = {import: 'my.layers.Loss', owner: 'ml', reason: 'r', expires: today + 100, unsafe: false}
  const scan = pickleOf('my.layers:Loss', ['call', 'state'])

  test('lets its import pass, and says who allowed it', () => {
    const findings = judge(scan, 'allowlist', [allowance])
    expect(findings).toMatchObject([{verdict: 'pass', what: expect.stringContaining('allowed by ml')}])
  })

  test('settles a class of __main__', () => {
    const allow = [{...allowance, import: '__main__.Loss'}]
    expect(verdictOf(judge(pickleOf('__main__:Loss', ['new']), 'allowlist', allow))).toBe('pass')
  })

  test('that has ended counts no more, and is named', () => {
    expect(judge(scan, 'allowlist', [{...allowance, expires: today - 1}])).toMatchObject([
      {
        verdict: 'fail',
        reason: 'model/allowance-expired',
        what: expect.stringContaining('The allowance of ml ended on 2026-11-20, so it counts again.'),
      },
    ])
  })

  test.each([
    [15, undefined],
    [14, '14 days left'],
    [1, '1 day left'],
    [0, 'Its last day is today'],
  ])('that ends in %i days: %s', (days, words) => {
    const findings = judge(scan, 'allowlist', [{...allowance, expires: today + days}])
    expect(findings[0]?.verdict).toBe('pass')
    if (words === undefined) expect(findings).toHaveLength(1)
    else
      expect(findings[1]).toMatchObject({
        verdict: 'warn',
        reason: 'model/allowance-expires-soon',
        what: expect.stringContaining(words),
      })
  })

  test('that covers nothing is named: mistyped, gone, or on the list anyway', () => {
    for (const name of ['my.layers.Lost', 'sklearn.svm._classes.SVC']) {
      const findings = judge(pickleOf('sklearn.svm._classes:SVC', ['new']), 'allowlist', [{...allowance, import: name}])
      expect(findings.map(({verdict, reason}) => [verdict, reason])).toEqual([
        ['pass', 'model/allow-listed'],
        ['warn', 'model/allowance-unused'],
      ])
    }
  })

  test('does not cover a change of the imported thing itself, unless it says so', () => {
    const rewritten = pickleOf('my.layers:Loss', ['rewrite'])
    expect(judge(rewritten, 'allowlist', [allowance])).toMatchObject([{reason: 'model/allowance-needs-unsafe'}])
    expect(verdictOf(judge(rewritten, 'allowlist', [{...allowance, unsafe: true}]))).toBe('pass')
  })

  test.each<[Means, Verdict]>([
    ['code', 'pass'],
    ['look', 'pass'],
    ['runs', 'fail'],
    ['deceives', 'fail'],
    ['damaged', 'fail'],
    ['unread', 'inconclusive'],
    ['unsure', 'inconclusive'],
  ])('of a file and its %s: %s', (means, verdict) => {
    const allow = [{file: 'handler.py', owner: 'ml', reason: 'r', expires: today + 100}]
    expect(
      verdictOf(judge(model(weights(), file('handler.py', [seeing({means})])), 'allowlist', allow).slice(0, 1)),
    ).toBe(verdict)
  })

  test('of a file is for what its loading program brings, and the finding says how to write it', () => {
    const scan = model(weights(), file('model.keras', [seeing({means: 'unsure', reviewable: true})]))
    expect(judge(scan)).toMatchObject([
      {
        verdict: 'inconclusive',
        remedy:
          'Remedy. If that code was reviewed, a team can take responsibility for it: model.safety.allow with file: model.keras, owner, reason and expires.',
      },
    ])
    const allow = [{file: 'model.keras', owner: 'ml', reason: 'r', expires: today + 100}]
    expect(verdictOf(judge(scan, 'allowlist', allow))).toBe('pass')
  })

  test('of a file is offered only where it would hold', () => {
    for (const means of ['runs', 'deceives', 'damaged', 'unread', 'unsure', 'look'] as const) {
      const [finding] = judge(model(file('model.keras', [seeing({means})])))
      expect(finding?.remedy ?? '').not.toContain('safety.allow')
    }
  })

  test('of a file is for that file alone, and not for what its pickles import', () => {
    const allow = [{file: 'model.pkl', owner: 'ml', reason: 'r', expires: today + 100}]
    expect(verdictOf(judge(scan, 'allowlist', allow))).toBe('fail')
    const other = model(weights(), file('code/model.pkl', [seeing({means: 'code'})]))
    expect(verdictOf(judge(other, 'allowlist', allow))).toBe('fail')
  })

  test('of a file is named where the rest is clean, and nothing is said to be weights alone', () => {
    const allow = [{file: 'handler.py', owner: 'ml', reason: 'r', expires: today + 100}]
    expect(judge(model(weights(), file('handler.py', [seeing({means: 'code'})])), 'allowlist', allow)).toMatchObject([
      {
        verdict: 'pass',
        reason: 'model/allow-listed',
        what: expect.stringMatching(/ What handler\.py is or needs beyond weights is allowed by ml\.$/),
      },
    ])
  })

  test('of a file that has ended is named', () => {
    const allow = [{file: 'handler.py', owner: 'ml', reason: 'r', expires: today - 1}]
    for (const means of ['code', 'look'] as const) {
      expect(judge(model(weights(), file('handler.py', [seeing({means})])), 'allowlist', allow)).toMatchObject([
        {verdict: 'fail', reason: 'model/allowance-expired'},
      ])
    }
  })
})

describe('whatever a file writes', () => {
  const text = fc.oneof(
    fc.string({maxLength: 40}),
    fc.string({unit: 'binary', maxLength: 40}),
    fc.constantFrom('os', 'numpy', 'system', 'ndarray'),
  )
  const how = fc.constantFrom<ImportUse['how']>('call', 'new', 'state', 'items', 'rewrite', 'reference')

  test('an import passes only by an exact entry of the list, and is told without control signs', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(how),
        fc.constantFrom<Loader>('any', 'torch', 'joblib'),
        (module, name, uses, loader) => {
          const imported = imports(module, name, uses, loader)
          const scan = model(file(`${module}.pkl`, [importing('x:y', imported)]))
          const findings = judge(scan)
          const listed = allowedImport(imported, new Set()).kind === 'listed'
          expect(verdictOf(findings) === 'pass').toBe(listed)
          for (const {what, subject, remedy} of findings) {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
            expect(`${what}${subject}${remedy}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
          }
        },
      ),
    )
  })

  test('one thing that blocks, among any number of harmless ones and anywhere, blocks', () => {
    const harmless = fc.constantFrom<Means>('note', 'look')
    const grave = fc.constantFrom<Means>('runs', 'code', 'deceives', 'damaged', 'bomb', 'unread', 'unsure', 'import')
    fc.assert(
      fc.property(fc.array(harmless, {maxLength: 300}), grave, fc.nat(), (before, means, at) => {
        const sights = [...before]
        sights.splice(at % (before.length + 1), 0, means)
        const findings = judge(
          model(
            weights(),
            file(
              'model.bin',
              sights.map(each => seeing({means: each})),
            ),
          ),
        )
        expect(['fail', 'inconclusive']).toContain(verdictOf(findings))
        expect(findings.some(({verdict}) => verdict === 'pass')).toBe(false)
      }),
    )
  })
})

import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseWaivers, type Waiver} from '../../../src/config/waivers.ts'
import {formatDay, parseDay} from '../../../src/core/day.ts'
import {isFailure, UserError} from '../../../src/core/failure.ts'
import {importWaivers} from '../../../src/image/waivers/import.ts'
import {cycloneDx, openVex} from '../vex/documents.ts'

const given = {owner: 'ml', expires: parseDay('2027-03-31') ?? 0, reason: 'see the risk register'}

/** What the waiver file says, read by its own parser, without what was given. */
function imported(text: string, source: string): readonly Partial<Record<keyof Waiver, unknown>>[] {
  return parseWaivers(importWaivers(text, source, given).yaml, source).map(
    ({line, owner, expires, reason, status, kind, ...rest}) => ({
      ...rest,
      ...(kind === 'vulnerability' ? {} : {kind}),
      ...(status === 'accepted' ? {} : {status}),
      ...(reason === given.reason ? {} : {reason}),
      ...(expires === given.expires ? {} : {expires: formatDay(expires)}),
    }),
  )
}

function notes(text: string, source: string): readonly string[] {
  return importWaivers(text, source, given).notes
}

describe('a .trivyignore', () => {
  const text = `# Accept the risk
CVE-2018-14618

# No impact
# in our settings
CVE-2019-14697 exp:2026-01-01
CVE-2019-1543  # tracked in RISK-12
AVD-DS-0002
aws-access-key-id
AGPL-3.0
CVE-2020-1 exp:soon
`
  test('becomes waivers with the comments above as reasons', () => {
    expect(imported(text, '.trivyignore')).toEqual([
      {id: 'CVE-2018-14618', reason: 'Accept the risk'},
      // Trivy ends at the first moment of that day (pkg/result/ignore.go, Prune), so that the day before is the last.
      {id: 'CVE-2019-14697', reason: 'No impact in our settings', expires: '2025-12-31'},
      {id: 'CVE-2019-1543', reason: 'tracked in RISK-12'},
      {id: 'AVD-DS-0002', kind: 'misconfiguration', reason: 'No impact in our settings'},
      {id: 'aws-access-key-id', kind: 'secret', reason: 'No impact in our settings'},
      {id: 'AGPL-3.0', kind: 'licence', reason: 'No impact in our settings'},
    ])
  })

  test('says what was guessed and what was left out', () => {
    expect(notes(text, '.trivyignore')).toEqual([
      'line 8: AVD-DS-0002 is taken for a misconfiguration by its form: correct "kind" where it is another.',
      'line 9: aws-access-key-id is taken for a secret by its form: correct "kind" where it is another.',
      'line 10: AGPL-3.0 is taken for a licence by its form: correct "kind" where it is another.',
      'line 11: CVE-2020-1 ends on "soon", which is no day: Trivy ignores the line, and so it is left out.',
    ])
  })

  test.each([
    'CVE-2024-1',
    'GHSA-aaaa-bbbb-cccc',
    'RHSA-2024:0103',
    'openSUSE-SU-2020:0051-1',
    'PYSEC-2021-19',
    'GO-2022-0646',
    'DSA-4686-1',
    'ALAS2-2021-1',
    'ELSA-2021-1',
    'TEMP-0841856-B18BAF',
    'RUSTSEC-2020-0001',
  ])('knows %s for a vulnerability', id => expect(imported(id, '.trivyignore')).toEqual([{id}]))

  test('names one thing once, and never for longer than somebody said', () => {
    const twice = 'CVE-2024-1\nCVE-2024-1 exp:2026-12-02\n'
    expect(imported(twice, '.trivyignore')).toEqual([{id: 'CVE-2024-1', expires: '2026-12-01'}])
    expect(notes(twice, '.trivyignore')).toEqual([
      'line 2: CVE-2024-1 is the same as line 1: the one that ends first is kept.',
    ])
  })

  test('may be empty', () => expect(imported('# nothing yet\n', '.trivyignore')).toEqual([]))
})

describe('a .trivyignore.yaml', () => {
  // The example of Trivy's documentation, "Filtering", with what it also allows.
  const text = `
vulnerabilities:
  - id: CVE-2022-40897
    paths:
      - "usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA"
    statement: Accept the risk
  - id: CVE-2023-29491
    expired_at: 2026-12-24
    purls:
      - pkg:deb/debian/libtinfo6@6.4-4
      - pkg:deb/debian/ncurses-base
  - id: CVE-2023-2650
    paths: ["opt/{a,b}/*.jar", "opt/**/c.jar"]
misconfigurations:
  - id: AVD-DS-0001
    expired_at: 2026-12-24T12:00:00Z
secrets:
  - id: aws-access-key-id
    paths: ["/foo/bar/aws.secret"]
licenses:
  - id: GPL-3.0
    paths: ["usr/share/gcc/python/**"]
exceptions: []
`
  test('becomes a waiver for each path and package', () => {
    expect(imported(text, '.trivyignore.yaml')).toEqual([
      {
        id: 'CVE-2022-40897',
        path: 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA',
        reason: 'Accept the risk',
      },
      {id: 'CVE-2023-29491', package: 'pkg:deb/debian/libtinfo6@6.4-4', expires: '2026-12-23'},
      {id: 'CVE-2023-29491', package: 'pkg:deb/debian/ncurses-base', expires: '2026-12-23'},
      {id: 'CVE-2023-2650', path: 'opt/**/c.jar'},
      {id: 'AVD-DS-0001', kind: 'misconfiguration', expires: '2026-12-23'},
      {id: 'aws-access-key-id', kind: 'secret', path: '/foo/bar/aws.secret'},
      {id: 'GPL-3.0', kind: 'licence', path: 'usr/share/gcc/python/**'},
    ])
  })

  test('says what cannot be said', () => {
    expect(notes(text, '.trivyignore.yaml')).toEqual([
      'line 12: CVE-2023-2650 at "opt/{a,b}/*.jar": a path has no signs but "*" and "**" here, so it is left out.',
      'Left out: "exceptions", which Trivy does not know either.',
    ])
  })
})

describe('ignore rules of Grype', () => {
  const rules = (...list: readonly object[]) => JSON.stringify({ignore: list}).replace(/^\{/, '# a comment\n{')

  // grype/match/ignore.go: every condition of a rule must hold.
  test.each([
    ['a vulnerability', {vulnerability: 'CVE-1', reason: 'no input'}, {id: 'CVE-1', reason: 'no input'}],
    ['a package', {vulnerability: 'CVE-1', package: {name: 'busybox'}}, {id: 'CVE-1', package: 'busybox'}],
    [
      'a Python package',
      {vulnerability: 'CVE-1', package: {name: 'Jinja2', type: 'python', version: '2.4.1'}},
      {id: 'CVE-1', package: 'pkg:pypi/jinja2@2.4.1'},
    ],
    [
      'a Go module',
      {vulnerability: 'CVE-1', package: {name: 'github.com/a/b', type: 'go-module'}},
      {id: 'CVE-1', package: 'pkg:golang/github.com/a/b'},
    ],
    [
      'a location',
      {vulnerability: 'CVE-1', package: {location: '/usr/lib/node_modules/**'}},
      {id: 'CVE-1', path: '/usr/lib/node_modules/**'},
    ],
  ])('with %s', (_, rule, expected) => {
    expect(imported(rules(rule), '.grype.yaml')).toEqual([expected])
    expect(notes(rules(rule), '.grype.yaml')).toEqual([])
  })

  test.each([
    [
      'a fix state alone',
      {'fix-state': 'not-fixed'},
      'a rule that names no vulnerability accepts what nobody has seen yet, and is left out: a rule of image.gate with `fixable: false` says the same.',
    ],
    [
      'fixed alone',
      {'fix-state': 'fixed'},
      'a rule that names no vulnerability accepts what nobody has seen yet, and is left out: a rule of image.gate with `fixable: true` says the same.',
    ],
    [
      'a package alone',
      {package: {name: 'libcurl'}},
      'a rule that names no vulnerability accepts what nobody has seen yet, and is left out.',
    ],
    [
      'a fix state',
      {vulnerability: 'CVE-1', 'fix-state': 'unknown'},
      'CVE-1 is left out: a waiver has no "fix-state", and without it would cover more.',
    ],
    [
      'a namespace',
      {vulnerability: 'CVE-1', namespace: 'nvd:cpe'},
      'CVE-1 is left out: a waiver has no "namespace", and without it would cover more.',
    ],
    [
      'an upstream',
      {vulnerability: 'CVE-1', package: {'upstream-name': 'curl'}},
      'CVE-1 is left out: a waiver has no "package.upstream-name", and without it would cover more.',
    ],
    [
      'a VEX status',
      {'vex-status': 'not_affected'},
      'a rule about VEX statements is left out: the documents themselves go into image.vex.',
    ],
    [
      'a pattern of names',
      {vulnerability: 'CVE-1', package: {name: 'kernel-.*'}},
      'CVE-1 is left out: "kernel-.*" is a pattern, and a waiver names one package.',
    ],
    [
      'a version without a type',
      {vulnerability: 'CVE-1', package: {name: 'curl', version: '1'}},
      'CVE-1 is left out: write its package as a package URL, since the rule tells no type.',
    ],
    [
      'a type with a distribution',
      {vulnerability: 'CVE-1', package: {name: 'curl', type: 'deb'}},
      'CVE-1 is left out: write its package as a package URL, since the rule tells the type deb.',
    ],
    [
      'a version without a name',
      {vulnerability: 'CVE-1', package: {version: '1'}},
      'CVE-1 is left out: its rule has a version or a type, and no name of a package.',
    ],
  ])('with %s are told and left out', (_, rule, expected) => {
    expect(imported(rules(rule), '.grype.yaml')).toEqual([])
    expect(notes(rules(rule), '.grype.yaml')).toEqual([`line 2: ${expected}`])
  })

  test('are not all that the file takes away', () => {
    const text = 'only-fixed: true\nignore:\n  - vulnerability: CVE-1\nexclude: ["/opt/**"]\n'
    expect(notes(text, '.grype.yaml')).toEqual([
      '"only-fixed" takes findings away without naming them: say it in image.gate or image.vex.',
      '"exclude" takes findings away without naming them: say it in image.gate or image.vex.',
    ])
  })
})

describe('VEX', () => {
  const product = (id: string, ...parts: readonly string[]) => ({
    products: [{'@id': id, subcomponents: parts.map(part => ({'@id': part}))}],
  })

  test('becomes waivers of what is not affected or fixed', () => {
    const text = openVex([
      {},
      {
        vulnerability: {name: 'CVE-2'},
        ...product('pkg:oci/credit@sha256:ab?repository_url=registry.example.com/ml/credit', 'pkg:deb/debian/zlib1g@1'),
      },
      {vulnerability: {name: 'CVE-3'}, status: 'fixed', justification: undefined, status_notes: 'backported'},
      {vulnerability: {name: 'CVE-4'}, ...product('registry.example.com/ml/credit:v1')},
    ])
    const reason = 'vulnerable code not in execute path'
    const affects = {status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path', reason}
    expect(imported(text, 'vex.json')).toEqual([
      {id: 'CVE-2022-48174', package: 'pkg:apk/alpine/busybox', ...affects},
      {id: 'CVE-2', package: 'pkg:deb/debian/zlib1g@1', image: 'registry.example.com/ml/credit', ...affects},
      {id: 'CVE-3', package: 'pkg:apk/alpine/busybox', status: 'not_affected', reason: 'fixed: backported'},
      {id: 'CVE-4', image: 'registry.example.com/ml/credit', ...affects},
    ])
  })

  test('of CycloneDX too', () => {
    expect(imported(cycloneDx(), 'bom.json')).toMatchObject([
      {
        id: 'CVE-2022-48174',
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        reason: 'code not reachable; no shell is started',
      },
    ])
  })

  test('of which only the last word on a thing counts, and what waives nothing is told', () => {
    const late = {
      timestamp: '2026-11-02T00:00:00Z',
      status: 'affected',
      justification: undefined,
      action_statement: 'Update.',
    }
    expect(imported(openVex([late, {}]), 'vex.json')).toEqual([])
    expect(notes(openVex([late, {}]), 'vex.json')).toEqual([
      'statements[0]: CVE-2022-48174 is affected, which is nothing to waive: left out.',
    ])
  })

  test('that a waiver cannot say is told', () => {
    const text = openVex([
      product('pkg:npm/app', 'pkg:npm/left-pad'),
      {vulnerability: {name: 'CVE-2'}, ...product('https://vendor.example/app')},
    ])
    expect(imported(text, 'vex.json')).toEqual([])
    expect(notes(text, 'vex.json')).toEqual([
      'statements[0]: CVE-2022-48174 in a package within pkg:npm/app, which a waiver cannot say: left out.',
      'statements[1]: CVE-2 in something that has no package URL: left out.',
    ])
  })
})

describe('what cannot be imported', () => {
  const refusal = (text: string, source: string, words: Parameters<typeof importWaivers>[2] = given) => {
    try {
      return importWaivers(text, source, words).yaml
    } catch (error) {
      if (isFailure(error)) return `${error.code}: ${error.message}`
      throw error
    }
  }

  test.each([
    [
      '[[IgnoredVulns]]\nid = "GO-2022-0968"\n',
      'osv-scanner.toml',
      'waivers/import-unread: osv-scanner.toml holds ignore rules of osv-scanner, which cannot be read.',
    ],
    [
      'version: v1.25.0\nignore:\n  X:\n    - "*": {}\n',
      '.snyk',
      'waivers/import-unread: .snyk holds a policy of Snyk, which cannot be read.',
    ],
    ['severity: HIGH\n', 'trivy.yaml', 'waivers/import-malformed: trivy.yaml cannot be read: it has none of the keys'],
    ['vulnerabilities:\n  - paths: [a]\n', 'x.yaml', 'waivers/import-malformed: x.yaml cannot be read: line 2: '],
    [
      'vulnerabilities: CVE-1\n',
      'x.yaml',
      'waivers/import-malformed: x.yaml cannot be read: "vulnerabilities" is no list',
    ],
    ['- CVE-2024-1\n', 'ignored', 'waivers/import-malformed: ignored cannot be read: it has none of the keys'],
    ['ignore: [\n', 'x.yaml', 'waivers/import-malformed: x.yaml cannot be read: line 2: '],
    ['{"runs": []}', 'x.json', 'vex/format-unknown'],
  ])('%j of %s is refused by name', (text, source, expected) => expect(refusal(text, source)).toContain(expected))

  test('is told entry by entry when nobody says who answers for it, why and until when', () => {
    const text = '# because\nCVE-1-1 exp:2027-01-01\nCVE-2024-2\n\nCVE-2024-3\n'.replace('CVE-1-1', 'CVE-2024-1')
    expect(refusal(text, '.trivyignore', {})).toBe(
      [
        'waivers/import-incomplete: .trivyignore does not say all that a waiver needs:',
        '  no owner: CVE-2024-1 (line 2), CVE-2024-2 (line 3), CVE-2024-3 (line 5)',
        '  no last day: CVE-2024-2 (line 3), CVE-2024-3 (line 5)',
        '  no reason: CVE-2024-3 (line 5)',
      ].join('\n'),
    )
  })

  test('hides nothing in comments and texts: what is written is what the parser reads', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '\n',
        '#',
        '-',
        ':',
        '"',
        "'",
        ' ',
        '\t',
        '{',
        '&',
        '*',
        '!',
        '|',
        '>',
        '%',
        '@',
        '`',
        'a',
        '\u2028',
        '\u0085',
      ),
    })
    fc.assert(
      fc.property(hostile, hostile, (statement, source) => {
        const entries = JSON.stringify({vulnerabilities: [{id: 'CVE-1', statement}]})
        const {yaml} = importWaivers(`# x\n${entries}`, `${source}.yaml`, given)
        const reason = statement.trim() === '' ? given.reason : statement.trim()
        expect(parseWaivers(yaml, 'x')).toMatchObject([{id: 'CVE-1', reason: reason.trim(), owner: 'ml'}])
      }),
    )
  })

  test('is never a defect, whatever is in the file', () => {
    const piece = fc.constantFrom(
      'vulnerabilities:',
      'ignore:',
      '\n',
      '  - id: CVE-1',
      '  - vulnerability: CVE-1',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!!x ',
      '<<: ',
      ' package:',
      ' paths: ',
      '0',
      'CVE-2024-1',
      ' exp:2026-01-01',
      '# x',
      '"',
    )
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 12}), pieces => {
        expect(() => {
          try {
            importWaivers(pieces.join(''), 'x.yaml', given)
          } catch (error) {
            if (!(error instanceof UserError)) throw error
          }
        }).not.toThrow()
      }),
    )
  })
})

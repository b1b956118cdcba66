import {describe, expect, test} from 'vitest'
import {severityOfScore} from '../../../src/image/reports/severity-words.ts'
import type {Flaw, Scan} from '../../../src/image/scan.ts'
import {failureOf, fixture, parsed, read} from './fixtures.ts'

interface Change {
  readonly result?: object
  readonly rule?: object
  readonly run?: object
  readonly driver?: object
}

/** One result of one rule, in the form that most tools write. */
function log({result = {}, rule = {}, run = {}, driver = {}}: Change = {}): object {
  return {
    version: '2.1.0',
    runs: [
      {
        tool: {driver: {name: 'linter', rules: [{id: 'R1', ...rule}], ...driver}},
        results: [{ruleId: 'R1', message: {text: 'The container runs as root.'}, ...result}],
        ...run,
      },
    ],
  }
}

function only(change: Change): Flaw {
  const {flaws} = parsed(log(change))
  const [flaw, ...others] = flaws
  if (!flaw || others.length > 0) throw new Error(`Expected one flaw, and saw ${flaws.length}.`)
  return flaw
}

describe('linters of manifests and Dockerfiles', () => {
  test('kube-linter tells what is wrong, in which object, and what to do', () => {
    expect(read('kube-linter.sarif').flaws).toEqual([
      {
        kind: 'misconfiguration',
        id: 'no-read-only-root-fs',
        title: 'Indicates when containers are running without a read-only root filesystem.',
        severity: 'medium',
        message:
          'container "credit" does not have a read-only root file system (object: default/credit apps/v1, Kind=Deployment)',
        remedy: 'Set readOnlyRootFilesystem to true in the container securityContext.',
        places: [{kind: 'repository', file: 'deploy/deployment.yaml', line: 1}],
        foundBy: ['kube-linter'],
        url: 'https://docs.kubelinter.io/#/generated/templates?id=read-only-root-filesystems',
      },
    ])
  })

  test('kube-linter calls its run unsuccessful where it found something, and that is no doubt', () => {
    expect(read('kube-linter.sarif').doubts).toEqual([])
    const empty = JSON.parse(fixture('kube-linter.sarif'))
    empty.runs[0].results = []
    expect(parsed(empty).doubts).toEqual(['kube-linter did not run to its end.'])
  })

  test('hadolint has no rules, so its messages are the titles', () => {
    const [first] = read('hadolint.sarif').flaws
    expect(first).toMatchObject({
      id: 'DL3007',
      severity: 'medium',
      title: expect.stringContaining('Using latest is prone to errors'),
      places: [{kind: 'repository', file: 'Dockerfile', line: 1}],
    })
  })

  test('Checkov’s failed checks are misconfigurations at their lines', () => {
    expect(read('checkov.sarif').flaws.map(flaw => [flaw.id, flaw.kind, flaw.severity, ...flaw.places])).toContainEqual(
      ['CKV_DOCKER_1', 'misconfiguration', 'high', {kind: 'repository', file: 'Dockerfile', line: 5}],
    )
  })

  test('Trivy’s are told from its secrets, and no secret is repeated', () => {
    const {flaws} = read('trivy-sources.sarif')
    expect(flaws.find(({id}) => id === 'DS002')).toMatchObject({
      kind: 'misconfiguration',
      severity: 'high',
      message: 'Specify at least 1 USER command in Dockerfile with non-root user as argument',
    })
    const secret = flaws.find(({kind}) => kind === 'secret')
    expect(secret).toMatchObject({
      id: 'aws-access-key-id',
      severity: 'critical',
      places: [{kind: 'repository', file: 'settings.env', line: 1}],
    })
    expect(JSON.stringify(secret)).not.toContain('*')
  })

  test('a linter that found nothing has looked all the same', () => {
    expect(parsed(log({run: {results: []}}))).toMatchObject({flaws: [], lookedFor: ['misconfiguration'], doubts: []})
  })
})

describe('scanners of images, whose SARIF says less than their JSON', () => {
  test('Trivy’s message names package, versions and fix', () => {
    expect(read('trivy-image.sarif').flaws.find(({id}) => id === 'CVE-2025-43859')).toMatchObject({
      kind: 'vulnerability',
      aliases: ['CVE-2025-43859'],
      package: 'h11',
      installedVersion: '0.14.0',
      fix: {state: 'fixed', versions: ['0.16.0'], date: null},
      places: [{kind: 'image', path: 'usr/lib/python3.12/site-packages/h11-0.14.0.dist-info/METADATA'}],
    })
  })

  test('the name of the image is no path in it', () => {
    const [busybox] = read('trivy-image.sarif').flaws
    expect(busybox).toMatchObject({package: 'busybox', places: []})
  })

  test('Grype’s rule is a vulnerability and a package, and its logical location the file and its layer', () => {
    expect(read('grype.sarif').flaws[0]).toMatchObject({
      id: 'CVE-2022-48174',
      package: 'busybox',
      purl: 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=alpine-3.18.2',
      fix: {state: 'fixed', versions: ['1.36.1-r1']},
      places: [{kind: 'image', path: 'lib/apk/db/installed', layer: expect.stringMatching(/^sha256:/)}],
    })
  })

  test('an empty report of Trivy does not say what it looked for, so it vouches for nothing', () => {
    const empty = JSON.parse(fixture('trivy-image.sarif'))
    empty.runs[0].results = []
    empty.runs[0].tool.driver.rules = []
    expect(parsed(empty).lookedFor).toEqual([])
  })

  test('an empty report of Grype has looked for vulnerabilities', () => {
    const empty = JSON.parse(fixture('grype.sarif'))
    empty.runs[0].results = []
    empty.runs[0].tool.driver.rules = []
    expect(parsed(empty).lookedFor).toEqual(['vulnerability'])
  })

  test.each([
    [
      'OSV-Scanner',
      {
        driver: {name: 'osv-scanner'},
        rule: {id: 'CVE-2025-43859', deprecatedIds: ['CVE-2025-43859', 'GHSA-vqfr-h8mv-ghfj']},
        result: {
          ruleId: 'CVE-2025-43859',
          message: {
            text: "Package 'h11@0.14.0' is vulnerable to 'CVE-2025-43859' (also known as 'GHSA-vqfr-h8mv-ghfj').",
          },
        },
      },
      {
        id: 'CVE-2025-43859',
        aliases: ['CVE-2025-43859', 'GHSA-vqfr-h8mv-ghfj'],
        package: 'h11',
        installedVersion: '0.14.0',
      },
    ],
    [
      'Snyk',
      {
        driver: {name: 'Snyk Container'},
        rule: {
          id: 'SNYK-ALPINE318-BUSYBOX-6913411',
          fullDescription: {text: '(CVE-2022-48174) busybox/ssl_client@1.36.1-r0'},
        },
        result: {
          ruleId: 'SNYK-ALPINE318-BUSYBOX-6913411',
          message: {text: 'This file introduces a vulnerable package.'},
        },
      },
      {
        id: 'CVE-2022-48174',
        aliases: ['CVE-2022-48174', 'SNYK-ALPINE318-BUSYBOX-6913411'],
        package: 'busybox/ssl_client',
        installedVersion: '1.36.1-r0',
      },
    ],
    [
      'Docker Scout',
      {
        driver: {name: 'docker scout'},
        rule: {
          id: 'CVE-2024-5535',
          properties: {
            purls: ['pkg:deb/debian/openssl@3.0.13?os_name=debian'],
            fixed_version: '3.0.14',
            tags: ['CRITICAL'],
          },
        },
        result: {
          ruleId: 'CVE-2024-5535',
          message: {
            text: 'Vulnerability   : CVE-2024-5535\nSeverity        : CRITICAL\nPackage         : pkg:deb/debian/openssl@3.0.13\n',
          },
        },
      },
      {
        package: 'openssl',
        purl: 'pkg:deb/debian/openssl@3.0.13?os_name=debian',
        severity: 'critical',
        fix: {versions: ['3.0.14']},
      },
    ],
  ])('%s', (_tool, change, expected) => {
    expect(only(change)).toMatchObject({kind: 'vulnerability', ...expected})
  })

  test('a vulnerability without a package is one all the same, at the file that it was seen in', () => {
    const locations = [{physicalLocation: {artifactLocation: {uri: 'requirements.txt'}}}]
    const flaw = only({rule: {id: 'CVE-2025-43859'}, result: {ruleId: 'CVE-2025-43859', locations}})
    expect(flaw).toMatchObject({kind: 'vulnerability', package: 'requirements.txt', installedVersion: ''})
  })

  test('a description cannot speak for the package', () => {
    const text =
      'Package: h11\nInstalled Version: 0.14.0\nVulnerability CVE-2025-43859\nPackage: nothing\nFixed Version: 0.16.0'
    expect(only({rule: {id: 'CVE-2025-43859'}, result: {ruleId: 'CVE-2025-43859', message: {text}}})).toMatchObject({
      package: 'h11',
    })
  })
})

describe('how severe a result is', () => {
  const cases: readonly (readonly [what: string, change: Change, severity: string])[] = [
    ['its own level', {result: {level: 'error'}}, 'high'],
    ['the level of its rule', {rule: {defaultConfiguration: {level: 'note'}}}, 'low'],
    ['warning, where nothing is said (SARIF 2.1.0, §3.27.10)', {}, 'medium'],
    ['level none says nothing', {result: {level: 'none'}}, 'unknown'],
    [
      'the score for GitHub before the level',
      {rule: {properties: {'security-severity': '9.5'}}, result: {level: 'note'}},
      'critical',
    ],
    [
      'the score of the result before that of the rule',
      {rule: {properties: {'security-severity': '9.5'}}, result: {properties: {'security-severity': '2.0'}}},
      'low',
    ],
    ['a score of zero is none', {rule: {properties: {'security-severity': '0.0'}}}, 'unknown'],
    [
      'a score that is no number',
      {rule: {properties: {'security-severity': 'lots'}}, result: {level: 'error'}},
      'high',
    ],
    [
      'the word of the tool before the score',
      {rule: {properties: {'security-severity': '9.8', tags: ['security', 'LOW']}}},
      'low',
    ],
    [
      'two words contradict, so neither counts',
      {rule: {properties: {tags: ['LOW', 'HIGH']}}, result: {level: 'error'}},
      'high',
    ],
    ['to be reviewed is not harmless', {result: {kind: 'review', level: 'none'}}, 'unknown'],
    [
      'an override of the rule’s level',
      {
        rule: {defaultConfiguration: {level: 'note'}},
        run: {
          invocations: [
            {
              executionSuccessful: true,
              ruleConfigurationOverrides: [{descriptor: {id: 'R1'}, configuration: {level: 'error'}}],
            },
          ],
        },
      },
      'high',
    ],
  ]
  test.each(cases)('%s', (_what, change, severity) => expect(only(change).severity).toBe(severity))

  // CVSS v3.1 specification, section 5: none 0.0, low 0.1-3.9, medium 4.0-6.9, high 7.0-8.9, critical 9.0-10.0.
  test.each([
    [0.1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
    [11, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
  ])('a score of %d is %s', (score, severity) => expect(severityOfScore(score)).toBe(severity))
})

describe('what is no flaw', () => {
  test.each([
    ['passed', {kind: 'pass', level: 'none'}],
    ['does not apply', {kind: 'notApplicable', level: 'none'}],
    ['is information', {kind: 'informational', level: 'none'}],
    ['is there no more', {baselineState: 'absent'}],
  ])('what %s', (_what, result) => expect(parsed(log({result})).flaws).toEqual([]))

  test.each([['new'], ['unchanged'], ['updated']])('a result that is %s counts', baselineState =>
    expect(parsed(log({result: {baselineState}})).flaws).toHaveLength(1),
  )
})

describe('suppressed results stay, with the reason', () => {
  const suppressedBy = (...suppressions: readonly object[]) => only({result: {suppressions}}).suppressed

  test('accepted, which is what an absent status means', () => {
    expect(suppressedBy({kind: 'external', justification: 'Behind a proxy.'})).toEqual({
      by: 'linter',
      reason: 'Behind a proxy.',
    })
    expect(suppressedBy({kind: 'inSource', status: 'accepted'})).toEqual({
      by: 'linter',
      reason: 'suppressed in the source, without a reason',
    })
  })

  test('refused, or not yet agreed, takes nothing away', () => {
    expect(suppressedBy({kind: 'external', status: 'underReview'})).toBeUndefined()
    expect(suppressedBy({kind: 'external', status: 'accepted'}, {kind: 'external', status: 'rejected'})).toBeUndefined()
    expect(suppressedBy()).toBeUndefined()
  })
})

describe('where a result is', () => {
  const placeOf = (artifactLocation: object, run: object = {}, region: object = {startLine: 4}) =>
    only({result: {locations: [{physicalLocation: {artifactLocation, region}}]}, run}).places[0]
  const file = (path: string) => ({kind: 'repository', file: path, line: 4})
  const atRoot = {
    originalUriBaseIds: {ROOT: {uri: 'file:///home/runner/work/credit/'}, SRC: {uri: 'deploy/', uriBaseId: 'ROOT'}},
  }

  test.each([
    ['a relative path', {uri: 'deploy/app.yaml'}, {}, 'deploy/app.yaml'],
    ['percent-encoded signs', {uri: 'deploy/my%20app.yaml'}, {}, 'deploy/my app.yaml'],
    ['a sign that is no encoding', {uri: 'deploy/100%.yaml'}, {}, 'deploy/100%.yaml'],
    ['a path below a base that is the checkout', {uri: 'app.yaml', uriBaseId: 'ROOT'}, atRoot, 'app.yaml'],
    ['a path below a base below the checkout', {uri: 'app.yaml', uriBaseId: 'SRC'}, atRoot, 'deploy/app.yaml'],
    ['an absolute path in the checkout', {uri: 'file:///home/runner/work/credit/app.yaml'}, atRoot, 'app.yaml'],
    [
      'an absolute path in the folder that the tool ran in',
      {uri: 'file:///srv/credit/app.yaml'},
      {invocations: [{executionSuccessful: true, workingDirectory: {uri: 'file:///srv/credit'}}]},
      'app.yaml',
    ],
    ['an absolute path elsewhere', {uri: 'file:///srv/app.yaml'}, {}, 'srv/app.yaml'],
    ['an absolute path without a scheme', {uri: '/srv/app.yaml'}, {}, 'srv/app.yaml'],
    ['a path of Windows', {uri: 'deploy\\app.yaml'}, {}, 'deploy/app.yaml'],
    ['a path that begins here', {uri: './deploy/./app.yaml'}, {}, 'deploy/app.yaml'],
    ['a path that leaves the repository', {uri: '../../etc/passwd'}, {}, 'etc/passwd'],
    ['a file by its number', {index: 0}, {artifacts: [{location: {uri: 'app.yaml'}}]}, 'app.yaml'],
  ])('%s', (_what, location, run, expected) => expect(placeOf(location, run)).toEqual(file(expected)))

  test.each([[0], [-1], [1.5], [null]])('line %s is no line', startLine => {
    expect(placeOf({uri: 'app.yaml'}, {}, {startLine})).toEqual({kind: 'repository', file: 'app.yaml'})
  })

  test('bases that stand on each other in a circle end', () => {
    const originalUriBaseIds = {A: {uri: 'a/', uriBaseId: 'B'}, B: {uri: 'b/', uriBaseId: 'A'}}
    expect(placeOf({uri: 'app.yaml', uriBaseId: 'A'}, {originalUriBaseIds})).toMatchObject({kind: 'repository'})
  })
})

test('places that are too many to keep are not forgotten: a waiver of some paths must not cover them', () => {
  const at = (uri: string) => ({physicalLocation: {artifactLocation: {uri}}})
  const locations = Array.from({length: 101}, (_, index) => at(`test/${index}.yaml`))
  const results = [{ruleId: 'no-root', message: {text: 'root'}, locations}]
  const {flaws} = parsed({version: '2.1.0', runs: [{tool: {driver: {name: 'kube-linter'}}, results}]})
  expect(flaws[0]?.places).toHaveLength(101)
  expect(flaws[0]?.places).toContainEqual({kind: 'repository', file: ''})
})

describe('which rule a result is of', () => {
  const extension = {name: 'more', rules: [{id: 'X1', shortDescription: {text: 'of the extension'}}]}
  const titleOf = (
    result: object,
    rules: readonly object[] = [{id: 'R1', shortDescription: {text: 'of the driver'}}],
  ) => only({driver: {rules}, run: {tool: {driver: {name: 'linter', rules}, extensions: [extension]}}, result}).title

  test.each([
    ['by id', {ruleId: 'R1'}, 'of the driver'],
    ['by number', {ruleId: undefined, ruleIndex: 0}, 'of the driver'],
    ['by an id below the rule’s own (§3.52.4)', {ruleId: 'R1/2'}, 'of the driver'],
    ['in an extension', {ruleId: undefined, rule: {id: 'X1', toolComponent: {index: 0}}}, 'of the extension'],
    [
      'in an extension by name',
      {ruleId: undefined, rule: {index: 0, toolComponent: {name: 'more'}}},
      'of the extension',
    ],
    ['in an extension that nobody names', {ruleId: 'X1'}, 'of the extension'],
    ['by the id, where the number points elsewhere', {ruleId: 'X1', ruleIndex: 0}, 'of the extension'],
    ['by nothing that is known', {ruleId: 'Z9', ruleIndex: 7}, 'The container runs as root.'],
  ])('%s', (_how, result, title) => expect(titleOf(result)).toBe(title))

  test('a result without a rule is known by its tool, so that a waiver can name it', () => {
    expect(only({result: {ruleId: undefined}})).toMatchObject({id: 'linter', message: 'The container runs as root.'})
  })

  test('an id of slashes alone costs no more than another', () => {
    const results = Array.from({length: 200}, () => ({ruleId: '/'.repeat(20_000), message: {text: 'x'}}))
    expect(parsed(log({run: {results}})).flaws).toHaveLength(200)
  })

  test('a text of the rule is filled in from the result (§3.11.7)', () => {
    const flaw = only({
      rule: {messageStrings: {found: {text: '{0} of {{1}} in {1}'}}},
      result: {message: {id: 'found', arguments: ['Root', 'app']}},
    })
    expect(flaw).toMatchObject({message: 'Root of {1} in app'})
  })
})

describe('a run that went wrong is not clean', () => {
  const run = (invocation: object, results: unknown = []): Scan =>
    parsed(log({run: {invocations: [invocation], results}}))

  test.each([
    [
      'it says so',
      {executionSuccessful: false, exitCodeDescription: 'config not found'},
      ['linter did not run to its end: config not found.'],
    ],
    [
      'it did not start',
      {executionSuccessful: false, processStartFailureMessage: 'no such file'},
      ['linter did not run to its end: no such file.'],
    ],
    [
      'it noted an error',
      {
        executionSuccessful: true,
        toolExecutionNotifications: [{level: 'error', message: {text: 'cannot parse a.yaml\nat line 3'}}],
      },
      ['linter says: cannot parse a.yaml'],
    ],
    [
      'its configuration has an error',
      {executionSuccessful: true, toolConfigurationNotifications: [{level: 'error', message: {text: 'unknown rule'}}]},
      ['linter says: unknown rule'],
    ],
    [
      'it noted a warning',
      {executionSuccessful: true, toolExecutionNotifications: [{level: 'warning', message: {text: 'slow'}}]},
      [],
    ],
  ])('%s', (_what, invocation, doubts) => expect(run(invocation).doubts).toEqual(doubts))

  test('no list of results is no empty list', () => {
    const {doubts, lookedFor} = parsed({version: '2.1.0', runs: [{tool: {driver: {name: 'linter'}}}]})
    expect(doubts).toEqual(['linter has no list of results: it did not look.'])
    expect(lookedFor).toEqual([])
  })

  test('a thousand notes are not a thousand doubts', () => {
    const toolExecutionNotifications = Array.from({length: 1000}, (_, index) => ({
      level: 'error',
      message: {text: `file ${index}`},
    }))
    expect(run({executionSuccessful: true, toolExecutionNotifications}).doubts).toHaveLength(11)
  })
})

describe('several runs are one scan', () => {
  test('of every tool, with what each looked for', () => {
    const [first] = [JSON.parse(fixture('hadolint.sarif')).runs[0]]
    const {scanners, flaws, lookedFor} = parsed({
      version: '2.1.0',
      runs: [first, JSON.parse(fixture('grype.sarif')).runs[0]],
    })
    expect(scanners.map(({name}) => name)).toEqual(['hadolint', 'grype'])
    expect(flaws).toHaveLength(7)
    expect(lookedFor).toEqual(['vulnerability', 'misconfiguration'])
  })

  test('none of them is no report', () => {
    expect(failureOf(() => parsed({version: '2.1.0', runs: []})).code).toBe('image/report-incomplete')
  })

  test('results in other files are not here', () => {
    const externalPropertyFileReferences = {results: [{location: {uri: 'r.sarif-external-properties'}}]}
    expect(failureOf(() => parsed(log({run: {externalPropertyFileReferences}}))).code).toBe('image/report-incomplete')
  })
})

describe('what is malformed is refused with its place', () => {
  test.each([
    [{version: '2.1.0', runs: [{results: []}]}, 'runs.0.tool'],
    [{version: '2.1.0', runs: [{tool: {driver: {name: ''}}, results: []}]}, 'runs.0.tool.driver.name'],
    [log({result: {level: 'fatal'}}), 'runs.0.results.0.level'],
    [log({result: {message: 'text'}}), 'runs.0.results.0.message'],
  ])('%j', (json, place) => {
    const failure = failureOf(() => parsed(json))
    expect(failure.code).toBe('image/report-malformed')
    expect(failure.message).toContain(place)
  })
})

test('keys that mean something to JavaScript mean nothing here', () => {
  const text =
    '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"linter","rules":[{"id":"__proto__","messageStrings":{"__proto__":{"text":"x"}}}]}},"originalUriBaseIds":{"__proto__":{"uri":"a/"}},"results":[{"ruleId":"__proto__","message":{"id":"constructor"}}]}]}'
  expect(parsed(JSON.parse(text)).flaws[0]).toMatchObject({id: '__proto__', message: ''})
})

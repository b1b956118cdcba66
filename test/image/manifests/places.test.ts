import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {lockNames, pinsIn} from '../../../src/image/manifests/locks.ts'
import {placesIn} from '../../../src/image/manifests/places.ts'
import {misconfiguration, vulnerability} from '../scans.ts'

const dockerfile = {path: 'Dockerfile', text: 'FROM golang:1 AS tools\nFROM python:3.12\nCOPY . .\n'}

/** What each tool writes, in a few lines: name, text, and its pins as `line ecosystem/name@version`. */
const locks: readonly (readonly [name: string, text: string, pins: readonly string[]])[] = [
  [
    'requirements.txt',
    '# pinned\n--index-url https://pypi.org/simple\nnumpy==1.26.4 \\\n    --hash=sha256:aa\nTorch[cuda] == 2.4.1+cu121 ; python_version > "3.8"\npandas>=2\nscipy\nwheel @ https://example.com/wheel.whl\nuvicorn==0.30.*\n-r base.txt\n',
    [
      '3 pypi/numpy@1.26.4',
      '5 pypi/Torch@2.4.1+cu121',
      '6 pypi/pandas',
      '7 pypi/scipy',
      '8 pypi/wheel',
      '9 pypi/uvicorn',
    ],
  ],
  [
    'poetry.lock',
    '[[package]]\nname = "numpy"\nversion = "1.26.4"\n\n[package.dependencies]\nname = "no"\n\n[[package]]\nname = "torch"\nversion = "2.4.1"\n[metadata]\nversion = "2.0"\n',
    ['2 pypi/numpy@1.26.4', '9 pypi/torch@2.4.1'],
  ],
  [
    'uv.lock',
    'version = 1\n\n[[package]]\nname = "credit"\nversion = "0.1.0"\nsource = { editable = "." }\n',
    ['4 pypi/credit@0.1.0'],
  ],
  ['Cargo.lock', 'version = 4\n[[package]]\nname = "serde"\nversion = "1.0.1"\n', ['3 cargo/serde@1.0.1']],
  [
    'Pipfile.lock',
    '{\n  "_meta": {"hash": {"sha256": "x"}},\n  "default": {\n    "numpy": {\n      "hashes": ["a"],\n      "version": "==1.26.4"\n    }\n  },\n  "develop": {"pytest": {"version": "==8.0.0"}}\n}',
    ['4 pypi/numpy@1.26.4', '9 pypi/pytest@8.0.0'],
  ],
  [
    'environment.yml',
    'name: credit\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.12\n  - conda-forge::numpy=1.26.4=py312_0\n  - pip:\n    - torch==2.4.1\n  - scipy\n',
    [
      ...['5 conda/python@3.12', '5 pypi/python@3.12', '6 conda/numpy@1.26.4'],
      ...['6 pypi/numpy@1.26.4', '8 pypi/torch@2.4.1', '9 conda/scipy', '9 pypi/scipy'],
    ],
  ],
  [
    'conda-lock.yml',
    'package:\n- name: numpy\n  version: 1.26.4\n  manager: conda\n',
    ['2 conda/numpy@1.26.4', '2 pypi/numpy@1.26.4'],
  ],
  [
    'package-lock.json',
    '{\n "packages": {\n  "": {"version": "1.0.0"},\n  "node_modules/@a/b": {\n   "version": "1.2.3"\n  },\n  "node_modules/c/node_modules/d": {"version": "2.0.0", "dependencies": {"version": "9"}}\n }\n}',
    ['4 npm/@a/b@1.2.3', '7 npm/d@2.0.0'],
  ],
  [
    'npm-shrinkwrap.json',
    '{\n "version": "1.0.0",\n "dependencies": {\n  "a": {"version": "1.0.0",\n   "dependencies": {\n    "b": {"version": "2.0.0"}}}}}',
    ['4 npm/a@1.0.0', '6 npm/b@2.0.0'],
  ],
  [
    'yarn.lock',
    '# yarn lockfile v1\n\n"@a/b@^1.0.0", "@a/b@^1.1.0":\n  version "1.2.3"\n  dependencies:\n    c "^1"\n\nc@^1:\n  version "1.0.1"\n\n"d@npm:^2":\n  version: 2.0.0\n',
    ['3 npm/@a/b@1.2.3', '8 npm/c@1.0.1', '11 npm/d@2.0.0'],
  ],
  [
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies: {}\npackages:\n  '@a/b@1.2.3':\n    resolution: {}\n  /c@1.0.1(react@18.0.0):\n  /d/2.0.0:\n",
    ['6 npm/@a/b@1.2.3', '8 npm/c@1.0.1', '9 npm/d@2.0.0'],
  ],
  [
    'go.mod',
    'module example.com/credit\n\ngo 1.23\n\nrequire (\n\tgolang.org/x/net v0.20.0\n\tgithub.com/a/b v1.0.0 // indirect\n)\n\nrequire github.com/c/d v2.0.0+incompatible\n\nreplace (\n\tgithub.com/e/f v1.0.0 => ../f\n)\n',
    [
      '6 golang/golang.org/x/net@v0.20.0',
      '7 golang/github.com/a/b@v1.0.0',
      '10 golang/github.com/c/d@v2.0.0+incompatible',
    ],
  ],
  [
    'go.sum',
    'golang.org/x/net v0.20.0 h1:aa=\ngolang.org/x/net v0.20.0/go.mod h1:bb=\n',
    ['1 golang/golang.org/x/net@v0.20.0'],
  ],
  [
    'pom.xml',
    `<project>\n <dependency>\n  <groupId>org.a</groupId>\n  <artifactId>b</artifactId>\n  <version>1.0</version>\n  <exclusions><exclusion><groupId>x</groupId><artifactId>y</artifactId></exclusion></exclusions>\n </dependency>\n <dependency><groupId>org.c</groupId><artifactId>d</artifactId><version>\${d}</version></dependency>\n</project>`,
    ['4 maven/org.a/b@1.0', '8 maven/org.c/d'],
  ],
  [
    'Gemfile.lock',
    'GEM\n  specs:\n    rails (7.1.3)\n      rack (>= 2)\n\nDEPENDENCIES\n  rails (~> 7)\n',
    ['3 gem/rails@7.1.3'],
  ],
  [
    'composer.lock',
    '{\n "packages": [\n  {"name": "a/b",\n   "version": "v1.0.0", "authors": [{"name": "C"}]}\n ]\n}',
    ['3 composer/a/b@v1.0.0'],
  ],
]

describe('lock files', () => {
  test.each(locks)('%s', (name, text, pins) => {
    expect(lockNames).toContain(name)
    const seen = pinsIn(`service/${name}`, text).map(
      each => `${each.line} ${each.ecosystem}/${each.name}${each.version === null ? '' : `@${each.version}`}`,
    )
    expect(seen).toEqual(pins)
  })

  test.each(lockNames)('%s: whatever stands in it, nothing is thrown', name => {
    const words = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\n',
      '  ',
      'packages',
      'version',
      '==',
      '@',
      '- ',
      'name',
      '1.0',
      '\\',
      '[[package]]\n',
      '<dependency>',
      '=',
      '(',
      ')',
    )
    fc.assert(
      fc.property(fc.array(words, {maxLength: 60}), parts => pinsIn(name, parts.join('')).every(({line}) => line > 0)),
      {numRuns: 50},
    )
    expect(pinsIn(name, '\u0000\uD800')).toEqual(expect.any(Array))
  })

  // Each takes hours where a pattern goes back over what it has read.
  test.each(lockNames)('%s: long lines take no longer than their length', name => {
    for (const part of ['"\\', '{"', '[', ' ', ': ', '- ', 'a@', '(', '<version>', 'a=']) {
      expect(pinsIn(name, part.repeat(300_000)).length).toBeLessThan(300_001)
    }
  })
})

describe('the place of a flaw', () => {
  const files = locks.map(([name, text]) => ({path: name, text}))
  const placeOf = placesIn({dockerfile, locks: files})
  const of = (purl: string, installedVersion: string) => placeOf(vulnerability({package: 'x', purl, installedVersion}))

  test.each([
    ['pkg:apk/alpine/busybox@1.36.1-r0', '1.36.1-r0', {file: 'Dockerfile', line: 2}],
    ['pkg:deb/debian/openssl@3.0.11', '3.0.11', {file: 'Dockerfile', line: 2}],
    ['pkg:pypi/numpy@1.26.4', '1.26.4', {file: 'requirements.txt', line: 3}],
    // PEP 503: names; PEP 440: versions.
    ['pkg:pypi/torch@2.4.1', '2.4.1', {file: 'poetry.lock', line: 9}],
    ['pkg:pypi/pytest@8.0', '8.0', {file: 'Pipfile.lock', line: 9}],
    // A range is where it is asked for.
    ['pkg:pypi/pandas@2.1.0', '2.1.0', {file: 'requirements.txt', line: 6}],
    // Another version than the pinned one came with the base image.
    ['pkg:pypi/numpy@1.20.0', '1.20.0', {file: 'Dockerfile', line: 2}],
    ['pkg:npm/%40a/b@1.2.3', '1.2.3', {file: 'package-lock.json', line: 4}],
    ['pkg:golang/golang.org/x/net@v0.20.0', 'v0.20.0', {file: 'go.mod', line: 6}],
    ['pkg:golang/golang.org/x/net@0.20.0', '0.20.0', {file: 'go.mod', line: 6}],
    ['pkg:maven/org.a/b@1.0', '1.0', {file: 'pom.xml', line: 4}],
    ['pkg:cargo/serde@1.0.1', '1.0.1', {file: 'Cargo.lock', line: 3}],
    ['pkg:gem/rails@7.1.3', '7.1.3', {file: 'Gemfile.lock', line: 3}],
    ['pkg:composer/a/b@1.0.0', '1.0.0', {file: 'composer.lock', line: 3}],
    ['pkg:generic/curl@8', '8', {file: 'Dockerfile', line: 2}],
    ['not a purl', '1', {file: 'Dockerfile', line: 2}],
  ])('%s', (purl, version, place) => expect(of(purl, version)).toEqual(place))

  test('without a package URL the folder tells whose package it is', () => {
    const places = [{kind: 'image', path: 'usr/lib/python3/site-packages/numpy-1.26.4.dist-info/METADATA'}] as const
    expect(placeOf(vulnerability({package: 'NumPy', installedVersion: '1.26.4', places}))).toEqual({
      file: 'requirements.txt',
      line: 3,
    })
  })

  test('a flaw of the repository keeps its own place', () => {
    const places = [{kind: 'repository', file: 'k8s/a.yaml', line: 7}] as const
    expect(placeOf(misconfiguration({places}))).toEqual({file: 'k8s/a.yaml', line: 7})
  })

  test('without a Dockerfile there is none', () => {
    expect(placesIn({dockerfile: null, locks: files})(vulnerability())).toBeNull()
  })

  test('a Dockerfile that begins with nothing is shown as a whole', () => {
    expect(placesIn({dockerfile: {path: 'Dockerfile', text: ''}, locks: []})(vulnerability())).toEqual({
      file: 'Dockerfile',
    })
  })
})

import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDockerfile} from '../../../src/image/manifests/dockerfile/parse.ts'
import {checkDockerfile, lastFrom} from '../../../src/image/manifests/dockerfile.ts'

const digest = `@sha256:${'0123456789abcdef'.repeat(4)}`
const base = `FROM python:3.12${digest}`

/** `2 docker-base-digest`: line and id. */
const said = (text: string) =>
  checkDockerfile('Dockerfile', text).map(({id, places: [place]}) => {
    return `${place?.kind === 'repository' ? place.line : '?'} ${id}`
  })

describe('what is said of a Dockerfile', () => {
  test.each([
    ['all in order', `${base}\nUSER 65532:65532\n`, []],
    ['a tag', 'FROM python:3.12\nUSER 1', ['1 docker-base-digest']],
    ['no tag, from a registry with a port', 'FROM localhost:5000/python\nUSER 1', ['1 docker-base-latest']],
    ['the newest', 'FROM python:latest\nUSER 1', ['1 docker-base-latest']],
    ['the newest, by digest', `FROM python:latest${digest}\nUSER 1`, []],
    ['nothing beneath', 'FROM scratch\nUSER 1', []],
    ['a platform', `FROM --platform=$BUILDPLATFORM python:3.12${digest} AS build\nUSER 1`, []],
    ['a default of ARG', `ARG TAG=3.12${digest}\nFROM python:\${TAG}\nUSER 1`, []],
    ['a default within the use', `FROM python:\${TAG:-3.12}\nUSER 1`, ['1 docker-base-digest']],
    ['an ARG without a default', 'ARG BASE\nFROM $BASE\nUSER 1', ['2 docker-base-digest']],
    ['earlier stages', `${base} AS Build\nRUN make\nFROM build\nUSER 1`, []],
    [
      'a stage by tag that is only copied from',
      `FROM golang:1 AS tools\n${base}\nCOPY --from=tools /a /a\nUSER 1`,
      ['1 docker-base-digest'],
    ],
    ['nobody who runs it', base, ['1 docker-user-root']],
    ['root by name', `${base}\nUSER 1\nRUN a\nUSER root`, ['4 docker-user-root']],
    ['root by number', `${base}\nUSER 0:0`, ['2 docker-user-root']],
    ['a user of the group 0', `${base}\nUSER 1000:0`, []],
    ['root for a while', `${base}\nUSER root\nRUN a\nUSER app`, []],
    ['a user of an earlier stage that it is built on', `${base} AS a\nUSER app\nFROM a\nRUN b`, []],
    [
      'a user of an earlier stage that it only copies from',
      `${base} AS a\nUSER app\n${base}\nCOPY --from=a /a /a`,
      ['3 docker-user-root'],
    ],
    ['a user by its variable', `${base}\nARG UID=1000\nUSER $UID`, []],
    ['a user by an ARG from before', `ARG UID=1000\n${base}\nARG UID\nUSER \${UID}`, []],
    ['root by its variable', `${base}\nENV UID=0\nUSER \${UID}`, ['3 docker-user-root']],
    ['a user that nobody knows', `${base}\nARG UID\nUSER $UID`, ['3 docker-user-root']],
    ['a base that has a user by convention', `FROM gcr.io/distroless/python3:nonroot${digest}`, []],
    ['a download', `${base}\nADD https://example.com/a.tgz /a\nUSER 1`, ['2 docker-add-address']],
    [
      'a download in the form of a list',
      `${base}\nADD ["https://example.com/a.tgz", "/a"]\nUSER 1`,
      ['2 docker-add-address'],
    ],
    ['a download with its digest', `${base}\nADD --checksum=sha256:24454f83 https://example.com/a.tgz /a\nUSER 1`, []],
    ['a file', `${base}\nADD a.tgz /a\nUSER 1`, []],
    ['a secret', `${base}\nENV A=1 API_KEY="abc def"\nUSER 1`, ['2 docker-plain-secret']],
    ['a secret in the old form', `${base}\nENV DB_PASSWORD hunter2\nUSER 1`, ['2 docker-plain-secret']],
    ['a secret as an argument', `${base}\nARG NPM_TOKEN\nUSER 1`, ['2 docker-plain-secret']],
    ['a path of a secret', `${base}\nENV DB_PASSWORD=/run/secrets/db\nUSER 1`, []],
    ['nothing', '', ['1 docker-no-base']],
    ['something else', 'services:\n  web: {}\n', ['1 docker-no-base']],
  ])('with %s', (_, text, expected) => expect(said(text)).toEqual(expected))

  test('says what it saw and what to write', () => {
    const [flaw] = checkDockerfile('docker/Dockerfile', 'FROM python:3.12\nUSER 1')
    expect(flaw).toEqual({
      kind: 'misconfiguration',
      id: 'docker-base-digest',
      title: 'Base image is not named by its digest',
      severity: 'high',
      places: [{kind: 'repository', file: 'docker/Dockerfile', line: 1}],
      foundBy: ['slipway'],
      url: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
      message: 'FROM python:3.12 names a tag, which can be moved.',
      remedy:
        'Write FROM python:3.12@sha256:… with the digest that you have tested; Renovate and Dependabot keep it up to date.',
    })
  })

  test('never shows a secret', () => {
    expect(JSON.stringify(checkDockerfile('Dockerfile', `${base}\nENV API_KEY=hunter2`))).not.toContain('hunter2')
  })
})

describe('reading a Dockerfile', () => {
  const names = (text: string) => parseDockerfile(text).instructions.map(({name, line}) => `${line} ${name}`)

  test.each([
    ['continued lines', 'FROM a\nRUN b \\\n  c\nUSER d', ['1 FROM', '2 RUN', '4 USER']],
    [
      'comments and empty lines within them',
      'FROM a\nRUN b \\\n# FROM x\n\n  c\nUSER d',
      ['1 FROM', '2 RUN', '6 USER'],
    ],
    ['blanks after the sign that continues', 'FROM a\nRUN b \\ \n  USER c\nUSER d', ['1 FROM', '2 RUN', '4 USER']],
    [
      'a backquote that continues',
      '# escape=`\nFROM a\nRUN b `\n c\nCOPY x C:\\\nUSER d',
      ['2 FROM', '3 RUN', '5 COPY', '6 USER'],
    ],
    ['a directive that comes too late', '# hello\n# escape=`\nFROM a\nRUN b \\\n c', ['3 FROM', '4 RUN']],
    ['here-documents', 'FROM a\nRUN <<EOF\nFROM x\nUSER root\nEOF\nUSER d', ['1 FROM', '2 RUN', '6 USER']],
    [
      'two of them, with tabs and quotes',
      'FROM a\nCOPY <<-"A" <<B /c\n\tUSER x\n\tA\nUSER y\nB\nUSER d',
      ['1 FROM', '2 COPY', '7 USER'],
    ],
    ['what only looks like one', 'FROM a\nRUN b <<< word $((1<<N))\nUSER d', ['1 FROM', '2 RUN', '3 USER']],
    ['one that never ends', 'FROM a\nRUN b <<EOF\nUSER d', ['1 FROM', '2 RUN', '3 USER']],
    ['one of another file descriptor', 'FROM a\nRUN b 3<<EOF\nUSER x\nEOF\nUSER d', ['1 FROM', '2 RUN', '5 USER']],
    ['small letters and blanks in front', '  from a\n\tuser b\r\n', ['1 FROM', '2 USER']],
    ['a mark of bytes', '\uFEFFFROM a', ['1 FROM']],
  ])('%s', (_, text, expected) => expect(names(text)).toEqual(expected))

  test.each([
    ['one stage', 'FROM a\nRUN b', 1],
    ['the last of several', 'FROM a AS x\nFROM b\nCOPY --from=x / /', 2],
    ['a stage that the last one is built on', 'FROM a AS x\nRUN y\nFROM x AS z\nFROM z', 1],
    ['a stage by a variable', 'ARG T=x\nFROM a AS x\nFROM $T', 2],
    ['a name that comes later is an image', 'FROM x\nFROM b AS x', 2],
    ['none', 'RUN a', null],
  ])('the FROM of the system’s packages: %s', (_, text, line) => expect(lastFrom(text)).toBe(line))

  test('whatever stands in it, there is an answer', () => {
    const words = fc.constantFrom(
      'FROM ',
      'a',
      ' AS ',
      '\n',
      '\\\n',
      '<<EOF',
      'EOF',
      '$',
      '${',
      '}',
      ':-',
      '"',
      "'",
      'ENV ',
      'ARG ',
      'USER ',
      '=',
      '#',
      '--x=',
      ' ',
      '`',
      '# escape=`\n',
    )
    fc.assert(
      fc.property(fc.array(words, {maxLength: 50}), parts =>
        Array.isArray(checkDockerfile('Dockerfile', parts.join(''))),
      ),
    )
  })

  // Each takes hours where a pattern goes back over what it has read.
  test.each([
    `FROM a\nENV ${'A="'.repeat(100_000)}`,
    `FROM a\nENV ${'a'.repeat(300_000)}!`,
    `FROM ${':'.repeat(300_000)}`,
    `FROM a\nRUN ${'<<'.repeat(100_000)}`,
    `FROM a\n${'USER \\\n'.repeat(100_000)}`,
    `FROM ${'$'.repeat(100_000)}{${'a'.repeat(100_000)}`,
    `FROM a ${'--x '.repeat(50_000)}`,
  ])('long lines take no longer than their length', text => {
    expect(checkDockerfile('Dockerfile', text).length).toBeGreaterThan(0)
  })
})

import {describe, expect, test} from 'vitest'
import {parseConfig} from '../../src/config/load.ts'

const read = (records: string) =>
  parseConfig(`version: 1\nservice: credit\nmodel: {files: model}\n${records}\n`, 'slipway.yml')

describe('where the records are kept', () => {
  test.each([
    ['an address', 'https://git.example.com/ml/records.git'],
    ['an ssh address', 'ssh://git@git.example.com/ml/records.git'],
    ['a short ssh address', 'git@git.example.com:ml/records.git'],
    ['a folder', './records.git'],
    ['a remote of the working directory', 'origin'],
  ])('may be any git remote: %s', (_, remote) => {
    expect(read(`records: {kind: git-push, remote: "${remote}"}`).records).toEqual({
      kind: 'git-push',
      remote,
      folder: '.slipway/records.git',
      user: 'git',
    })
  })

  test.each([
    ['no remote', 'records: {kind: git-push}', /records\.remote/],
    ['an option instead of a remote', 'records: {kind: git-push, remote: "--upload-pack=x"}', /expected https/],
    ['a program instead of a remote', 'records: {kind: git-push, remote: "ext::sh -c x"}', /expected https/],
    ['a password in the address', 'records: {kind: git-push, remote: "https://anna:s3cret@a.example/b"}', /token-env/],
    ['a token in the address', 'records: {kind: git-push, remote: "https://s3cret@a.example/b"}', /token-env/],
    [
      'the token itself',
      'records: {kind: git-push, remote: "https://a.example/b", token-env: s3cret}',
      /name of an environment variable/,
    ],
    [
      'a user with a password',
      'records: {kind: git-push, remote: "https://a.example/b", user: "anna:more"}',
      /without ":"/,
    ],
    ['a key of the folder', 'records: {kind: git-push, remote: "./b", path: x}', /path/],
    ['an unknown kind', 'records: {kind: s3}', /git-push/],
  ])('is refused with its place, and without the secret: %s', (_, records, message) => {
    const seen = () => read(records)
    expect(seen).toThrow(expect.objectContaining({code: 'config/invalid', message: expect.stringMatching(message)}))
    expect(seen).not.toThrow(/s3cret/)
  })
})

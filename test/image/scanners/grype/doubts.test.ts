import {describe, expect, test} from 'vitest'
import {doubtsIn} from '../../../../src/image/scanners/grype/doubts.ts'

// Lines as Grype 0.120.1 wrote them.
describe('what Grype says in its log', () => {
  test.each([
    ['nothing', '', []],
    [
      'of its work',
      '[0000]  INFO using distro: alpine 3.18.2\n[0000] DEBUG found 1 vulnerabilities package=pkg:pypi/h11@0.14.0\n8 packages from EOL distro "alpine 3.18.2"\n',
      [],
    ],
    [
      'of an operating system that its database does not know, six times',
      '[0000] DEBUG no OS found in the DB for the given criteria os=alpine@9.1.1\n'.repeat(6),
      ['Grype’s database knows nothing of alpine@9.1.1, so vulnerabilities of its packages were not found'],
    ],
    [
      'of an operating system that it does not know itself',
      '[0000]  WARN unable to create distro from linux distribution error=unable to determine distro type\n[0000]  WARN distro detection failed: linux release info was present but distro type could not be determined\n',
      ['Grype does not know this operating system, so vulnerabilities of its packages were not found'],
    ],
    [
      'of an SBOM that names no operating system',
      '[0000]  WARN Unable to determine the OS distribution of some packages. This may result in missing vulnerabilities. You may specify a distro using: --distro <distro>:<version>\n',
      ['Grype cannot tell which operating system some packages are of, so it may have missed vulnerabilities of them'],
    ],
    [
      'of a package that it could not look up',
      '[0000]  WARN matcher returned error error="unable to parse: 1.0" package=pkg:npm/left-pad@1.0\n[0000]  WARN matcher returned error package="a b"\n[0000]  WARN matcher returned error\n',
      [
        'Grype could not look up pkg:npm/left-pad@1.0: it met an error of its own',
        'Grype could not look up a b: it met an error of its own',
        'Grype could not look up a package: it met an error of its own',
      ],
    ],
  ])('%s', (_, log, doubts) => {
    expect(doubtsIn(log)).toEqual(doubts)
  })

  test('of hundreds of packages is cut, and says how many more', () => {
    const log = Array.from({length: 300}, (_, index) => `WARN matcher returned error package=p${index}`).join('\n')
    expect(doubtsIn(log)).toHaveLength(21)
    expect(doubtsIn(log).at(-1)).toBe('Grype could not look up 280 more packages')
  })
})

import {describe, expect, test} from 'vitest'
import {vouchedDigests} from '../../../src/image/trust/vouching.ts'
import {digestA, digestB, scan} from '../scans.ts'

const named = scan()
const nameless = scan({digests: []})
const sbom = scan({lookedFor: []})
const namelessSbom = scan({digests: [], lookedFor: []})
const ofConfig = {configDigest: digestB}

describe('a scan vouches for a digest', () => {
  test.each([
    ['that it names', [named], [], true],
    ['that it names, beside a report of a linter', [named], [namelessSbom], true],
    ['by the config that it shares with a report', [{...nameless, ...ofConfig}], [{...named, ...ofConfig}], true],
    ['where a report of that digest looked for vulnerabilities in its stead', [sbom], [named], true],
    ['that only an SBOM beside it names', [nameless], [sbom], false],
    ['that only another tool’s report names', [nameless], [named], false],
    ['of another config than the report', [{...nameless, configDigest: digestA}], [{...named, ...ofConfig}], false],
    ['where who looked for vulnerabilities looked at anything', [sbom], [nameless], false],
  ])('%s', (_, own, reports, holds) => expect(vouchedDigests(own, reports, [digestA])).toEqual(holds ? [digestA] : []))
})

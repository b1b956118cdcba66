/**
 * A large report in Trivy's form, made from a real one: its packages and vulnerabilities again and again, each with names,
 * ids, versions and paths of its own, and with descriptions, ratings and references of the length that those of the NVD have.
 */
import * as fs from 'node:fs'
import {createRandom, type Random} from '../../../src/core/random.ts'

interface RealReport {
  readonly Results: readonly {
    readonly Class: string
    readonly Packages?: readonly Record<string, unknown>[]
    readonly Vulnerabilities?: readonly Record<string, unknown>[]
  }[]
}

export interface BigReport {
  readonly bytes: number
  readonly vulnerabilities: number
  readonly packages: number
}

const severities = ['LOW', 'MEDIUM', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
const perPackage = 8

/** Writes a report of at least `bytes` bytes. The same bytes on every machine. */
export function writeBigReport(realPath: string, file: string, bytes: number): BigReport {
  const real: RealReport & Record<string, unknown> = JSON.parse(fs.readFileSync(realPath, 'utf8'))
  const result = real.Results.find(each => each.Class === 'os-pkgs' && (each.Vulnerabilities?.length ?? 0) > 0)
  const [vulnerability] = result?.Vulnerabilities ?? []
  const [pack] = result?.Packages ?? []
  if (!result || !vulnerability || !pack) throw new Error(`${realPath} has no package with a vulnerability.`)
  const random = createRandom(20_261_121)
  const packages: string[] = []
  const vulnerabilities: string[] = []
  let size = 0
  while (size < bytes) {
    const index = packages.length
    const name = `lib${words(random, 1)}-${index}`
    const purl = `pkg:apk/alpine/${name}@1.${index % 40}.0-r0?arch=x86_64&distro=3.18.2`
    const version = `1.${index % 40}.0-r0`
    const common = {PkgIdentifier: {PURL: purl, UID: index.toString(16).padStart(16, '0')}}
    const listed = JSON.stringify({
      ...pack,
      ID: `${name}@${version}`,
      Name: name,
      Version: version,
      SrcName: name,
      Identifier: common.PkgIdentifier,
    })
    packages.push(listed)
    size += listed.length + 1
    for (let each = 0; each < perPackage; each++) {
      const id = `CVE-${2014 + random.below(12)}-${10_000 + ((index * perPackage + each) % 89_000)}`
      const text = JSON.stringify({
        ...vulnerability,
        VulnerabilityID: id,
        PkgID: `${name}@${version}`,
        PkgName: name,
        ...common,
        InstalledVersion: version,
        FixedVersion: each % 3 === 0 ? undefined : `1.${(index % 40) + 1}.${each}-r0`,
        Status: each % 3 === 0 ? 'affected' : 'fixed',
        PrimaryURL: `https://avd.aquasec.com/nvd/${id.toLowerCase()}`,
        Title: `${name}: ${words(random, 7)}`,
        Description: words(random, 60),
        Severity: severities[random.below(severities.length)],
        CweIDs: [`CWE-${random.below(900)}`],
        VendorSeverity: {alma: 2, nvd: 3, redhat: 2, ubuntu: 1, amazon: 2},
        CVSS: {
          nvd: {V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', V3Score: 9.8},
          redhat: {V3Vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H', V3Score: 5.9},
        },
        References: Array.from(
          {length: 10},
          () => `https://lists.example.org/advisories/${words(random, 3).replaceAll(' ', '/')}`,
        ),
      })
      vulnerabilities.push(text)
      size += text.length + 1
    }
  }
  const {Results: _, ...head} = real
  const {Packages: __, Vulnerabilities: ___, ...resultHead} = result
  const text = [
    JSON.stringify(head).slice(0, -1),
    `,"Results":[${JSON.stringify(resultHead).slice(0, -1)},"Packages":[${packages.join(',\n')}]`,
    `,"Vulnerabilities":[${vulnerabilities.join(',\n')}]}]}`,
  ].join('')
  fs.writeFileSync(file, text)
  return {bytes: Buffer.byteLength(text), vulnerabilities: vulnerabilities.length, packages: packages.length}
}

const vocabulary =
  'a buffer overflow in the parser of crafted headers lets remote attackers cause denial of service or run code through an integer that wraps when memory is freed twice before use during handling large images archives certificates requests'.split(
    ' ',
  )

function words(random: Random, count: number): string {
  return Array.from({length: count}, () => vocabulary[random.below(vocabulary.length)] ?? '').join(' ')
}

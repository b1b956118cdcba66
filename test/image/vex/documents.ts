/** VEX documents for tests: each function makes a minimal one, and the change makes it interesting. */
import {parseDay} from '../../../src/core/day.ts'
import type {TrustedVex} from '../../../src/image/vex/apply.ts'
import {parseVex} from '../../../src/image/vex/read.ts'

export const today = parseDay('2026-11-21') ?? 0

export const busybox = 'pkg:apk/alpine/busybox@1.36.1-r0?arch=x86_64&distro=3.18.2'

type Json = Readonly<Record<string, unknown>>

/** One that says busybox is not affected, wherever it is. */
export function openVex(statements: readonly Json[] = [{}], change: Json = {}): string {
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://vendor.example/vex/1',
    author: 'vendor.example',
    timestamp: '2026-11-01T00:00:00Z',
    version: 1,
    statements: statements.map(each => ({
      vulnerability: {name: 'CVE-2022-48174'},
      products: [{'@id': 'pkg:apk/alpine/busybox'}],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      ...each,
    })),
    ...change,
  })
}

/** One that says the same by the `bom-ref` of a component. */
export function cycloneDx(vulnerability: Json = {}, change: Json = {}): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: 1,
    metadata: {timestamp: '2026-11-01T00:00:00Z', supplier: {name: 'vendor.example'}},
    components: [{type: 'library', 'bom-ref': 'c1', name: 'busybox', purl: busybox}],
    vulnerabilities: [
      {
        id: 'CVE-2022-48174',
        analysis: {state: 'not_affected', justification: 'code_not_reachable', detail: 'no shell is started'},
        affects: [{ref: 'c1'}],
        ...vulnerability,
      },
    ],
    ...change,
  })
}

export function trusted(text: string, change: Partial<TrustedVex> = {}): TrustedVex {
  return {document: parseVex(text, 'vendor.vex.json'), owner: 'platform', expires: today + 100, ...change}
}

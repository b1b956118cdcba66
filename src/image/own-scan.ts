import {version} from '../core/version.ts'
import type {Misconfiguration, Scan} from './scan.ts'

/** What Slipway's own checks say, as one more scan. They look up no packages and need no database. */
export function ownScan(image: string, flaws: readonly Misconfiguration[]): Scan {
  return {
    scanners: [{name: 'slipway', version, at: null, databaseBuilt: null}],
    image,
    digests: [],
    configDigest: null,
    platform: null,
    os: null,
    packages: null,
    packageCount: null,
    flaws,
    lookedFor: ['misconfiguration'],
    knows: {knownExploited: false, epss: false},
    doubts: [],
  }
}

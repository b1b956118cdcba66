import {withoutSurprises} from './sarif-text.ts'

/** Where a result is shown. */
export interface SarifPlace {
  /** Path in the repository. */
  readonly file: string
  /** Counts from 1. Default: 1. */
  readonly line?: number
  /** Offset in the file, where that says more than a line. */
  readonly byte?: number
  /** What the file leads to: members of an archive, files in an image. The first is the one to show alone. */
  readonly logical?: readonly {readonly name: string; readonly fullName: string}[]
  /** What cannot be said by a line. */
  readonly text?: string
}

/**
 * The one location of a result. GitHub wants lines, columns, and paths from the repository’s root; it refuses a file that
 * mixes kinds of addresses, so all of ours are relative.
 */
export function locationOf({file, line = 1, byte, logical = [], text = ''}: SarifPlace): object {
  // SARIF allows no repetition among them, and two long names may be cut to one.
  const byName = new Map(logical.map(each => [withoutSurprises(each.fullName, longestFullName), each]))
  return {
    physicalLocation: {
      artifactLocation: artifactLocation(file),
      region: {
        startLine: line,
        startColumn: 1,
        endLine: line,
        endColumn: 1,
        ...(byte === undefined ? {} : {byteOffset: byte, byteLength: 0}),
      },
    },
    ...(byName.size === 0 ? {} : {logicalLocations: [...byName].map(logicalLocation)}),
    ...(text === '' ? {} : {message: {text: withoutSurprises(text, 1000)}}),
  }
}

export function artifactLocation(file: string): object {
  const parts = file.split('/').filter(part => part !== '' && part !== '.')
  return {uri: parts.map(encoded).join('/') || 'unknown', uriBaseId: '%SRCROOT%'}
}

const longestFullName = 2000

function logicalLocation([fullyQualifiedName, {name}]: readonly [string, {readonly name: string}]): object {
  return {name: withoutSurprises(name, 500), fullyQualifiedName, kind: 'resource'}
}

/** A segment of a path in a URI (RFC 3986, 2.1); a file name may hold half a sign, which no URI can. */
function encoded(part: string): string {
  return encodeURIComponent(part.toWellFormed())
}

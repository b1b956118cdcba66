import type {Finding} from '../core/finding.ts'
import {withoutSurprises} from './sarif-text.ts'

/** Where paths start. */
export interface Roots {
  readonly folder?: string
  readonly otherwise: string
}

/**
 * The one location of a result. GitHub wants lines: a file of a model has none, so it is line 1, and the byte stands in
 * the region and in the location's message. Members of archives are logical locations: the file is the outer one.
 */
export function locationOf({place}: Pick<Finding, 'place'>, {folder = '', otherwise}: Roots) {
  const path = place ? [...folder.split('/'), ...place.file.split('/')] : otherwise.split('/')
  const physicalLocation = {
    artifactLocation: {
      uri: path
        .filter(part => part !== '' && part !== '.')
        .map(encoded)
        .join('/'),
      uriBaseId: '%SRCROOT%',
    },
    region: {
      startLine: 1,
      startColumn: 1,
      endLine: 1,
      endColumn: 1,
      ...(place?.byte === undefined ? {} : {byteOffset: place.byte, byteLength: 0}),
    },
  }
  if (!place) return {physicalLocation}
  const inside = place.inside ?? []
  const logical = inside.map((member, index) => ({
    name: withoutSurprises(member, 500),
    fullyQualifiedName: withoutSurprises([place.file, ...inside.slice(0, index + 1)].join('!'), 2000),
    kind: 'resource',
  }))
  return {
    physicalLocation,
    // The innermost one first: some readers show one alone.
    ...(logical.length === 0 ? {} : {logicalLocations: logical.toReversed()}),
    ...(place.byte === undefined && inside.length === 0 ? {} : {message: {text: described(place)}}),
  }
}

function described({inside = [], byte, opcode}: NonNullable<Finding['place']>): string {
  const members = inside.map(member => `in ${withoutSurprises(member, 200)}`)
  const at = byte === undefined ? [] : [`at byte ${byte}${opcode === undefined ? '' : ` (opcode ${opcode})`}`]
  return [...members, ...at].join(', ')
}

/** A segment of a path in a URI (RFC 3986, 2.1); a file name may hold half a sign, which no URI can. */
function encoded(part: string): string {
  return encodeURIComponent(part.toWellFormed())
}

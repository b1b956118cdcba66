/**
 * Two readers of one JSON. Container runtimes and scanners are written in Go, whose reader takes `Manifests`, and even
 * `manifeſts`, for `manifests`, and of several the last (pkg.go.dev/encoding/json, "Unmarshal"). Ours knows exact names
 * alone. An index with both would be one image here and another one on the node, under one and the same digest.
 */

/** Fields that decide what is read. All others may be spelled as anybody likes. */
export type FieldNames = ReadonlyMap<string, string>

export function fieldNames(...names: readonly string[]): FieldNames {
  return new Map(names.map(name => [folded(name), name]))
}

/** Keys of these are data: `Version` and `version` are two labels, for every reader. */
const maps: ReadonlySet<string> = new Set(['ANNOTATIONS', 'LABELS', 'VOLUMES', 'EXPOSEDPORTS'])

interface Open {
  /** Names that were seen; null in a list. */
  readonly seen: Set<string> | null
  readonly isMap: boolean
}

/**
 * What makes a text mean two things, as the end of a sentence; null where it means one. Linear, and without recursion.
 * @param json that `JSON.parse` takes
 */
export function ambiguityIn(json: string, names: FieldNames): string | null {
  const open: Open[] = []
  let isKey = false
  let last = ''
  // No regular expression: V8 keeps its way back through a text of megabytes on a stack that ends.
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
        open.push({seen: new Set(), isMap: maps.has(folded(last))})
        isKey = true
        break
      case '[':
        open.push({seen: null, isMap: false})
        isKey = false
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        isKey = open.at(-1)?.seen !== null
        last = ''
        break
      case '"': {
        const start = at
        at = endOfText(json, start)
        const within = open.at(-1)
        if (!isKey || !within?.seen) break
        isKey = false
        last = String(JSON.parse(json.slice(start, at + 1)))
        const name = within.isMap ? last : folded(last)
        if (within.seen.has(name)) return `it has the field ${shown(last)} twice`
        within.seen.add(name)
        const exact = within.isMap ? undefined : names.get(name)
        if (exact !== undefined && exact !== last) return `it has ${shown(last)}, which some take for "${exact}"`
      }
    }
  }
  return null
}

/** Place of the quotation mark that ends the text which starts at `start`. */
function endOfText(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}

/** As Go folds names: U+017F (long s) is an "s", U+212A (the sign of Kelvin) a "k". */
function folded(name: string): string {
  return name.toLowerCase().toUpperCase()
}

/** From outside, and for a message. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 40).replace(/[^\x20-\x7e]/g, '?'))
}

/**
 * The text of a /metrics page, parsed strictly: Prometheus text format 0.0.4 and OpenMetrics 1.0.
 * Sources: prometheus.io/docs/instrumenting/exposition_formats and the OpenMetrics 1.0 specification.
 * A page is either understood whole or refused with a line number: half a page would be too few bad requests.
 */

/** One value of one series. */
export interface Sample {
  readonly name: string
  /** A map, because a label may be called `constructor`. */
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
  /** When it was taken, in milliseconds since 1970, where the page says so. Most pages are of the moment they are read. */
  readonly takenAt?: number
}

export type Page =
  | {
      readonly kind: 'parsed'
      readonly samples: readonly Sample[]
      /** By name of the metric family, as the `# TYPE` line says it: `counter`, `histogram`, `gauge` ... */
      readonly types: ReadonlyMap<string, string>
    }
  | {readonly kind: 'malformed'; readonly line: number; readonly detail: string}

export type ExpositionFormat = 'prometheus-text' | 'openmetrics'

/** Which format a content type names. What names none of them is read as Prometheus text, the older of the two. */
export function formatOf(contentType: string | null): ExpositionFormat {
  return contentType?.trim().toLowerCase().startsWith('application/openmetrics-text')
    ? 'openmetrics'
    : 'prometheus-text'
}

export function parseExposition(text: string, format: ExpositionFormat): Page {
  const lines = text.split('\n')
  const end = lines.pop()
  const samples: Sample[] = []
  const types = new Map<string, string>()
  const seen = new Set<string>()
  let ended = false
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith('\r') && format === 'prometheus-text' ? raw.slice(0, -1) : raw
    const malformed = (detail: string): Page => ({kind: 'malformed', line: index + 1, detail})
    if (ended) return malformed('text after # EOF')
    if (line.startsWith('#')) {
      if (line === '# EOF' && format === 'openmetrics') {
        ended = true
        continue
      }
      const problem = readComment(line, format, types)
      if (problem !== null) return malformed(problem)
      continue
    }
    if (line.trim() === '') {
      if (format === 'openmetrics') return malformed('an empty line, which OpenMetrics does not allow')
      continue
    }
    const sample = parseSample(line, format)
    if (typeof sample === 'string') return malformed(sample)
    const series = JSON.stringify([sample.name, [...sample.labels].sort()])
    if (seen.has(series)) return malformed(`the series ${describeSeries(sample)} stands on the page twice`)
    seen.add(series)
    samples.push(sample)
  }
  // Both formats end with a line feed; OpenMetrics with # EOF too. Without it the page was cut on its way.
  if (end !== '' && end !== undefined) {
    return {kind: 'malformed', line: lines.length + 1, detail: `the last line does not end: "${excerpt(end)}"`}
  }
  if (format === 'openmetrics' && !ended) {
    return {kind: 'malformed', line: lines.length + 1, detail: 'the page ends without # EOF: it was cut'}
  }
  return {kind: 'parsed', samples, types}
}

/** `http_requests_total{code="200"}` */
export function describeSeries({name, labels}: Pick<Sample, 'name' | 'labels'>): string {
  const inner = [...labels].map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')
  return inner === '' ? name : `${name}{${inner}}`
}

const familyTypes = new Set([
  ...['counter', 'gauge', 'histogram', 'summary', 'untyped'],
  ...['unknown', 'info', 'stateset', 'gaugehistogram'],
])

function readComment(line: string, format: ExpositionFormat, types: Map<string, string>): string | null {
  const [, keyword, name, rest] = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(line) ?? []
  if (keyword === undefined || name === undefined) {
    return format === 'openmetrics' ? `a comment that OpenMetrics does not know: "${excerpt(line)}"` : null
  }
  if (keyword !== 'TYPE') return null
  const type = rest?.trim() ?? ''
  if (!familyTypes.has(type)) return `"${excerpt(type)}" is not a metric type`
  if (types.has(name)) return `a second TYPE line for ${name}`
  types.set(name, type)
  return null
}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y
const blanks = /[ \t]*/y

/** A sample, or what is wrong with the line. */
function parseSample(line: string, format: ExpositionFormat): Sample | string {
  const at = {line, position: 0}
  const name = take(at, metricName)
  if (name === null) return `not a sample: "${excerpt(line)}"`
  take(at, blanks)
  const labels = parseLabels(at)
  if (typeof labels === 'string') return `${labels} in "${excerpt(line)}"`
  const rest = line.slice(at.position)
  // An exemplar follows " # " (OpenMetrics 1.0, section "Exemplars"). It says nothing of the count.
  const exemplar = format === 'openmetrics' ? rest.indexOf(' # ') : -1
  const [value, timestamp, ...more] = (exemplar < 0 ? rest : rest.slice(0, exemplar)).trim().split(/[ \t]+/)
  if (more.length > 0) return `unexpected text after the value: "${excerpt(more.join(' '))}"`
  const parsed = parseValue(value ?? '')
  if (parsed === null) return `"${excerpt(value ?? '')}" is not a number`
  if (timestamp === undefined) return {name, labels, value: parsed}
  const time = parseValue(timestamp)
  if (time === null) return `"${excerpt(timestamp)}" is not a timestamp`
  // Milliseconds in the older format, seconds in OpenMetrics.
  return {name, labels, value: parsed, takenAt: format === 'openmetrics' ? time * 1000 : time}
}

function parseLabels(at: Cursor): Map<string, string> | string {
  const labels = new Map<string, string>()
  if (at.line[at.position] !== '{') return labels
  at.position++
  for (;;) {
    take(at, blanks)
    if (at.line[at.position] === '}') break
    const name = take(at, labelName)
    if (name === null) return 'a label without a name'
    take(at, blanks)
    if (at.line[at.position] !== '=') return `no "=" after the label ${name}`
    at.position++
    take(at, blanks)
    const value = parseQuoted(at)
    if (value === null) return `the value of the label ${name} is not a quoted string`
    if (labels.has(name)) return `the label ${name} twice`
    labels.set(name, value)
    take(at, blanks)
    if (at.line[at.position] === ',') at.position++
    else if (at.line[at.position] !== '}') return `neither "," nor "}" after the label ${name}`
  }
  at.position++
  return labels
}

/** A double-quoted string with the three escapes of the formats: `\\`, `\"` and `\n`. */
function parseQuoted(at: Cursor): string | null {
  if (at.line[at.position] !== '"') return null
  let text = ''
  for (let index = at.position + 1; index < at.line.length; index++) {
    const character = at.line[index]
    if (character === '"') {
      at.position = index + 1
      return text
    }
    if (character !== '\\') {
      text += character
      continue
    }
    const escaped = {'\\': '\\', '"': '"', n: '\n'}[at.line[++index] ?? '']
    if (escaped === undefined) return null
    text += escaped
  }
  return null
}

/** A number as Go's ParseFloat reads it in these formats; null for anything else. */
export function parseValue(text: string): number | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text)
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY
  return /^nan$/i.test(text) ? Number.NaN : null
}

interface Cursor {
  readonly line: string
  position: number
}

function take(at: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = at.position
  const match = pattern.exec(at.line)
  if (match === null) return null
  at.position = pattern.lastIndex
  return match[0]
}

function excerpt(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

import {describe, expect, test} from 'vitest'
import {formatOf, type Page, parseExposition} from '../../src/telemetry/exposition.ts'

/** Samples as plain rows, for comparison. */
function rows(page: Page) {
  if (page.kind === 'malformed') return page
  return page.samples.map(({name, labels, value}) => ({name, labels: Object.fromEntries(labels), value}))
}

describe('a page in the Prometheus text format', () => {
  // The example of prometheus.io/docs/instrumenting/exposition_formats, "Text format example".
  const published = String.raw`# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320
`

  test('is read as its specification shows', () => {
    const page = parseExposition(published, 'prometheus-text')
    expect(rows(page)).toEqual([
      {name: 'http_requests_total', labels: {method: 'post', code: '200'}, value: 1027},
      {name: 'http_requests_total', labels: {method: 'post', code: '400'}, value: 3},
      {
        name: 'msdos_file_access_time_seconds',
        labels: {path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"'},
        value: 1.458255915e9,
      },
      {name: 'metric_without_timestamp_and_labels', labels: {}, value: 12.47},
      {name: 'something_weird', labels: {problem: 'division by zero'}, value: Number.POSITIVE_INFINITY},
      {name: 'http_request_duration_seconds_bucket', labels: {le: '0.05'}, value: 24054},
      {name: 'http_request_duration_seconds_bucket', labels: {le: '+Inf'}, value: 144320},
      {name: 'http_request_duration_seconds_sum', labels: {}, value: 53423},
      {name: 'http_request_duration_seconds_count', labels: {}, value: 144320},
    ])
    expect(page.kind === 'parsed' && Object.fromEntries(page.types)).toEqual({
      http_requests_total: 'counter',
      http_request_duration_seconds: 'histogram',
    })
  })

  test.each([
    ['a trailing comma between labels', 'a{b="1",} 2\n', [{name: 'a', labels: {b: '1'}, value: 2}]],
    ['empty braces', 'a{} 2\n', [{name: 'a', labels: {}, value: 2}]],
    ['blanks and tabs', 'a { b = "1" , c="2" }\t2 \n', [{name: 'a', labels: {b: '1', c: '2'}, value: 2}]],
    ['Windows line ends', '# TYPE a counter\r\na 1\r\n', [{name: 'a', labels: {}, value: 1}]],
    ['NaN', 'a NaN\n', [{name: 'a', labels: {}, value: Number.NaN}]],
    ['a label called constructor', 'a{constructor="x"} 1\n', [{name: 'a', labels: {constructor: 'x'}, value: 1}]],
    ['braces, commas and hashes in a value', 'a{b="},{ # x"} 1\n', [{name: 'a', labels: {b: '},{ # x'}, value: 1}]],
    ['nothing', '', []],
  ])('may have %s', (_, text, expected) => {
    expect(rows(parseExposition(text, 'prometheus-text'))).toEqual(expected)
  })

  test.each([
    ['no number', 'a\n', 1],
    ['words for a number', '# TYPE a counter\na many\n', 2],
    ['a hexadecimal number', 'a 0x10\n', 1],
    ['text after the value', 'a 1 2 3\n', 1],
    ['an open label value', 'a{b="1} 2\n', 1],
    ['an unknown escape', 'a{b="\\t"} 2\n', 1],
    ['a label without quotes', 'a{b=1} 2\n', 1],
    ['a label twice', 'a{b="1",b="2"} 2\n', 1],
    ['no comma between labels', 'a{b="1" c="2"} 2\n', 1],
    ['a name that starts with a digit', 'a 1\n9a 1\n', 2],
    ['the same series twice', 'a{b="1",c="2"} 1\na{c="2",b="1"} 1\n', 2],
    ['two types for one metric', '# TYPE a counter\n# TYPE a gauge\n', 2],
    ['an unknown type', '# TYPE a speed\n', 1],
    ['a last line that does not end', 'a 1\nb 2', 2],
    ['an exemplar, which only OpenMetrics has', 'a_total 1 # {x="1"} 1\n', 1],
  ])('is refused with its line when it has %s', (_, text, line) => {
    expect(parseExposition(text, 'prometheus-text')).toMatchObject({kind: 'malformed', line})
  })
})

describe('a page in the OpenMetrics format', () => {
  // After the examples of the OpenMetrics 1.0 specification, sections "Overall Structure" and "Exemplars".
  test('is read with its exemplars, units and created series', () => {
    const page = parseExposition(
      `# TYPE acme_http_router_request_seconds histogram
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds_bucket{le="0.1"} 8 # {} 0.054
acme_http_router_request_seconds_bucket{le="+Inf"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
acme_http_router_request_seconds_count 17 1520879607.789
# TYPE go_goroutines gauge
go_goroutines 69
# TYPE foo counter
foo_total{note="a # b"} 17.0
foo_created{note="a # b"} 1520872607.123
# EOF
`,
      'openmetrics',
    )
    expect(rows(page)).toEqual([
      {name: 'acme_http_router_request_seconds_bucket', labels: {le: '0.1'}, value: 8},
      {name: 'acme_http_router_request_seconds_bucket', labels: {le: '+Inf'}, value: 17},
      {name: 'acme_http_router_request_seconds_count', labels: {}, value: 17},
      {name: 'go_goroutines', labels: {}, value: 69},
      {name: 'foo_total', labels: {note: 'a # b'}, value: 17},
      {name: 'foo_created', labels: {note: 'a # b'}, value: 1520872607.123},
    ])
  })

  test.each([
    ['has no end', 'a 1\n'],
    ['goes on after its end', '# EOF\na 1\n'],
    ['has an empty line', 'a 1\n\n# EOF\n'],
    ['has a free comment', '# hello\n# EOF\n'],
  ])('is refused when it %s', (_, text) => {
    expect(parseExposition(text, 'openmetrics')).toMatchObject({kind: 'malformed'})
  })
})

test.each([
  ['text/plain; version=0.0.4; charset=utf-8', 'prometheus-text'],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  [null, 'prometheus-text'],
])('a page of type %s is read as %s', (type, format) => {
  expect(formatOf(type)).toBe(format)
})

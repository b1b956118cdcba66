import {expect, test} from 'vitest'
import {parseExposition} from '../../../src/telemetry/exposition.ts'
import {createTally} from '../../../src/traffic/router/tally.ts'

test('what the router saw is a metrics page that our own reader understands', () => {
  const tally = createTally(1_700_000_000)
  tally.count('v2', 200, 4)
  tally.count('v2', 200, 130)
  tally.count('v2', 502, 12_000)
  const page = parseExposition(tally.render('v2'), 'prometheus-text')
  const value = (name: string, label: string, text: string) =>
    page.kind === 'parsed'
      ? page.samples.find(each => each.name === name && each.labels.get(label) === text)?.value
      : page
  expect(value('http_requests_total', 'code', '200')).toBe(2)
  expect(value('http_requests_total', 'code', '502')).toBe(1)
  expect(value('http_request_duration_seconds_bucket', 'le', '0.12')).toBe(1)
  expect(value('http_request_duration_seconds_bucket', 'le', '10')).toBe(2)
  expect(value('http_request_duration_seconds_bucket', 'le', '+Inf')).toBe(3)
  expect(tally.statusesOf('v2')).toEqual({200: 2, 502: 1})
})

test('a release without requests has counted none, which is not the same as no data', () => {
  const page = parseExposition(createTally(0).render('v2'), 'prometheus-text')
  expect(page.kind === 'parsed' && page.samples.find(each => each.name === 'http_requests_total')?.value).toBe(0)
})

test('copies stand in series of their own, which a guard counts with the requests and a person can tell apart', () => {
  const tally = createTally(0)
  tally.count('v2', 200, 4)
  tally.countCopy('v2', 200, 130)
  tally.countCopy('v2', 504, 12_000)
  const page = parseExposition(tally.render('v2'), 'prometheus-text')
  const samples = page.kind === 'parsed' ? page.samples : []
  const requests = samples.filter(each => each.name === 'http_requests_total')
  expect(requests.map(({labels, value}) => [labels.get('code'), labels.get('mirrored'), value])).toEqual([
    ['200', undefined, 1],
    ['200', 'true', 1],
    ['504', 'true', 1],
  ])
  const slow = samples.filter(each => each.name.endsWith('_bucket') && each.labels.get('le') === '0.12')
  expect(slow.map(({labels, value}) => [labels.get('mirrored'), value])).toEqual([
    [undefined, 1],
    ['true', 0],
  ])
  expect(tally.statusesOf('v2')).toEqual({200: 1})
})

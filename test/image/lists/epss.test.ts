import {describe, expect, test} from 'vitest'
import {parseDay} from '../../../src/core/day.ts'
import {parseEpss} from '../../../src/image/lists/epss.ts'
import {failureOf} from '../reports/fixtures.ts'

// The form of epss_scores-current.csv (first.org/epss/data_stats).
const comment = '#model_version:v2025.03.14,score_date:2026-11-20T12:55:00Z'
const header = 'cve,epss,percentile'
const text = `${comment}\n${header}\nCVE-2021-44228,0.94358,0.99961\nCVE-1999-0001,0.01209,0.78313\nCVE-1999-0002,1e-05,0\n`

describe('the scores of EPSS', () => {
  test.each([
    ['as FIRST publishes them', text],
    ['with line ends of Windows', text.replaceAll('\n', '\r\n')],
    ['without a last line end', text.trimEnd()],
  ])('are read %s', (_how, content) => {
    const {scores, date} = parseEpss(content, 'epss.csv')
    expect(date).toBe(parseDay('2026-11-20'))
    expect([...scores]).toEqual([
      ['CVE-2021-44228', {score: 0.94358, percentile: 0.99961}],
      ['CVE-1999-0001', {score: 0.01209, percentile: 0.78313}],
      ['CVE-1999-0002', {score: 0.00001, percentile: 0}],
    ])
  })

  test('without the comment nobody knows of which day they are', () => {
    expect(parseEpss(text.slice(comment.length + 1), 'epss.csv').date).toBeNull()
  })

  test('three hundred thousand of them are all there', () => {
    const rows = Array.from({length: 300_000}, (_, index) => `CVE-2020-${10_000 + index},0.00042,0.05`)
    const {scores} = parseEpss(`${comment}\n${header}\n${rows.join('\n')}\n`, 'epss.csv')
    expect(scores.size).toBe(300_000)
    expect(scores.get('CVE-2020-309999')).toEqual({score: 0.00042, percentile: 0.05})
  })

  test.each([
    ['nothing', ' ', 'image/list-empty', ''],
    ['no score', `${comment}\n${header}\n`, 'image/list-empty', ''],
    ['columns of another order', `${comment}\nepss,cve,percentile\n`, 'image/list-malformed', 'epss,cve,percentile'],
    ['a row that is cut off', `${text}CVE-2020-1,0.5`, 'image/list-malformed', 'line 6'],
    ['a score without a percentile', `${text}CVE-2020-1,0.5,\n`, 'image/list-malformed', 'line 6'],
    ['a score above 1', `${text}CVE-2020-1,1.5,0.5\n`, 'image/list-malformed', 'line 6'],
    ['words for a score', `${text}CVE-2020-1,high,0.5\n`, 'image/list-malformed', 'line 6'],
    ['a fourth column', `${text}CVE-2020-1,0.5,0.5,0.5\n`, 'image/list-malformed', 'line 6'],
    ['what is no CVE', `${text}busybox,0.5,0.5\n`, 'image/list-malformed', 'line 6'],
    ['the catalogue of CISA as CSV', 'cveID,vendorProject,product\nCVE-1,a,b', 'image/list-of-another-kind', 'CISA'],
    [
      'the catalogue of CISA',
      '{\n  "title": "CISA Catalog of Known Exploited Vulnerabilities"}',
      'image/list-of-another-kind',
      'CISA',
    ],
    ['a page of HTML', '<html>', 'image/list-of-another-kind', 'HTML'],
  ])('%s is refused', (_what, content, code, message) => {
    const failure = failureOf(() => parseEpss(content, 'epss.csv'))
    expect(failure.code).toBe(code)
    expect(failure.message).toContain('epss.csv')
    expect(failure.message).toContain(message)
  })
})

import {describe, expect, test} from 'vitest'
import {renderSarif} from '../../../src/report/sarif-findings.ts'
import {readSarif, shownResults} from './sarif-rules.ts'

const good = renderSarif(
  [{id: 'model/x', verdict: 'fail', reason: 'model/bad', subject: 'a', what: 'It is bad.', why: 'Why.', remedy: 'Do.'}],
  {version: '1.0.0', category: 'model/credit', otherwise: 'slipway.yml'},
)

/** A document that was parsed: each case breaks another part of it. */
type Parsed = ReturnType<typeof JSON.parse>

function broken(change: (log: Parsed) => void): string {
  const log = JSON.parse(good)
  change(log)
  return JSON.stringify(log)
}

describe('the reader of SARIF of the fake GitHub', () => {
  test('takes a good file', () => {
    expect(readSarif(good)).toMatchObject({kind: 'read', analyses: [{tool: 'Slipway', category: 'model/credit'}]})
  })

  test.each([
    ['a rule without a text', 'a text of the rule is empty', log => (log.runs[0].tool.driver.rules[0].help.text = ' ')],
    ['a long name', 'more than 255 signs', log => (log.runs[0].tool.driver.rules[0].name = 'x'.repeat(256))],
    [
      'a long description',
      'more than 1,024 signs',
      log => (log.runs[0].tool.driver.rules[0].fullDescription.text = 'x'.repeat(1025)),
    ],
    [
      'too many tags',
      'more than 20 tags',
      log => (log.runs[0].tool.driver.rules[0].properties.tags = Array.from({length: 21}, (_, index) => `${index}`)),
    ],
    [
      'a severity of 0.0',
      'security-severity is 0.0',
      log => (log.runs[0].tool.driver.rules[0].properties['security-severity'] = '0.0'),
    ],
    [
      'a severity of 9.0',
      'security-severity is 9.0',
      log => (log.runs[0].tool.driver.rules[0].properties['security-severity'] = '9.0'),
    ],
    [
      'a severity in words',
      'no number to 10',
      log => (log.runs[0].tool.driver.rules[0].properties['security-severity'] = 'high'),
    ],
    ['an empty message', 'its message is empty', log => (log.runs[0].results[0].message.text = '')],
    ['no location', 'at least one location', log => (log.runs[0].results[0].locations = [])],
    [
      'an empty path',
      'expected artifact location',
      log => (log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = ''),
    ],
    [
      'an absolute path',
      'does not start at the repository',
      log => (log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = '/etc/passwd'),
    ],
    ['line 0', 'Invalid SARIF', log => (log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0)],
    ['no fingerprint', 'expected a field', log => (log.runs[0].results[0].partialFingerprints = {})],
    ['a rule that is elsewhere', 'not where it says', log => (log.runs[0].results[0].ruleIndex = 5)],
    ['an id without a slash', 'the category is empty', log => (log.runs[0].automationDetails.id = 'model')],
    [
      'two kinds of addresses',
      'expected one scheme of URIs',
      log => {
        const [first] = log.runs[0].results
        const other = structuredClone(first)
        other.locations[0].physicalLocation.artifactLocation.uri = 'file:///workspace/slipway.yml'
        log.runs[0].results.push(other)
      },
    ],
    [
      'two runs of one tool and category',
      'several runs have the same tool and category',
      log => log.runs.push(structuredClone(log.runs[0])),
    ],
    [
      'too many runs',
      'there are more runs than allowed (21 > 20)',
      log => (log.runs = Array.from({length: 21}, () => log.runs[0])),
    ],
    [
      'too many results',
      'there are more results per run than allowed (25001 > 25000)',
      log => (log.runs[0].results = Array.from({length: 25_001}, () => log.runs[0].results[0])),
    ],
    [
      'too many locations',
      'there are more locations per result than allowed (1001 > 1000)',
      log => (log.runs[0].results[0].locations = Array.from({length: 1001}, () => log.runs[0].results[0].locations[0])),
    ],
  ] as const satisfies readonly (readonly [string, string, (log: Parsed) => unknown])[])(
    'refuses %s',
    (_, said, change) => {
      expect(readSarif(broken(change))).toEqual({
        kind: 'failed',
        errors: expect.arrayContaining([expect.stringContaining(said)]),
      })
    },
  )

  test('keeps the gravest 5,000 and says nothing about the rest', () => {
    const many = broken(log => {
      const [first] = log.runs[0].results
      log.runs[0].results = Array.from({length: 5002}, (_, index) => ({
        ...first,
        partialFingerprints: {primaryLocationLineHash: `${index}:1`},
      }))
    })
    const reading = readSarif(many)
    expect(reading.kind === 'read' ? reading.analyses[0]?.results : []).toHaveLength(shownResults)
  })
})

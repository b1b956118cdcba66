import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {judgeCard, unreadableCard} from '../../../src/model/checks/card.ts'
import {fixtures} from '../metric-files/fixtures.ts'

const parts = ['owner', 'intended use', 'data', 'limits', 'metrics']

function answerTo(text: string, requires: readonly string[] = parts): string[] {
  return judgeCard({file: 'README.md', requires}, text).map(
    ({verdict, reason, subject}) => `${verdict} ${reason} (${subject})`,
  )
}

const whole = `# Credit risk

## Owner
Risk team, risk@example.com

## Intended use
Consumer credit up to 10,000 EUR.

## Data
Applications of 2025.

## Limits
Not for companies.

## Metrics
| metric | value |
| --- | --- |
| accuracy | 0.91 |
`

describe('a model card', () => {
  test('that says everything passes, with what it says', () => {
    expect(judgeCard({file: 'README.md', requires: parts}, whole)).toEqual([
      {
        id: 'model/card-complete',
        subject: 'model card',
        verdict: 'pass',
        reason: 'model/card-complete',
        what: 'README.md says: owner, intended use, data, limits, metrics.',
        n: 5,
      },
    ])
  })

  test('that lacks a part fails with that part', () => {
    expect(answerTo(whole.replace('## Limits', '## Thanks'))).toEqual([
      'fail model/card-part-missing (model card: limits)',
    ])
    expect(answerTo('# Credit risk\n\nA model.\n')).toEqual(
      parts.map(part => `fail model/card-part-missing (model card: ${part})`),
    )
  })

  test.each([
    '',
    '   ',
    '[More Information Needed]',
    'More information needed',
    '<!-- Say what it cannot do. -->',
    '- **Limits:** [More Information Needed]',
    'TODO',
    'TODO: ask the risk team',
    'TBD.',
    'to be written',
    'N/A',
    '...',
    '-',
    '{{ limitations | default("[More Information Needed]", true) }}',
    '| limit | why |\n| --- | --- |\n| | |'.split('\n').slice(1).join('\n'),
    '### Known\n\n### Unknown',
  ])('where nothing is written but %j is empty there', text => {
    expect(answerTo(whole.replace('Not for companies.', text))).toEqual([
      'fail model/card-part-empty (model card: limits)',
    ])
  })

  test.each([
    'None known.',
    'Not for companies. TODO: say why',
    '1. Companies',
    '- companies',
    '```\nlimit = 10000\n```',
    '### Companies\n\nIt was never trained on them.',
    '![Error by age](limits.svg)',
  ])('where %j is written is not empty there', text => {
    expect(answerTo(whole.replace('Not for companies.', text))).toEqual(['pass model/card-complete (model card)'])
  })

  test('that is empty, or all comment, says nothing', () => {
    expect(answerTo(' \n')).toEqual(['fail model/card-empty (model card)'])
    expect(answerTo('<!-- ## Owner\nme -->', ['owner'])).toEqual(['fail model/card-part-missing (model card: owner)'])
  })

  test('whose comment is never closed ends there', () => {
    expect(answerTo(whole.replace('## Data', '<!-- ## Data'), ['owner', 'data'])).toEqual([
      'fail model/card-part-missing (model card: data)',
    ])
  })
})

describe('the template of the Hugging Face hub', () => {
  const template = readFileSync(`${fixtures}/model-index/template.md`, 'utf8')

  test('as it is before anybody writes in it says nothing', () => {
    expect(answerTo(template)).toEqual(parts.map(part => `fail model/card-part-empty (model card: ${part})`))
  })

  test('filled in says everything', () => {
    const filled = template
      .replace('**Developed by:** [More Information Needed]', '**Developed by:** Risk team')
      .replace(/(### Direct Use[\s\S]*?)\[More Information Needed\]/, '$1Consumer credit.')
      .replace(/(## Bias, Risks, and Limitations[\s\S]*?)\[More Information Needed\]/, '$1Not for companies.')
      .replace(/(### Training Data[\s\S]*?)\[More Information Needed\]/, '$1Applications of 2025.')
      .replace(/(### Results[\s\S]*?)\[More Information Needed\]/, '$1Accuracy 0.91.')
    expect(answerTo(filled)).toEqual(['pass model/card-complete (model card)'])
  })

  test('drafted by the Trainer has results and nothing else', () => {
    const drafted = readFileSync(`${fixtures}/trainer/drafted-card.md`, 'utf8')
    expect(answerTo(drafted)).toEqual([
      'fail model/card-part-missing (model card: owner)',
      'fail model/card-part-empty (model card: intended use)',
      'fail model/card-part-empty (model card: data)',
      'fail model/card-part-empty (model card: limits)',
    ])
  })
})

describe('where a part may stand', () => {
  test.each([
    ['a heading under a line', 'Owner\n=====\nRisk team\n'],
    ['a heading of the second level under a line', 'Owner\n---\nRisk team\n'],
    ['a heading with a number and a picture', '## 1. 👤 Owner:\n\nRisk team\n'],
    ['a heading that is closed', '## Owner ##\n\nRisk team\n'],
    ['a heading that is a link', '## [Owner](#owner)\n\nRisk team\n'],
    ['a heading that says of what', '## Owner of this release\n\nRisk team\n'],
    ['a heading in capitals, with Windows line ends', '## OWNER\r\n\r\nRisk team\r\n'],
    ['a line with a label in bold', '- **Developed by:** Risk team\n'],
    ['a line with a bold label before its colon', '**Owner**: Risk team\n'],
    ['a line of a list', '* Owner: Risk team\n'],
    ['a row of a table', '| Owner | Risk team |\n'],
    ['front matter', '---\nowner: Risk team\n---\n# Card\n'],
    ['front matter with a list', '---\nmaintainers: [Risk team]\n---\n# Card\n'],
    ['front matter with a mapping', '---\ncontact: {team: risk}\n---\n# Card\n'],
    ['another word of the same meaning', '## Contact\n\nRisk team\n'],
  ])('%s', (_, text) => expect(answerTo(text, ['owner'])).toEqual(['pass model/card-complete (model card)']))

  test.each([
    ['a heading within a program', '```\n## Owner\nRisk team\n```\n', 'missing'],
    ['how to load it, which is no use', '## Use in Transformers\n\nrun it\n', 'missing'],
    ['a label without content', '- **Developed by:**\n', 'empty'],
    ['front matter without content', '---\nowner:\n---\n# Card\n', 'empty'],
    ['front matter with an empty list', '---\nowner: []\n---\n# Card\n', 'empty'],
    ['a section that ends at the next of its level', '## Owner\n## Data\nApplications\n', 'empty'],
    ['a field between two rules, which are no front matter', '# Card\n\n---\nowner:\n\n---\n', 'empty'],
  ])('not as %s', (_, text, how) => {
    const requires = text.includes('Use in') ? ['intended use'] : ['owner']
    expect(answerTo(text, requires)[0]).toContain(`model/card-part-${how}`)
  })

  test('one section may be two parts', () => {
    const card = '## Intended uses & limitations\n\nConsumer credit; not for companies.\n'
    expect(answerTo(card, ['intended use', 'limits'])).toEqual(['pass model/card-complete (model card)'])
  })

  test('a part of the project’s own is found by its name', () => {
    expect(answerTo('## Energy & carbon\n\n3 kWh\n', ['energy and carbon'])).toEqual([
      'pass model/card-complete (model card)',
    ])
    expect(answerTo('---\nlicense: mit\n---\n# Card\n', ['license'])).toEqual(['pass model/card-complete (model card)'])
    expect(answerTo(whole, ['energy'])).toEqual(['fail model/card-part-missing (model card: energy)'])
  })

  test('a part that is empty in one place and written in another is written', () => {
    expect(answerTo('---\nowner:\n---\n## Owner\n\nRisk team\n', ['owner'])).toEqual([
      'pass model/card-complete (model card)',
    ])
  })
})

describe('front matter that cannot be read', () => {
  test.each([
    ['a key twice', '---\nowner: a\nowner: b\n---\n', 'The front matter has a key twice (line 3).'],
    ['no YAML', '---\nowner: [a\n---\n', 'The front matter is not YAML (line'],
    ['no mapping', '---\n- a\n- b\n---\n', 'The front matter is no mapping of fields.'],
  ])('%s', (_, text, what) => {
    const [finding, ...others] = judgeCard({file: 'README.md', requires: ['owner']}, text)
    expect(others).toEqual([])
    expect(finding).toMatchObject({verdict: 'error', reason: 'model/card-malformed'})
    expect(finding?.what).toContain(what)
  })
})

test('a card that is not there is an error, never a pass', () => {
  const failure = new UserError('file/not-found', '"README.md" does not exist.', {hint: 'Check the path.'})
  expect(unreadableCard({file: 'README.md', requires: ['owner']}, failure)).toMatchObject({
    verdict: 'error',
    reason: 'model/card-missing',
    remedy: 'Check the path.',
  })
})

test('a long card is read in time that grows with its length', () => {
  const dense = `# ${'<'.repeat(100_000)}\n\n${'.'.repeat(100_000)}x\n${'{{'.repeat(50_000)}\n${'|-'.repeat(50_000)}\n\n`
  const spaces = `a:${' '.repeat(4000)}x\u2028\n#${' '.repeat(4000)}\u2028\n# a${' '.repeat(50_000)}b\n`
  const long = `${dense}${spaces}${'## Heading\n\n- a: b\n\n'.repeat(20_000)}## Owner\n\nRisk team\n`
  expect(answerTo(long, ['owner'])).toEqual(['pass model/card-complete (model card)'])
})

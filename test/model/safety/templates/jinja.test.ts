import * as fs from 'node:fs'
import * as path from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {sightsOfTemplate} from '../../../../src/model/safety/templates/jinja.ts'

const folder = path.join(import.meta.dirname, '../../../fixtures/chat-templates')
const ordinary = fs.readdirSync(folder).filter(name => name.endsWith('.jinja'))

const rulesOf = (template: string) => [...new Set(sightsOfTemplate(template).map(({rule}) => rule.id))]

describe('an ordinary chat template has nothing to object to', () => {
  test.each(ordinary)('%s', name => {
    expect(sightsOfTemplate(fs.readFileSync(path.join(folder, name), 'utf8'))).toEqual([])
  })

  test.each([
    ['Python internals inside a comment or a raw block', '{# x.__class__ #}{% raw %}{{ x.__class__ }}{% endraw %}'],
    ['a key from the message', '{{ message[role_key] }}{{ args[loop.index0 + 1] }}'],
    ['a name with underscores that is not Python’s', "{{ '__begin__' + message.content }}"],
    ['a format that is called at once', "{{ '{} {}'.format(a, b) }}"],
    ['two groups of signs that end an expression inside texts', "{{ '}}' + '%}' }}{{ {'a': {'b': 1}} }}"],
    ['a filter block and a call block', '{% filter upper %}x{% endfilter %}{% call(m) show(x) %}{{ m }}{% endcall %}'],
    ['tests with arguments', '{% if x is not divisibleby 3 and y is sameas(none) or z is in [1] %}{% endif %}'],
    ['a variable that is called like a host object', '{% set config = tools %}{{ config.name }}'],
  ])('%s', (_, template) => {
    expect(sightsOfTemplate(template)).toEqual([])
  })
})

describe('a walk into Python is found however its names are written', () => {
  test.each([
    ['by attribute', "{{ ''.__class__.__mro__[1].__subclasses__() }}"],
    ['as CVE-2024-34359 does it', '{% for c in ().__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}'],
    ['by subscript', "{{ x['__class__'] }}"],
    ['by the filter attr', "{{ x|attr('__class__') }}"],
    ['by attributes of map', "{{ x|map(attribute='a.__class__')|list }}"],
    ['by the filter attr inside map', "{{ x|map('attr', '__globals__')|list }}"],
    ['added', "{{ x['__cla' + 'ss__'] }}"],
    ['side by side', "{{ x['__cla' 'ss__'] }}"],
    ['joined by ~ from variables', "{% set a = '__cla' %}{% set b = 'ss__' %}{{ x[a ~ b] }}"],
    ['from a namespace', "{% set ns = namespace(a='__cla') %}{{ x[ns.a ~ 'ss__'] }}"],
    ['from blocks of text', '{% set a %}__cla{% endset %}{% set b %}ss__{% endset %}{{ x[a ~ b] }}'],
    ['from a loop', "{% for part in ['__cla'] %}{{ x[part ~ 'ss__'] }}{% endfor %}"],
    ['from the default of a macro', "{% macro m(n='__cla') %}{{ x[n ~ 'ss__'] }}{% endmacro %}"],
    ['hexadecimal', String.raw`{{ x['\x5f\x5fclass\x5f\x5f'] }}`],
    ['octal', String.raw`{{ x['\137\137class\137\137'] }}`],
    ['in Unicode escapes', String.raw`{{ x['\u005f\U0000005fclass\u005f_'] }}`],
    ['by names of signs', String.raw`{{ x['\N{LOW LINE}_\N{LATIN SMALL LETTER C}lass__'] }}`],
    ['by numbers of signs', "{{ x['%c%cclass%c%c' | format(95, 95, 95, 95)] }}"],
    ['by %', "{{ x['__%s__' % 'class'] }}"],
    ['by str.format', "{{ x['__{}__'.format('class')] }}"],
    ['in a field of a format', "{{ '{0.__class__}'.format(x) }}"],
    ['backwards', "{{ x['__ssalc__'[::-1]] }}{{ x['__ssalc__'|reverse] }}"],
    ['in capitals', "{{ x['__CLASS__'|lower] }}"],
    ['replaced', "{{ x['aXXclassXX'.replace('X', '_')[1:]] }}"],
    ['repeated', "{{ x['_' * 2 ~ 'class' ~ '_' * 2] }}"],
    ['joined from a list', "{{ x[['__cl', 'ass__'] | join] }}{{ y[''.join(['__', 'init__'])] }}"],
    [
      'from several possible parts',
      "{% set a = '__cla' if x else '__ini' %}{% set b = ['ss__', 't__'] %}{{ x[a ~ b[0]] }}",
    ],
    ['by fields that are themselves put together', "{{ x[('{}' ~ '{}').format('__cla', 'ss__')] }}"],
    ['from the keys of a dict', "{{ x[{'__cla': 1, 'ss__': 2} | join] }}{{ x[dict(__cla=1, ss__=2) | join] }}"],
    ['as the keyword of an argument', '{{ dict(__class__=x) | join }}'],
    ['of frames and generators', '{{ g.gi_frame.f_back.f_globals }}'],
    ['of Jinja itself', '{{ self._TemplateReference__context }}'],
    ['behind what is not Jinja', '{{ x.__class__ ? }}'],
  ])('%s', (_, template) => {
    expect(rulesOf(template)).toContain('template-escape')
  })
})

describe('what cannot be known is said, and never passed', () => {
  test.each([
    ['attr with a name from the message', '{{ x|attr(messages[0].content) }}', 'template-computed-name'],
    ['a subscript that is put together from the message', "{{ x[messages[0].a ~ '__'] }}", 'template-computed-name'],
    ['a name from keywords', "{{ x|attr('{a}{b}'.format(a='__cla', b='ss__')) }}", 'template-computed-name'],
    ['a name that a macro writes', '{% macro m() %}a{% endmacro %}{{ x[m()] }}', 'template-computed-name'],
    ['a call of what a given key leads to', '{{ x[messages[0].content]() }}', 'template-computed-name'],
    ['format as a value', "{% set f = 'a'.format %}{{ f(x) }}", 'template-format-reference'],
    ['format by attr (CVE-2025-27516)', "{{ ('{0.x}'|attr('format'))(x) }}", 'template-format-reference'],
    ['include', "{% include '/etc/passwd' %}", 'template-loads-file'],
    ['import', "{% import 'x' as y %}", 'template-loads-file'],
    ['from', "{% from 'x' import y with context %}", 'template-loads-file'],
    ['extends', '{% extends base %}', 'template-loads-file'],
    ['a host object', '{{ request.application }}', 'template-host-object'],
    ['lipsum', '{{ lipsum() }}', 'template-host-object'],
    ['a tag of an extension', '{% shell %}', 'template-unusual-tag'],
    ['an expression without an end', '{{ x.', 'template-unreadable'],
    ['a tag without an end', '{% if x', 'template-unreadable'],
    ['a text without an end', "{{ 'x }}", 'template-unreadable'],
    ['a comment without an end', '{# x', 'template-unreadable'],
    ['a sign that Jinja does not have', '{{ x ? y }}', 'template-unreadable'],
    ['brackets without end', `{{ ${'('.repeat(5000)} }}`, 'template-unreadable'],
    ['a chain without end', `{{ a${'.b'.repeat(50_000)} }}`, 'template-unreadable'],
    ['more than a template', 'x'.repeat(512 * 1024 + 1), 'template-unreadable'],
  ])('%s', (_, template, rule) => {
    expect(rulesOf(template)).toContain(rule)
  })
})

test.each([
  ['one loop', '{% for i in range(1000000000) %}a{% endfor %}'],
  ['loops in a loop', '{% for i in range(9999) %}{% for j in range(0, 99999, 2) %}x{% endfor %}{% endfor %}'],
  ['a list', '{{ range(10 ** 9) | list }}'],
  ['a text', "{{ 'a' * 1000000000 }}"],
  ['a power', '{{ 9 ** 99999999 }}'],
  ['a width in a format', "{{ '%1000000000s' | format('a') }}"],
  ['a width in a filter', '{{ x | center(1000000000) }}'],
  ['a list that grows while it is gone through', '{% for m in l %}{% set _ = l.append(m) %}{% endfor %}'],
])('a template that does not come to an end is found: %s', (_, template) => {
  expect(rulesOf(template)).toContain('template-endless')
})

test('two loops one after the other are not multiplied', () => {
  expect(rulesOf('{% for i in range(9999) %}x{% endfor %}{% for j in range(9999) %}x{% endfor %}')).toEqual([])
})

test('a sight says where it is, and quotes what it shows', () => {
  const [sight] = sightsOfTemplate('hello {{ x.__class__ }}')
  expect(sight).toMatchObject({at: 11, what: 'The template reads "__class__" of a value.'})
  const [unusual] = sightsOfTemplate('{% a\u0301b %}')
  expect(unusual?.what).toContain('"')
})

test('any text is read in bounded time and without an exception', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      'for',
      'in',
      'set',
      'if',
      'is',
      'not',
      'x',
      '|',
      '.',
      '(',
      ')',
      '[',
    ),
    fc.constantFrom(
      ']',
      '{',
      '}',
      ',',
      '=',
      '~',
      '*',
      '**',
      '%',
      "'a'",
      '"',
      '1',
      '-',
      ' ',
      'endset',
      'macro',
      'attr',
      '__class__',
    ),
    fc.string({maxLength: 4}),
  )
  fc.assert(
    fc.property(fc.array(piece, {maxLength: 60}), pieces => {
      expect(Array.isArray(sightsOfTemplate(pieces.join(' ')))).toBe(true)
    }),
    {numRuns: 2000},
  )
})

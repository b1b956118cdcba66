import {describe, expect, test} from 'vitest'
import {
  counted,
  placeOf,
  plainName,
  sentenceSubject,
  shownName,
  shownPath,
  shownUse,
  structureOf,
  whereAt,
  whereInside,
} from '../../../../src/model/safety/judge/words.ts'
import type {ImportUse} from '../../../../src/model/safety/observation.ts'
import {imports} from '../sights.ts'

describe('where something was seen', () => {
  const place = {path: ['model.pt', 'archive/data.pkl'], byte: 73, opcode: 12} as const

  test('is told from the outside to the inside', () => {
    expect(whereInside(place)).toBe('model.pt, in archive/data.pkl')
    expect(whereInside({path: ['model.pt']})).toBe('model.pt')
    expect(sentenceSubject(place)).toBe('model.pt, in archive/data.pkl,')
    expect(sentenceSubject({path: ['model.pt']})).toBe('model.pt')
  })

  test('reads as words where a part has no name of its own', () => {
    expect(whereInside({path: ['model.pt', '(bytes 122 to 147)']})).toBe('model.pt, in its bytes 122 to 147')
    expect(whereInside({path: ['model.gz', '(content)', 'a.pkl']})).toBe('model.gz, in its content, in a.pkl')
    expect(whereInside({path: ['model.zip', '(bytes\n::error::)']})).toBe('model.zip, in "(bytes\\n::error::)"')
  })

  test.each([
    [{path: ['a'], byte: 73, opcode: 12}, 'at byte 73, opcode 12'],
    [{path: ['a'], byte: 0}, 'at byte 0'],
    [{path: ['a']}, ''],
    [{path: ['a'], opcode: 3}, ''],
  ] as const)('%j: %s', (at, text) => {
    expect(whereAt(at)).toBe(text)
  })

  test('is kept for machines as it is, without what is unknown', () => {
    expect(placeOf(place)).toEqual({file: 'model.pt', inside: ['archive/data.pkl'], byte: 73, opcode: 12})
    expect(placeOf({path: ['model.pt']})).toEqual({file: 'model.pt'})
  })
})

describe('a name of a file', () => {
  test.each([
    ['model-00001-of-2.safetensors', 'model-00001-of-2.safetensors'],
    ['Modell für Köln (1).pt', 'Modell für Köln (1).pt'],
    ['a`b', '"a`b"'],
    ['a\nb', '"a\\nb"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['', '""'],
    ['x'.repeat(300), `"${'x'.repeat(200)}…"`],
  ])('%j is shown as %s', (path, shown) => {
    expect(shownPath(path)).toBe(shown)
  })
})

describe('a name that is imported', () => {
  test.each([
    ['os', 'system', '`os.system`', 'os.system'],
    ['collections', '_sys.modules', '`collections:_sys.modules`', 'collections:_sys.modules'],
    ['os`', 'x', '"os`.x"', '"os`.x"'],
    ['', '', '`.`', '.'],
    ['m', 'a b', '"m.a b"', '"m.a b"'],
  ])('%s + %s is shown as %s', (module, name, shown, plain) => {
    expect(shownName({module, name})).toBe(shown)
    expect(plainName({module, name})).toBe(plain)
  })
})

describe('what a pickle does with a name', () => {
  test.each<[readonly ImportUse['how'][], string]>([
    [[], 'imports `m.f`, which runs its module,'],
    [['reference'], 'hands on `m.f`'],
    [['reference', 'items'], 'puts items into an object of `m.f`'],
    [['items', 'state'], 'gives a state to an object of `m.f`'],
    [['state', 'new'], 'makes an object of `m.f` without its constructor'],
    [['new', 'call'], 'calls `m.f`'],
    [['call', 'rewrite'], 'changes `m.f` itself'],
  ])('%j: the gravest of it: %s', (uses, text) => {
    expect(shownUse(imports('m', 'f', uses))).toBe(text)
  })

  test('shows the arguments of a call, where there are any', () => {
    const place = {path: ['a']} as const
    const call = (shown: string) => ({...imports('m', 'f'), uses: [{how: 'call', place, count: 1, shown} as const]})
    expect(shownUse(call('"id"'))).toBe('calls `m.f` with "id"')
    expect(shownUse(call(''))).toBe('calls `m.f`')
  })
})

test('known vulnerabilities and numbers end and begin a sentence', () => {
  expect(structureOf([])).toBe('')
  expect(structureOf(['CVE-2025-1550', 'CVE-2024-3660'])).toBe(
    ' This is the structure of CVE-2025-1550, CVE-2024-3660.',
  )
  expect([counted(0, 'file'), counted(1, 'file'), counted(1200, 'file')]).toEqual(['0 files', '1 file', '1,200 files'])
})

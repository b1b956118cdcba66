import {describe, expect, test} from 'vitest'
import {OverLimit} from '../../../../src/model/safety/malformed.ts'
import {pythonThreeName} from '../../../../src/model/safety/pickle/compat-names.ts'
import {Memo} from '../../../../src/model/safety/pickle/memo.ts'
import {
  argumentsOf,
  asBigInteger,
  asDict,
  asInteger,
  asList,
  asText,
  asTuple,
  attributeOf,
  Container,
  classOf,
  importOf,
  type Value,
} from '../../../../src/model/safety/pickle/value.ts'
import {importsOf, rulesOf, run, stream, text} from './streams.ts'

async function resultOf(content: string): Promise<Value> {
  const {end} = await run(stream(content))
  if (end.kind !== 'stop') throw new Error(`The stream ends ${end.kind}.`)
  return end.value
}

describe('what others read of a pickle', () => {
  test('the class, the arguments and the attributes of an object', async () => {
    const object = await resultOf(
      `cfoo\nA\n(K\x01${text('b')}tR}(${text('shape')}K\x03\x85${text('order')}${text('C')}ub.`,
    )
    expect(classOf(object)).toMatchObject({module: 'foo', name: 'A'})
    expect(importOf(object)).toBeNull()
    expect(argumentsOf(object)).toEqual([1, 'b'])
    expect(asTuple(attributeOf(object, 'shape'))).toEqual([3])
    expect(asText(attributeOf(object, 'order'))).toBe('C')
    expect(attributeOf(object, 'absent')).toBeUndefined()
  })

  test('the later of two attributes of one name, and of two states', async () => {
    const twice = await resultOf(`cfoo\nA\n)\x81}(${text('n')}K\x01${text('n')}K\x02ub.`)
    expect(attributeOf(twice, 'n')).toBe(2)
    const later = await resultOf(`cfoo\nA\n)\x81}${text('n')}K\x01sb}${text('n')}K\x05sb.`)
    expect(attributeOf(later, 'n')).toBe(5)
    const slots = await resultOf(`cfoo\nA\n)\x81N}${text('n')}K\x07s\x86b.`)
    expect(attributeOf(slots, 'n')).toBe(7)
  })

  test('nothing of a state that is not wholly kept, so that nobody takes a part for the whole', async () => {
    const items = Array.from({length: 200}, (_, index) => `M${String.fromCharCode(index, 1)}K\x00`).join('')
    const object = await resultOf(`cfoo\nA\n)\x81}(${text('n')}K\x01${items}ub.`)
    expect(attributeOf(object, 'n')).toBeUndefined()
  })

  test('numbers, lists and dicts; of another kind, nothing', async () => {
    expect(asList(await resultOf('](K\x01K\x02e.'))).toEqual([1, 2])
    expect(asDict(await resultOf(`}${text('k')}K\x02s.`))?.get('k')).toBe(2)
    expect(asBigInteger(await resultOf('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.'))).toBe(
      0x1950a86a20f9469cfc6cn,
    )
    expect(asInteger(await resultOf('\x88.'))).toBeNull()
    expect(asText(await resultOf('C\x02os.'))).toBeNull()
    expect(asTuple(await resultOf(').'))).toEqual([])
    expect(classOf(await resultOf('N.'))).toBeNull()
    expect(importOf(await resultOf('cfoo\nA\n.'))).toMatchObject({module: 'foo', name: 'A'})
  })
})

describe('names of Python 2', () => {
  // CPython Lib/_compat_pickle.py
  test.each([
    ['__builtin__', 'eval', 'builtins', 'eval'],
    ['__builtin__', 'xrange', 'builtins', 'range'],
    ['commands', 'getoutput', 'subprocess', 'getoutput'],
    ['exceptions', 'StandardError', 'builtins', 'Exception'],
    ['exceptions', 'OSError', 'builtins', 'OSError'],
    ['multiprocessing', 'TimeoutError', 'multiprocessing.context', 'TimeoutError'],
    ['UserDict', 'other', 'collections', 'other'],
    ['urllib', 'urlopen', 'urllib.request', 'urlopen'],
  ])('%s.%s is %s.%s', (module, name, newModule, newName) => {
    expect(pythonThreeName(module, name)).toEqual({module: newModule, name: newName})
  })

  test.each([
    ['os', 'system'],
    ['urllib', 'other'],
    ['exceptions', 'Other'],
    ['__proto__', 'x'],
    ['constructor', 'name'],
  ])('%s.%s stays', (module, name) => expect(pythonThreeName(module, name)).toBeNull())
})

describe('a memo', () => {
  test('counts entries, not numbers, as MEMOIZE takes the next one', () => {
    const memo = new Memo()
    memo.put(7, 'a')
    memo.put(2 ** 31, 'b')
    memo.put(7, 'c')
    expect(memo.used).toBe(2)
    expect([memo.get(7), memo.get(2 ** 31), memo.get(0), memo.get(-1)]).toEqual(['c', 'b', undefined, undefined])
  })

  test('fills gaps without counting twice, and keeps None', () => {
    const memo = new Memo()
    memo.put(5000, 'far')
    for (let index = 0; index <= 5000; index++) memo.put(index, null)
    expect(memo.used).toBe(5001)
    expect([memo.get(0), memo.get(5000)]).toEqual([null, null])
  })

  test('ends where no honest file goes', () => {
    const memo = new Memo()
    expect(() => {
      for (let index = 0; index <= 2 ** 23; index++) memo.put(index, null)
    }).toThrow(OverLimit)
  })
})

describe('a large pickle', () => {
  const many = `](${'](K\x01K\x02e0'.repeat(40_000)}0]0`

  test('of which little is kept still says what is called late, and with what', async () => {
    const {observations} = await run(stream(many, `cos\nsystem\n${text('true')}\x85R.`))
    expect(importsOf(observations)).toEqual(['os.system: call("true")'])
  })

  // Of a tuple of plain values only its length is kept, once for all tuples of that length.
  test('takes a tuple from the memo that was let go, for arguments and for a key', async () => {
    const tuple = (index: number) => `}K\x01${text('true')}\x85\x94s0N0h${String.fromCharCode(index)}`
    const {observations, end} = await run(stream(many, `}${tuple(0)}Ns0cos\nsystem\n${tuple(1)}R0h\0h\x01\x86.`))
    expect(importsOf(observations)).toEqual(['os.system: call(… 1 value)'])
    const both = asTuple(end.kind === 'stop' ? end.value : null) ?? []
    expect(both.map(value => (value instanceof Container ? [value.kind, value.count] : value))).toEqual([
      ['tuple', 1],
      ['tuple', 1],
    ])
  })

  test('still tells containers from what is none', async () => {
    const {end} = await run(stream(many, ']N}b.'))
    expect(end.kind).toBe('refused')
    const hash = await run(stream(many, '}]Ns.'))
    expect(rulesOf(hash.observations)).toEqual(['pickle-damaged'])
  })

  test('keeps all that a reader of tensors asks for', async () => {
    const {end} = await run(stream(many, `cfoo\nA\n)\x81}${text('n')}K\x05sb.`), {
      afterBuild: () => Promise.resolve(null),
    })
    expect(end.kind === 'stop' && attributeOf(end.value, 'n')).toBe(5)
  })
})

describe('a constructor of copyreg', () => {
  test('that is given something computed is reported: nobody can tell whose __new__ it runs', async () => {
    const {observations} = await run(stream('ccopyreg\n__newobj__\ncfoo\nf\n)R\x85R.'))
    expect(rulesOf(observations)).toEqual(['pickle-calls-unnamed'])
    const args = await run(stream('ccopyreg\n__newobj__\ncbuiltins\ntuple\n)RR.'))
    expect(rulesOf(args.observations)).toEqual(['pickle-calls-unnamed'])
  })
})

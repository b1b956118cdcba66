import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import {readJsonOutline} from '../../../../src/model/safety/formats/json-outline.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import {Malformed} from '../../../../src/model/safety/malformed.ts'

const outline = (text: string, levels = 3) =>
  readJsonOutline(bytesOf(new TextEncoder().encode(text)), new Work(), levels)

async function isAccepted(text: string): Promise<boolean> {
  try {
    await outline(text, 200)
    return true
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

describe('the top of a large JSON file', () => {
  test('scalars and keys are kept by their path, as deep as was asked for', async () => {
    const {scalars, keys, values} = await outline('{"a": {"b": "x\\u0041", "c": [1, 2, {"d": true}]}, "e": -1.5e3}')
    expect(scalars).toEqual(
      new Map([
        ['a.b', 'xA'],
        ['a.c.[]', '1'],
        ['e', '-1.5e3'],
      ]),
    )
    expect(keys).toEqual(
      new Map([
        ['', new Set(['a', 'e'])],
        ['a', new Set(['b', 'c'])],
      ]),
    )
    // Three objects, a list, and five scalars.
    expect(values).toBe(9)
  })

  test('what is deeper is passed over, in whatever piece of the file it ends', async () => {
    for (let shift = 0; shift < 12; shift++) {
      const padding = ' '.repeat(2 ** 20 - 40 - shift)
      const text = `{"a":{"b":{"c":{${padding}"deep":[1.25,"t\\"e\\\\xt",null,-7],"k":"v"}}},"end":"x"}`
      expect((await outline(text)).scalars).toEqual(new Map([['end', 'x']]))
    }
  })
})

test('it takes what JSON.parse takes, and refuses what JSON.parse refuses', async () => {
  const edited = fc.record({
    text: fc.json({maxDepth: 4}),
    at: fc.nat(200),
    sign: fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      'e',
      't',
      '.',
      ' ',
      '\n',
      '\u0001',
      'é',
    ),
    cut: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(edited, async ({text, at, sign, cut}) => {
      const place = at % (text.length + 1)
      const changed = text.slice(0, place) + sign + text.slice(place + cut)
      const parsed = parse(changed)
      // A key twice is JSON, and refused all the same: the text of what was parsed is shorter then.
      if (parsed !== undefined && namesAKeyTwice(changed)) return
      expect(await isAccepted(changed)).toBe(parsed !== undefined)
    }),
    {numRuns: 1000},
  )
})

function parse(text: string): unknown {
  try {
    return {value: JSON.parse(text)}
  } catch {
    return undefined
  }
}

/** Counts keys as they are written against keys that remain. */
function namesAKeyTwice(text: string): boolean {
  let remaining = 0
  JSON.parse(text, (_, value) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) remaining += Object.keys(value).length
    return value
  })
  const written = text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/""\s*:/g)?.length ?? 0
  return written !== remaining
}

/** The file as rules between its parts read it. */
import * as z from 'zod'
import {describePath, type Problem} from './problem.ts'
import {configSchema} from './schema.ts'
import {describeSeen} from './seen.ts'
import {isMapping, stepInto} from './shape.ts'
import type {Path, YamlSource} from './yaml-source.ts'

/** A reader of single values, each valid by itself or not: a mistake elsewhere in the file hides none of them. */
export interface Facts {
  /** What stands there; undefined where nothing does. */
  raw(path: Path): unknown
  /** The value as the schema parses it, with its default; undefined where it is not valid by itself. */
  parsed(path: Path): unknown
  /** Items of a list or entries of a mapping; none for anything else. */
  entries(path: Path): readonly {readonly path: Path; readonly value: unknown}[]
  /** What is wrong at `path`, with what was seen there. */
  problem(path: Path, expected: string, hint?: string): Problem
  /** What is wrong with the name of the entry at `path`, whatever stands there. */
  nameProblem(path: Path, expected: string, hint: string): Problem
}

export function factsOf(source: YamlSource): Facts {
  const walk = (path: Path) => {
    let value = source.value
    let schema: unknown = configSchema
    for (const step of path) {
      schema = stepInto(schema, step, value)
      value = isMapping(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined
    }
    return {schema, value}
  }
  const raw = (path: Path) => walk(path).value
  return {
    raw,
    parsed: path => {
      const {schema, value} = walk(path)
      return schema instanceof z.ZodType ? schema.safeParse(value).data : undefined
    },
    entries: path => {
      const value = raw(path)
      if (Array.isArray(value)) return value.map((each, index) => ({path: [...path, index], value: each}))
      return isMapping(value) ? Object.entries(value).map(([key, each]) => ({path: [...path, key], value: each})) : []
    },
    problem: (path, expected, hint) => {
      const value = raw(path)
      return {
        path: describePath(path),
        ...source.place(path, value === undefined ? 'key' : 'value'),
        seen: describeSeen(value, path, source),
        expected,
        ...(hint === undefined ? {} : {hint}),
      }
    },
    nameProblem: (path, expected, hint) => ({
      path: describePath(path),
      ...source.place(path, 'key'),
      seen: `the name "${path.at(-1) ?? ''}"`,
      expected,
      hint,
    }),
  }
}

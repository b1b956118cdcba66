import {quote, type Rule} from '../observation.ts'

export const pathOutside: Rule = {
  id: 'archive-path-outside',
  title: 'A member leads out of the folder that it is unpacked to',
  means: 'runs',
  why: 'Whoever unpacks the archive writes where its author wants: over a start script, a key, a library.',
  remedy: 'Do not unpack it. Write the archive again with names inside of one folder.',
}

const oddName: Rule = {
  id: 'archive-odd-name',
  title: 'A member has a name that systems read differently',
  means: 'deceives',
  why: 'A name with a NUL ends there for some readers, and goes on for others.',
  remedy: 'Write the archive again with plain names.',
}

const foreignName: Rule = {
  id: 'archive-foreign-name',
  title: 'A member has a name that only some systems can write',
  means: 'look',
  why: 'It is one file on one system, and a path of several folders, or nothing, on another.',
  remedy: 'Write the archive again with plain names.',
}

export const nameRules: readonly Rule[] = [pathOutside, oddName, foreignName]

/** What is wrong with the name of a member, on any system that may unpack it. */
export function judgeName(name: string): readonly {readonly rule: Rule; readonly what: string}[] {
  const found = []
  const outside = outsideBy(name)
  if (outside !== null) found.push({rule: pathOutside, what: `The name ${quote(name)} ${outside}.`})
  if (name.includes('\0')) found.push({rule: oddName, what: `The name ${quote(name)} holds a NUL.`})
  else if (hasControls(name)) found.push({rule: foreignName, what: `The name ${quote(name)} holds control signs.`})
  else if (outside === null && name.includes('\\')) {
    found.push({rule: foreignName, what: `The name ${quote(name)} holds a backslash, which is a folder on Windows.`})
  } else if (name === '') found.push({rule: foreignName, what: 'A member has no name.'})
  return found
}

/** How a path leads out of the folder that it is meant for; null where it stays inside. */
export function outsideBy(name: string): string | null {
  if (/^[/\\]/.test(name)) return 'is absolute'
  if (/^[A-Za-z]:/.test(name)) return 'begins with a drive of Windows'
  let depth = 0
  for (const part of name.split(/[/\\]/)) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return 'leads out of the folder with ".."'
  }
  return null
}

function hasControls(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) < 32 || name.charCodeAt(at) === 127) return true
  return false
}

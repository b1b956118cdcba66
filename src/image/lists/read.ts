/** Lists that say more of a vulnerability than most scanners know: whether it is exploited, and how likely it will be. */
import {isFailure, UserError} from '../../core/failure.ts'
import {textOf} from '../../core/file-text.ts'
import type {Files} from '../../runtime/files.ts'
import {type EpssList, parseEpss} from './epss.ts'
import {type KnownExploitedList, parseKnownExploited} from './known-exploited.ts'
import {wrongList} from './refusal.ts'

export interface Lists {
  /** null: none is configured. */
  readonly knownExploited: KnownExploitedList | null
  readonly epss: EpssList | null
}

/** Paths, as `image` of the config names them. */
export interface ListPaths {
  readonly 'known-exploited'?: string | undefined
  readonly epss?: string | undefined
}

/** EPSS has some 15 MB, the catalogue 2 MB. */
const mostBytes = 128 * 1024 * 1024

/** @throws UserError `image/list-…` where a list that is configured cannot be read whole */
export async function readLists(paths: ListPaths, files: Pick<Files, 'open'>): Promise<Lists> {
  const {'known-exploited': knownExploited, epss} = paths
  return {
    knownExploited:
      knownExploited === undefined ? null : parseKnownExploited(await textIn(knownExploited, files), knownExploited),
    epss: epss === undefined ? null : parseEpss(await textIn(epss, files), epss),
  }
}

async function textIn(path: string, files: Pick<Files, 'open'>): Promise<string> {
  const found = textOf(await bytesOf(path, files), mostBytes)
  const again = 'Download it again.'
  switch (found.kind) {
    case 'text':
      return found.text
    case 'cut-off':
      throw wrongList('image/list-incomplete', `${path} is cut off: its gzip ends in the middle.`, again)
    case 'damaged':
      throw wrongList('image/list-malformed', `${path} is damaged: gzip says "${found.why}".`, again)
    case 'too-large':
      throw wrongList('image/list-malformed', `${path} has more than ${mostBytes} bytes: no list is as long.`, again)
    case 'not-text':
      throw wrongList('image/list-malformed', `${path} is ${found.what}.`, 'Expected text, as it is or packed by gzip.')
  }
}

async function bytesOf(path: string, files: Pick<Files, 'open'>): Promise<Uint8Array> {
  try {
    return await files.open(path, bytes => bytes.slice(0, Math.min(bytes.size, mostBytes + 1)))
  } catch (error) {
    if (!isFailure(error) || error.code !== 'file/not-found') throw error
    throw new UserError('image/list-missing', `There is no list at "${path}".`, {
      hint: 'Download it before this step, or take it out of slipway.yml; relative paths start at the working directory.',
      cause: error,
    })
  }
}

import {isFailure, UserError} from '../../core/failure.ts'
import {type FileText, textOf} from '../../core/file-text.ts'
import type {Files} from '../../runtime/files.ts'
import type {Scan} from '../scan.ts'
import {type Scans, scanIn, scansIn} from './read.ts'
import {readJson} from './report-text.ts'

/** Reports of the largest images have some 100 MB; V8 has no longer text than this. */
const mostBytes = 512 * 1024 * 1024

/**
 * The scan in a file, also packed by gzip.
 * @throws UserError `image/report-missing`, or as `parseReport`
 */
export async function openReport(path: string, files: Pick<Files, 'open' | 'isFolder'>): Promise<Scan> {
  return scanIn(await jsonIn(path, files), path)
}

/** As `openReport`, for reports that may have several platforms: a scan of Slipway as a baseline. */
export async function openScans(path: string, files: Pick<Files, 'open' | 'isFolder'>): Promise<Scans> {
  return scansIn(await jsonIn(path, files), path)
}

async function jsonIn(path: string, files: Pick<Files, 'open' | 'isFolder'>): Promise<unknown> {
  return readJson(await textIn(path, files), path)
}

async function textIn(path: string, files: Pick<Files, 'open' | 'isFolder'>): Promise<string> {
  if (await files.isFolder(path)) {
    throw new UserError('image/report-missing', `"${path}" is a folder, and a report is a file.`, {
      hint: 'Name the file in it.',
    })
  }
  const found = await decoded(path, files)
  switch (found.kind) {
    case 'text':
      return found.text
    case 'cut-off':
      throw new UserError('image/report-truncated', `${path} is cut off: its gzip ends in the middle.`, {
        hint: 'The tool or the copy was interrupted. Let the tool write the report again.',
      })
    case 'damaged':
      throw new UserError('image/report-truncated', `${path} is damaged: gzip says "${found.why}".`, {
        hint: 'Copy it again, as bytes and not as text.',
      })
    case 'too-large':
      throw new UserError('image/report-too-large', `${path} has more than ${mostBytes} bytes of text.`, {
        hint: 'Give one report for each platform.',
      })
    case 'not-text':
      throw new UserError('image/report-not-json', `${path} is ${found.what}, not JSON.`, {
        hint: 'Expected a report in JSON, as it is or packed by gzip.',
      })
  }
}

async function decoded(path: string, files: Pick<Files, 'open'>): Promise<FileText> {
  try {
    return await files.open(path, async bytes => {
      const own = new Uint8Array(Math.min(bytes.size, mostBytes + 1))
      const found = textOf(await bytes.slice(0, own.length, own), mostBytes)
      // Beside the text and what is made of it there is no room for a hundred megabytes that a collector may get to later.
      own.buffer.transfer(0)
      return found
    })
  } catch (error) {
    if (!isFailure(error) || error.code !== 'file/not-found') throw error
    throw new UserError('image/report-missing', `There is no report at "${path}".`, {
      hint: 'Let the tool write it before this step, for example `trivy image --format json --output <file> <image>`; relative paths start at the working directory.',
      cause: error,
    })
  }
}

import {readFileSync} from 'node:fs'
import * as path from 'node:path'
import {type Failure, isFailure} from '../../../src/core/failure.ts'
import {parseReport} from '../../../src/image/reports/read.ts'
import type {Scan} from '../../../src/image/scan.ts'

const folder = path.join(import.meta.dirname, '../../fixtures/reports')

export function fixture(name: string): string {
  return readFileSync(path.join(folder, name), 'utf8')
}

export function read(name: string): Scan {
  return parseReport(fixture(name), name)
}

export function parsed(json: unknown): Scan {
  return parseReport(JSON.stringify(json), 'report.json')
}

/** The failure of a call that has to fail. */
export function failureOf(call: () => unknown): Failure {
  try {
    call()
  } catch (error) {
    if (isFailure(error)) return error
    throw error
  }
  throw new Error('It did not fail.')
}

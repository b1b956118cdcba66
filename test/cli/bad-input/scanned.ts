/** Images, databases and scanners as a case needs them: a layout of a few files, and a program that answers what it is told. */
import {chmodSync} from 'node:fs'
import {buildImage, layoutFiles, type OciImage} from '../../fakes/oci-image.ts'
import type {World} from '../world.ts'
import type {Given} from './case.ts'

/** Four packages of Alpine would be in it; the scanner of these cases says so, and reads nothing. */
export const image: OciImage = buildImage([{'etc/os-release': 'ID=alpine\nVERSION_ID=3.23.3\n'}])

export function writeImage(world: World, change: (files: Map<string, Uint8Array>) => void = () => {}): string {
  const files = new Map<string, Uint8Array>(layoutFiles([{of: image}]))
  change(files)
  for (const [name, bytes] of files) world.write(`layout/${name}`, bytes)
  return world.file('layout')
}

/** The magic number of bbolt, where Trivy looks for it, and nothing else: the fake scanner does not read it. */
const header = Buffer.alloc(64)
header.writeUInt32LE(0xed0cdaed, 16)

export interface Database {
  readonly content?: Uint8Array
  /** Null: the file is not there. */
  readonly metadata?: string | null
}

const fresh = '{"Version": 2, "UpdatedAt": "2026-11-21T06:00:00Z"}'

export function writeDatabase(world: World, {content = header, metadata = fresh}: Database = {}): string {
  world.write('database/db/trivy.db', content)
  if (metadata !== null) world.write('database/db/metadata.json', metadata)
  return world.file('database')
}

/** Trivy's report of the image of release v2, as if the image were ours. */
export function reportOf(world: World, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const report = JSON.parse(world.read('releases/v2/image.json'))
  const Metadata = {...report.Metadata, ImageID: image.configDigest, RepoDigests: [], Reference: undefined}
  return {...report, Metadata, CreatedAt: '2026-11-21T23:00:00Z', ...change}
}

/** A program on PATH, and nothing beside it: `answer` is what it does when it is not asked for its version. */
export function installTool(world: World, name: 'trivy' | 'grype', version: string, answer: string): void {
  const said = name === 'trivy' ? `Version: ${version}` : `grype ${version}`
  world.write(`bin/${name}`, `#!/bin/sh\nif [ "$1" = "--version" ]; then echo "${said}"; exit 0; fi\n${answer}\n`)
  chmodSync(world.file(`bin/${name}`), 0o755)
  world.env.PATH = world.file('bin')
}

/** Trivy answers with this report. */
export function installTrivy(world: World, report: unknown = reportOf(world), version = '0.70.0'): void {
  world.write('bin/report.json', typeof report === 'string' ? report : JSON.stringify(report))
  installTool(world, 'trivy', version, `exec /bin/cat "${world.file('bin/report.json')}"`)
}

/** Everything is as it should be, but for what the case changes. */
export function scanned(change: (world: World) => void, ...argv: readonly string[]): Given {
  return world => {
    const [layout, database] = [writeImage(world), writeDatabase(world)]
    installTrivy(world)
    change(world)
    return ['scan', layout, '--scanner', 'trivy', '--database', database, ...argv]
  }
}

/** The image of the example, by its report, with more said in the config. */
export function judged(lines: string, files: Readonly<Record<string, string>> = {}, ...argv: readonly string[]): Given {
  return world => {
    for (const [name, text] of Object.entries(files)) world.write(name, text)
    world.configure('  scanner: report\n', `  scanner: report\n${lines.replaceAll('<folder>', world.folder)}\n`)
    return ['scan', ...argv]
  }
}

/** Root file systems that a scanner recognises: the package databases of Alpine, of Python and of Node. */
import type {RootFileSystem} from './oci-image.ts'

export interface ApkPackage {
  readonly name: string
  readonly version: string
  /** Source package, where it has another name. */
  readonly origin?: string
  readonly license: string
}

/** An Alpine base: its release file and its package database (`apk` v2 format, one stanza for each package). */
export function alpine(release: string, packages: readonly ApkPackage[]): RootFileSystem {
  return {
    'etc/alpine-release': `${release}\n`,
    'etc/os-release': `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${release}\nPRETTY_NAME="Alpine Linux"\n`,
    'lib/apk/db/installed': packages
      .map(
        ({name, version, origin = name, license}) =>
          `P:${name}\nV:${version}\nA:x86_64\nS:1\nI:1\nT:${name}\nL:${license}\no:${origin}\n\n`,
      )
      .join(''),
  }
}

/** Installed Python distributions: a METADATA file each, as pip writes them. */
export function pythonPackages(packages: Readonly<Record<string, string>>): RootFileSystem {
  return Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [
      `usr/lib/python3.12/site-packages/${name}-${version}.dist-info/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nLicense: MIT\n`,
    ]),
  )
}

/** Installed Node packages: a package.json each, below the application's node_modules. */
export function nodePackages(packages: Readonly<Record<string, string>>): RootFileSystem {
  return Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [
      `app/node_modules/${name}/package.json`,
      `${JSON.stringify({name, version, license: 'MIT'})}\n`,
    ]),
  )
}

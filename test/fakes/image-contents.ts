/** Root file systems that a scanner recognises: the package databases of Alpine and Debian, of Python and of Node; Java archives. */
import {crc32} from 'node:zlib'
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

export interface DebPackage {
  readonly name: string
  readonly version: string
  /** Source package, where it has another name. */
  readonly source?: string
}

/** A Debian base: its release files and its package database (dpkg(1), `/var/lib/dpkg/status`). */
export function debian(release: string, packages: readonly DebPackage[]): RootFileSystem {
  const major = release.split('.')[0] ?? release
  return {
    'etc/debian_version': `${release}\n`,
    'etc/os-release': `PRETTY_NAME="Debian GNU/Linux ${major}"\nNAME="Debian GNU/Linux"\nVERSION_ID="${major}"\nID=debian\n`,
    'var/lib/dpkg/status': packages
      .map(({name, version, source}) =>
        [
          `Package: ${name}`,
          'Status: install ok installed',
          'Priority: optional',
          'Section: libs',
          'Maintainer: Debian <maintainer@example.org>',
          'Architecture: amd64',
          ...(source === undefined ? [] : [`Source: ${source}`]),
          `Version: ${version}`,
          'Description: a package',
          '',
        ].join('\n'),
      )
      .join('\n'),
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

/** A Java archive as Maven builds it: it says itself which artifact it is (`META-INF/maven/…/pom.properties`). */
export function javaArchive(path: string, group: string, artifact: string, version: string): RootFileSystem {
  return {
    [path]: zipOf({
      'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\nImplementation-Title: ${artifact}\nImplementation-Version: ${version}\n`,
      [`META-INF/maven/${group}/${artifact}/pom.properties`]: `version=${version}\ngroupId=${group}\nartifactId=${artifact}\n`,
    }),
  }
}

/** A ZIP archive (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16) of stored files, with all times zero. */
function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const head = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), bytes])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    local.push(head)
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common, rest, Buffer.from(name)]))
    offset += head.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 0)
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

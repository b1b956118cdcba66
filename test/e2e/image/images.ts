/** The images of these suites: an old Alpine with Python and Node, a Debian, and Java without an operating system. */
import {alpine, debian, javaArchive, nodePackages, pythonPackages} from '../../fakes/image-contents.ts'
import {buildImage, type ImageDetails, type OciImage} from '../../fakes/oci-image.ts'

/** So that nothing but packages is found in them. */
const careful: ImageDetails = {
  user: '10001',
  annotations: {'org.opencontainers.image.base.name': 'registry.example.com/base:1'},
}

/** Its security updates ended on 2025-05-09 (alpinelinux.org/releases). */
export function oldAlpine(details: ImageDetails = {}): OciImage {
  const packages = [
    {name: 'musl', version: '1.2.4-r0', license: 'MIT'},
    {name: 'busybox', version: '1.36.1-r0', license: 'GPL-2.0-only'},
    {name: 'ssl_client', version: '1.36.1-r0', origin: 'busybox', license: 'GPL-2.0-only'},
    {name: 'zlib', version: '1.2.13-r1', license: 'Zlib'},
  ]
  const python = pythonPackages({h11: '0.14.0', requests: '2.32.3', uvicorn: '0.35.0'})
  return build([alpine('3.18.2', packages), {...python, ...nodePackages({'brace-expansion': '2.0.1'})}], details)
}

export function currentAlpine(details: ImageDetails = {}): OciImage {
  const packages = [
    {name: 'musl', version: '1.2.5-r23', license: 'MIT'},
    {name: 'busybox', version: '1.37.0-r30', license: 'GPL-2.0-only'},
    {name: 'zlib', version: '1.3.2-r0', license: 'Zlib'},
  ]
  return build([alpine('3.23.3', packages), pythonPackages({h11: '0.16.0'})], details)
}

export function bookworm(): OciImage {
  return build([
    debian('12.5', [
      {name: 'libc6', version: '2.36-9+deb12u4', source: 'glibc'},
      {name: 'libssl3', version: '3.0.13-1~deb12u1', source: 'openssl'},
      {name: 'zlib1g', version: '1:1.2.13.dfsg-1', source: 'zlib'},
    ]),
    pythonPackages({h11: '0.14.0'}),
  ])
}

export function javaService(): OciImage {
  return build([
    javaArchive('app/lib/log4j-core-2.14.1.jar', 'org.apache.logging.log4j', 'log4j-core', '2.14.1'),
    nodePackages({'brace-expansion': '2.0.1'}),
  ])
}

export function build(layers: Parameters<typeof buildImage>[0], details: ImageDetails = {}): OciImage {
  return buildImage(layers, {}, {...careful, ...details})
}

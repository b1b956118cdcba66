/** The images that scripts/record-image-reports.ts had Trivy scan: one for each release of the example, one for tests. */
import {type ApkPackage, alpine, nodePackages, pythonPackages} from './image-contents.ts'
import {buildImage, type OciImage} from './oci-image.ts'

/** The base of most releases: Alpine 3.23 with its security updates of spring 2026. */
const currentBase: readonly ApkPackage[] = [
  {name: 'musl', version: '1.2.5-r23', license: 'MIT'},
  {name: 'busybox', version: '1.37.0-r30', license: 'GPL-2.0-only'},
  {name: 'ssl_client', version: '1.37.0-r30', origin: 'busybox', license: 'GPL-2.0-only'},
  {name: 'zlib', version: '1.3.2-r0', license: 'Zlib'},
]

/** The base that somebody pinned in 2023 and forgot: Alpine 3.18.2, before busybox 1.36.1-r1. */
const forgottenBase: readonly ApkPackage[] = [
  {name: 'musl', version: '1.2.4-r0', license: 'MIT'},
  {name: 'busybox', version: '1.36.1-r0', license: 'GPL-2.0-only'},
  {name: 'ssl_client', version: '1.36.1-r0', origin: 'busybox', license: 'GPL-2.0-only'},
  {name: 'zlib', version: '1.2.13-r1', license: 'Zlib'},
]

/** Releases of examples/credit that have an image. */
export const releases = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7'] as const

export function imageOfRelease(release: (typeof releases)[number]): OciImage {
  const base = release === 'v5' ? alpine('3.18.2', forgottenBase) : alpine('3.23.3', currentBase)
  const dependencies = nodePackages({'brace-expansion': '2.0.1', minimatch: '9.0.5'})
  const service = {'app/RELEASE': `${release}\n`}
  return buildImage([base, dependencies, service], {'org.opencontainers.image.version': release})
}

/** An old base with Python on top: findings of the operating system and of a language, from low to critical. */
export function mixedImage(): OciImage {
  const python = pythonPackages({h11: '0.14.0', requests: '2.32.3', uvicorn: '0.35.0'})
  return buildImage([alpine('3.18.2', forgottenBase), {...python, ...nodePackages({'brace-expansion': '2.0.1'})}])
}

/**
 * One of each kind of flaw beside vulnerabilities: keys in a file and in a label, and a Dockerfile that somebody left in
 * the image. The keys are made up, and put together here so that no scanner of this repository takes them for real.
 */
export function flawedImage(): OciImage {
  const awsKey = `AKIA${'QYLPMN5HHHFPZAM2'}`
  const githubToken = `ghp_${'016C7Z8a9b0c1d2e3f4g5h6i7j8k9l0m1n2o'}`
  return buildImage(
    [
      alpine('3.18.2', forgottenBase),
      {
        ...pythonPackages({h11: '0.14.0'}),
        'app/settings.env': `LOG_LEVEL=info\nAWS_ACCESS_KEY_ID=${awsKey}\n\nGITHUB_TOKEN=${githubToken}\n`,
        'app/Dockerfile': 'FROM alpine\nRUN apk add curl\n',
      },
    ],
    {'com.example.build-key': `AWS_ACCESS_KEY_ID=${awsKey}`},
  )
}

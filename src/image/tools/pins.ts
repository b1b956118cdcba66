/**
 * Which releases of the scanners may be downloaded, and the sha256 of their archives: exactly these bytes, or nothing.
 *
 * Each sum was taken from public repositories that pin the same archive (Bazel toolchains, installers, CI scripts, aqua
 * checksums), and stands here only where at least two that do not depend on each other agree. Whoever adds a release
 * compares with the project's signed checksums file as well: `trivy_<version>_checksums.txt` with its Sigstore bundle,
 * `grype_<version>_checksums.txt` with `.pem` and `.sig`. Not the newest release: one that has been looked at for some weeks.
 */

export const toolNames = ['trivy', 'grype'] as const
export type ToolName = (typeof toolNames)[number]

/** The archive of one release for one kind of machine. */
export interface Pin {
  readonly url: string
  /** Of the archive, 64 hex digits. */
  readonly sha256: string
}

/** One release. Machines are `<system>/<processor>` in Node's words: `linux/x64`. */
export interface Release {
  readonly version: string
  readonly machines: ReadonlyMap<string, Pin>
}

/** Newest release first: the first one is what is taken where no version is asked for. */
export type Pins = Readonly<Record<ToolName, readonly Release[]>>

/** Sums by machine. Windows is not among them: its archives are ZIP files, which are not unpacked here. */
interface Sums {
  readonly 'linux/x64': string
  readonly 'linux/arm64': string
  readonly 'darwin/x64': string
  readonly 'darwin/arm64': string
}

const trivyNames = {
  'linux/x64': 'Linux-64bit',
  'linux/arm64': 'Linux-ARM64',
  'darwin/x64': 'macOS-64bit',
  'darwin/arm64': 'macOS-ARM64',
} as const satisfies Sums

const grypeNames = {
  'linux/x64': 'linux_amd64',
  'linux/arm64': 'linux_arm64',
  'darwin/x64': 'darwin_amd64',
  'darwin/arm64': 'darwin_arm64',
} as const satisfies Sums

const machines = ['linux/x64', 'linux/arm64', 'darwin/x64', 'darwin/arm64'] as const

function release(version: string, sums: Sums, url: (machine: keyof Sums) => string): Release {
  return {version, machines: new Map(machines.map(each => [each, {url: url(each), sha256: sums[each]}]))}
}

function trivy(version: string, sums: Sums): Release {
  const page = `https://github.com/aquasecurity/trivy/releases/download/v${version}`
  return release(version, sums, machine => `${page}/trivy_${version}_${trivyNames[machine]}.tar.gz`)
}

function grype(version: string, sums: Sums): Release {
  const page = `https://github.com/anchore/grype/releases/download/v${version}`
  return release(version, sums, machine => `${page}/grype_${version}_${grypeNames[machine]}.tar.gz`)
}

export const pins: Pins = {
  trivy: [
    trivy('0.74.0', {
      'linux/x64': '2ae6fe3ee734b7fdf11335663e18c75ea12dccc76062f09f164a3b0f8be4371a',
      'linux/arm64': 'b94ce1976bbf3c15b514b605ee88be7c6d94a29be2302847ff01cb794d47aad5',
      'darwin/x64': '472816f6888dda689d075c30254d4210b4d1035acf365aa72332f584c2f60485',
      'darwin/arm64': '1caada5e0e2091909357c7525d3aa76f4b660b13821bc143b190c7483e31cc11',
    }),
    trivy('0.72.0', {
      'linux/x64': 'bbb64b9695866ce4a7a8f5c9592002c5961cab378577fa3f8a040df362b9b2ea',
      'linux/arm64': '2ca2c023109c2db6b2b77366b6717291452d4531167377d95c79547f0c8e3467',
      'darwin/x64': 'ee5e60df8a98e5b89fd74a6d86f9e5c7e9a266a35002cb1e43291698b3bfee08',
      'darwin/arm64': '88f208680dc05da2b459e19b4f5aa2b4dc7c2117892ba4aab2ae63baba330016',
    }),
    trivy('0.70.0', {
      'linux/x64': '8b4376d5d6befe5c24d503f10ff136d9e0c49f9127a4279fd110b727929a5aa9',
      'linux/arm64': '2f6bb988b553a1bbac6bdd1ce890f5e412439564e17522b88a4541b4f364fc8d',
      'darwin/x64': '52d531452b19e7593da29366007d02a810e1e0080d02f9cf6a1afb46c35aaa93',
      'darwin/arm64': '68e543c51dcc96e1c344053a4fde9660cf602c25565d9f09dc17dd41e13b838a',
    }),
    trivy('0.69.3', {
      'linux/x64': '1816b632dfe529869c740c0913e36bd1629cb7688bd5634f4a858c1d57c88b75',
      'linux/arm64': '7e3924a974e912e57b4a99f65ece7931f8079584dae12eb7845024f97087bdfd',
      'darwin/x64': 'fec4a9f7569b624dd9d044fca019e5da69e032700edbb1d7318972c448ec2f4e',
      'darwin/arm64': 'a2f2179afd4f8bb265ca3c7aefb56a666bc4a9a411663bc0f22c3549fbc643a5',
    }),
  ],
  grype: [
    grype('0.119.0', {
      'linux/x64': '3fa2dc4b924621ab65404cf08d0b8438d896d80ab949c9d5a4ca283c36004c9b',
      'linux/arm64': '29f0ec7c549ddb0e2b6a0ca714851f7399438afc399b80c12808e065edc9a8f8',
      'darwin/x64': 'ea106d3ab9573d654871ad9e3e89be2237506ff3f8c170e5aeacb59da4def2b8',
      'darwin/arm64': '500c9b2b6c089d21481815f57a553fabbd441ec7d1e79d95e3aaf40c3bfc7e36',
    }),
    grype('0.111.0', {
      'linux/x64': '18ed2048d7a233566b681121d4632364f5f25d72cca86acc4c7ac57210d78a87',
      'linux/arm64': '1a8b9bd691ce274e44056e7572cdf8c6970bdf9ec694001f7b4b17962b121b43',
      'darwin/x64': '8fefd00f6ddd6407275be31b228089820e91c7a8cd2d046e877601773ac5062f',
      'darwin/arm64': '62d005a1e36ac7ec0b7be801ebc8eab0053fd831a227e1dc8ea9c356d38fa361',
    }),
  ],
}

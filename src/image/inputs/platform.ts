/**
 * Names of platforms as container runtimes write and compare them: `linux/amd64`, `linux/arm/v7` (OCI image spec 1.1,
 * "image-index.md"; spellings as in `platforms.Normalize` of containerd).
 */

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant: string
}

/** `x86_64` is `amd64`, `arm64/v8` is `arm64`, `arm` is `arm/v7`: different spellings are no different platforms. */
export function platformName({os, architecture, variant}: Platform): string {
  const [machine, kind] = machineOf(architecture.toLowerCase(), variant.toLowerCase())
  const system = os.toLowerCase()
  return [system === 'macos' ? 'darwin' : system, machine, ...(kind === '' ? [] : [kind])].join('/')
}

/** Names end up in reports, categories and paths: what comes from outside has only the signs that platforms have. */
export function isPlatformName(name: string): boolean {
  return /^[a-z0-9]{1,32}\/[a-z0-9_]{1,32}(\/[a-z0-9.]{1,32})?$/.test(name)
}

/** BuildKit's mark of what is no image, so that no runtime ever picks it. */
export const noPlatform = 'unknown/unknown'

function machineOf(architecture: string, variant: string): readonly [string, string] {
  switch (architecture) {
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant]
    case 'i386':
    case '386':
      return ['386', '']
    case 'aarch64':
    case 'arm64':
      return ['arm64', variant === '8' || variant === 'v8' ? '' : variant]
    case 'armhf':
      return ['arm', 'v7']
    case 'armel':
      return ['arm', 'v6']
    case 'arm':
      return ['arm', variant === '' ? 'v7' : /^[5-8]$/.test(variant) ? `v${variant}` : variant]
    // The one switch here without an end: an architecture that nobody knows yet has one spelling only.
    default:
      return [architecture, variant]
  }
}

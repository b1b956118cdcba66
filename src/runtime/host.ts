/** Which machine this is, in the words of Node: programs are made for one system and one kind of processor. */
export interface Host {
  /** `linux`, `darwin`, `win32` */
  readonly system: string
  /** `x64`, `arm64` */
  readonly processor: string
}

export const systemHost: Host = {system: process.platform, processor: process.arch}

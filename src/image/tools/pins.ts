/** Which releases of the scanners may be downloaded, and what their archives weigh: exactly these bytes, or nothing. */

export const toolNames = ['trivy', 'grype'] as const
export type ToolName = (typeof toolNames)[number]

/** The archive of one release for one kind of machine. */
export interface Pin {
  readonly url: string
  /** Of the archive, 64 hex digits. */
  readonly sha256: string
}

/** Newest release first. Machines are `<system>/<processor>` in Node's words: `linux/x64`. */
export type Pins = Readonly<Record<ToolName, readonly {version: string; machines: Readonly<Record<string, Pin>>}[]>>

export const pins: Pins = {trivy: [], grype: []}

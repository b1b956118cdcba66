import type {Descriptor} from './manifest.ts'

/** Where the parts of images lie: a registry, a folder, an archive. What it answers has the digest that was asked for. */
export interface Content {
  /** For messages: `registry.example.com/credit`, `./image`. */
  readonly place: string
  /**
   * The text of a manifest or an index, and the media type that the place itself gives it, if any.
   * @param of for messages, whose part it is: `linux/arm64`
   */
  manifest(descriptor: Descriptor, of: string): Promise<{readonly text: string; readonly mediaType: string}>
  config(descriptor: Descriptor, of: string): Promise<string>
  /** That a layer is there, with the bytes that its digest promises. Registries leave that to whoever downloads it. */
  checkLayer(descriptor: Descriptor, of: string): Promise<void>
}

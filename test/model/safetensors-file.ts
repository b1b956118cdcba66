/** A safetensors file from a header, for tests: the header as given, then zeros. */
export function safetensorsFile(header: unknown, bufferBytes: number): Uint8Array {
  return safetensorsOf(JSON.stringify(header), bufferBytes)
}

/** The same from the text of a header, which need not be JSON. */
export function safetensorsOf(header: string, bufferBytes: number, claimedLength?: number): Uint8Array {
  const text = new TextEncoder().encode(header)
  const file = new Uint8Array(8 + text.length + bufferBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(claimedLength ?? text.length), true)
  file.set(text, 8)
  return file
}

/** Two F32 weights, 2 x 2 and 2: 24 bytes. */
export const weights = safetensorsFile(
  {
    __metadata__: {format: 'pt'},
    'layer.weight': {dtype: 'F32', shape: [2, 2], data_offsets: [0, 16]},
    'layer.bias': {dtype: 'F32', shape: [2], data_offsets: [16, 24]},
  },
  24,
)

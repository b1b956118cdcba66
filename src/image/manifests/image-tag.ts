/** Named by its digest: whatever becomes of the tag, these are the bytes. */
export function isDigested(image: string): boolean {
  return /@sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(image)
}

/** Without a tag, or with `latest`: whatever is newest. */
export function isLatest(image: string): boolean {
  const tag = tagOf(image)
  return tag === '' || tag === 'latest'
}

/** The tag follows the last colon after the last slash: a colon before that belongs to the registry's port. */
export function tagOf(image: string): string {
  const [name = ''] = image.slice(image.lastIndexOf('/') + 1).split('@', 1)
  const colon = name.indexOf(':')
  return colon === -1 ? '' : name.slice(colon + 1)
}

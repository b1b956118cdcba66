/** Percent-encoding taken away (RFC 3986, §2.1). What only looks like it, as `100%.yaml`, is part of the name and stays. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

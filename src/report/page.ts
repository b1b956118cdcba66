const longestAddress = 2000

/** An address as a browser reads it; null for what is none, leads elsewhere than to a page, or is longer than any of a page. */
export function pageOf(url: string | undefined): string | null {
  if (url === undefined || url.length > longestAddress || !URL.canParse(url)) return null
  const parsed = new URL(url)
  const isPage = parsed.protocol === 'https:' || parsed.protocol === 'http:'
  // Parentheses and brackets would end a link in Markdown.
  return isPage ? parsed.href.replace(/[()[\]]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`) : null
}

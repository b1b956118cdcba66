/** An address as a browser reads it; null for what is none, or leads elsewhere than to a page. */
export function pageOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null
  const parsed = new URL(url)
  const isPage = parsed.protocol === 'https:' || parsed.protocol === 'http:'
  // Parentheses and brackets would end a link in Markdown.
  return isPage ? parsed.href.replace(/[()[\]]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`) : null
}

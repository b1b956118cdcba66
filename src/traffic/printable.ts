/**
 * What a program said, on one line and without what a terminal or a workflow's log would take for a command. Its end is kept,
 * because there stands why it stopped: enough to understand, too little to drown in.
 */
export function printable(text: string, maxLength: number): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
  return line.length > maxLength ? `…${line.slice(-maxLength)}` : line
}

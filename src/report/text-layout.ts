/** Lines of plain text: columns that align and paragraphs that wrap. Widths count code points, without combining marks. */

/** Columns padded to their widest cell and separated by two spaces; an empty column takes no room. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  alignments: readonly ('left' | 'right' | undefined)[],
): readonly string[] {
  const widths = alignments.map((_, index) => largest(rows, row => widthOf(row[index] ?? '')))
  return rows.map(row =>
    widths
      .flatMap((width, index) => (width === 0 ? [] : pad(row[index] ?? '', width, alignments[index])))
      .join('  ')
      .trimEnd(),
  )
}

/** The largest of the sizes of some things; 0 of none. Of any number of them: a call takes only so many arguments. */
export function largest<T>(things: readonly T[], sizeOf: (thing: T) => number): number {
  return things.reduce((most, thing) => Math.max(most, sizeOf(thing)), 0)
}

/** Breaks at spaces so that lines are at most `width` wide; a longer word stays whole, so that it can be copied. */
export function wrap(text: string, width: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line].join('\n')
}

export function indent(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : rest}${line}`.trimEnd())
    .join('\n')
}

function pad(text: string, width: number, align: 'left' | 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? space + text : text + space
}

function widthOf(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length
}

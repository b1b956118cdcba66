/**
 * Text from outside (package names, titles, log lines) made harmless for the place where it is shown. It shall look as
 * it is and do nothing: no markup, no links, no mentions, no terminal control.
 */
import {stripVTControlCharacters} from 'node:util'

/**
 * What must not reach Markdown as it is, in order of precedence: a short code span, which may stay; signs with which
 * markup, tables or mathematics could begin; names and numbers that GitHub turns into notices and links; starts of
 * addresses; and signs that mean something only at the start of a line.
 */
const special = new RegExp(
  [
    /(?<!`)`(?<code>[\w./:=%+, -]*[\w/%])`(?!`)/u,
    /(?<structure>[&<>|`\\*[\]~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}]))/u,
    /(?<notice>@(?=[\p{L}\p{N}])|#(?=\d)|\b[Gg][Hh]-(?=\d))/u,
    /(?<address>:(?=\/\/)|(?<=\b[Ww]{3})\.)/u,
    /(?<start>^[#+-](?=[\s#-]|$)|(?<=^\d+)[.)](?=\s|$))/u,
  ]
    .map(part => part.source)
    .join('|'),
  'gu',
)

/**
 * One line of Markdown that shows `text` and does nothing else. Structure is written as character references, which can
 * never be structure themselves (CommonMark 0.31, section 2.5). A mention is made from the rendered text, so there a
 * zero-width space stands after its first sign.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(special, (sign, ...rest) => {
    const groups: unknown = rest.at(-1)
    if (has(groups, 'code')) return sign
    return has(groups, 'notice') ? `${sign}&#8203;` : reference(sign)
  })
}

function has(groups: unknown, name: string): boolean {
  return typeof groups === 'object' && groups !== null && Reflect.get(groups, name) !== undefined
}

/** Code in a line: reason codes, versions, digests. Text that a code span cannot hold safely is shown as plain text. */
export function codeSpan(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? `\`${text}\`` : escapeMarkdown(text)
}

/** A block of code whose fence is longer than any run of backticks in it, so that the text cannot end it. */
export function codeFence(text: string): {fence: string; lines: readonly string[]} {
  const clean = withoutControl(text)
  const runs = clean.match(/`+/g) ?? []
  const longest = runs.reduce((length, run) => Math.max(length, run.length), 2)
  return {fence: '`'.repeat(longest + 1), lines: clean.split('\n')}
}

/** Text for a terminal: lines stay, everything that would steer the terminal goes. */
export function escapeTerminal(text: string): string {
  return withoutControl(text)
}

/**
 * Lines of which none is a workflow command. The runner reads commands from each line of a step's output that begins with
 * `::` or holds `##[` (actions/runner, ActionCommand.cs).
 */
export function withoutWorkflowCommands(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(line => line.replace(/^([\s\u0085]*)::/, '$1: :').replaceAll('##[', '# #['))
    .join('\n')
}

/** Text on one line, harmless for a terminal. */
export function oneLine(text: string): string {
  return withoutControl(text).replace(/\s+/g, ' ').trim()
}

// Escape sequences go first, with their parameters; then every control character that is left, and the signs that
// reorder text, which make a line read as what it is not (Unicode UTS #55), and those that nobody sees and programs read (tags).
const controls =
  /(?!\n)\p{Cc}|[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\u2028\u2029\uFEFF\u{E0000}-\u{E007F}]|\p{Cs}/gu

function withoutControl(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(controls, sign => (sign === '\u2028' || sign === '\u2029' ? '\n' : ''))
}

/** A sign as a character reference, which can never be structure itself. */
export function reference(sign: string): string {
  switch (sign) {
    case '&':
      return '&amp;'
    case '<':
      return '&lt;'
    case '>':
      return '&gt;'
    case '"':
      return '&quot;'
    default:
      return `&#${sign.codePointAt(0)};`
  }
}

import {formatCount} from '../../../core/quantity.ts'
import {quote} from '../observation.ts'
import {printable} from './imports.ts'
import {Container, type ContainerKind, Float, Imported, Made, Octets, Outside, Uncopied, type Value} from './value.ts'

const maxSigns = 120
const maxDepth = 4
const maxItems = 8

/** The arguments of a call as a person would write them: `"curl http://…", 1, (2, None)`; cut at about 120 signs. */
export function showArguments(args: Value): string {
  const writer = new Writer()
  if (args instanceof Container && args.kind === 'tuple') writer.items(args, 0)
  else writer.write(args, 0)
  return writer.text
}

/** A value as a person would write it, cut. */
export function show(value: Value): string {
  const writer = new Writer()
  writer.write(value, 0)
  return writer.text
}

/** Ends early: each step looks whether there is room left, so that no reference is followed for nothing. */
class Writer {
  text = ''

  write(value: Value, depth: number): void {
    if (this.text.length > maxSigns) return
    this.text += this.#scalar(value) ?? ''
    if (value instanceof Container) this.#container(value, depth)
    else if (value instanceof Made) this.#made(value, depth)
  }

  items({kind, items, count}: Container, depth: number): void {
    const step = kind === 'dict' ? 2 : 1
    let shown = 0
    for (let index = 0; index < items.length && shown < maxItems && this.text.length <= maxSigns; index += step) {
      if (shown > 0) this.text += ', '
      this.write(items[index] ?? null, depth)
      if (kind === 'dict') {
        this.text += ': '
        this.write(items[index + 1] ?? null, depth)
      }
      shown++
    }
    const more = Math.ceil(count / step - shown)
    if (more <= 0) return
    // Of a large pickle, what a container holds is not always kept.
    if (shown === 0) this.text += `… ${formatCount(more)} ${more === 1 ? 'value' : 'values'}`
    else this.text += `, … ${formatCount(more)} more`
  }

  #scalar(value: Value): string | null {
    if (value === null) return 'None'
    if (value === true) return 'True'
    if (value === false) return 'False'
    if (typeof value === 'number') return String(value)
    if (typeof value === 'bigint') return value > -(10n ** 40n) && value < 10n ** 40n ? String(value) : '<long integer>'
    if (typeof value === 'string') return quote(value, Math.max(16, maxSigns - this.text.length))
    if (value instanceof Float) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
    if (value instanceof Uncopied) return value.what === 'text' ? `${quote(value.head, 40)}` : '<long integer>'
    if (value instanceof Octets) return `${value.kind === 'bytes' ? 'b' : 'bytearray b'}${quote(value.head, 40)}`
    if (value instanceof Imported) return `${printable(value.name.module)}.${printable(value.name.name)}`
    if (value instanceof Outside) return `<${value.from}>`
    return null
  }

  #container(value: Container, depth: number): void {
    const [open, close] = brackets[value.kind]
    this.text += open
    if (depth >= maxDepth) this.text += value.count === 0 ? '' : '…'
    else this.items(value, depth + 1)
    this.text += value.kind === 'tuple' && value.count === 1 ? `,${close}` : close
  }

  #made({by, args}: Made, depth: number): void {
    if (by instanceof Made) this.text += '<object>'
    else this.write(by, depth)
    this.text += '('
    if (depth >= maxDepth) this.text += '…'
    else if (args instanceof Container && args.kind === 'tuple') this.items(args, depth + 1)
    else this.write(args, depth + 1)
    this.text += ')'
  }
}

const brackets: Readonly<Record<ContainerKind, readonly [open: string, close: string]>> = {
  tuple: ['(', ')'],
  list: ['[', ']'],
  dict: ['{', '}'],
  set: ['{', '}'],
  frozenset: ['frozenset({', '})'],
}

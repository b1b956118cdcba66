/** What each column of an expression must hold: told by what it is compared with and what is computed from it. */
import type {ColumnUse} from './expression.ts'
import type {Syntax} from './syntax.ts'
import {type ExpressionError, errorAt} from './tokens.ts'

/** Two columns that are compared with each other must hold the same; `ordered` by < or >. */
interface Link {
  readonly left: string
  readonly right: string
  readonly at: number
  readonly ordered: boolean
}

type Known = Exclude<ColumnUse, 'text' | 'any'>

interface Found {
  /** Null as long as it is only compared with other columns, or asked whether it is missing. */
  use: Known | null
  compared: boolean
}

export function columnKinds(root: Syntax): ReadonlyMap<string, ColumnUse> | ExpressionError {
  const found = new Map<string, Found>()
  const links: Link[] = []
  const conflict = root.kind === 'column' ? use(root, 'number') : visit(root)
  const unlike = conflict ?? settleLinks()
  if (unlike) return unlike
  return new Map([...found].map(([name, {use, compared}]) => [name, use ?? (compared ? 'any' : 'text')]))

  function visit(node: Syntax): ExpressionError | null {
    switch (node.kind) {
      case 'number':
      case 'text':
      case 'column':
        return null
      case 'negative':
        return number(node.of)
      case 'arithmetic':
        return number(node.left) ?? number(node.right)
      case 'call': {
        const [first, ...others] = node.of
        const head = first && (node.name === 'if' ? visit(first) : number(first))
        return others.reduce((before, each) => before ?? number(each), head ?? null)
      }
      case 'comparison':
        return comparison(node)
      case 'in':
        return node.of.kind === 'column'
          ? use(node.of, typeof node.among[0] === 'string' ? 'category' : 'number')
          : visit(node.of)
      case 'missing':
        return node.of.kind === 'column' ? use(node.of, null) : visit(node.of)
      case 'not':
        return visit(node.of)
      case 'and':
      case 'or':
        return visit(node.left) ?? visit(node.right)
    }
  }

  function number(node: Syntax): ExpressionError | null {
    return node.kind === 'column' ? use(node, 'number') : visit(node)
  }

  function comparison({left, right, sign, at}: Extract<Syntax, {kind: 'comparison'}>): ExpressionError | null {
    const ordered = sign !== '==' && sign !== '!='
    if (left.kind === 'column' && right.kind === 'column') {
      links.push({left: left.name, right: right.name, at, ordered})
      return use(left, null, true) ?? use(right, null, true)
    }
    const ofText = ordered ? 'instant' : 'category'
    if (left.kind === 'column') return use(left, right.kind === 'text' ? ofText : 'number') ?? visit(right)
    if (right.kind === 'column') return visit(left) ?? use(right, left.kind === 'text' ? ofText : 'number')
    return visit(left) ?? visit(right)
  }

  function use(
    {name, at}: Extract<Syntax, {kind: 'column'}>,
    wanted: Found['use'],
    compared = wanted !== null,
  ): ExpressionError | null {
    const before = found.get(name) ?? {use: null, compared: false}
    found.set(name, {use: before.use ?? wanted, compared: before.compared || compared})
    if (wanted === null || before.use === null || before.use === wanted) return null
    return errorAt(at, `the column "${name}" is ${words[wanted]} here, and ${words[before.use]} elsewhere`)
  }

  /** Until nothing more is learned; a pair of which nothing is known holds numbers where it is ordered, else anything. */
  function settleLinks(): ExpressionError | null {
    for (const ordered of [false, true]) {
      for (let learned = true; learned; ) {
        learned = false
        for (const {left, right, at, ...link} of links) {
          const known = found.get(left)?.use ?? found.get(right)?.use ?? (ordered && link.ordered ? 'number' : null)
          if (known === null) continue
          for (const name of [left, right]) {
            if (found.get(name)?.use === null) learned = true
            const conflict = use({kind: 'column', name, at}, known)
            if (conflict) return conflict
          }
          if (link.ordered && known === 'category') {
            return errorAt(at, `"${left}" and "${right}" are compared with texts elsewhere, and texts have no order`)
          }
        }
      }
    }
    return null
  }
}

const words: Readonly<Record<Known, string>> = {
  number: 'a number',
  category: 'a text',
  instant: 'a point in time',
}

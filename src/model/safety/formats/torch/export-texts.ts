/** What a text of an exported program does when torch evaluates it. */
export type Evaluation = 'arithmetic' | 'unknown name' | 'program'

/** Functions and constants of sympy and of `torch.utils._sympy.functions` that torch 2.15 writes into expressions. */
const arithmetic: ReadonlySet<string> = new Set(
  `Symbol Integer Rational Float Add Mul Pow Abs Max Min Mod PythonMod ModularIndexing FloorDiv CleanDiv CeilDiv
  CeilToInt FloorToInt TruncToInt TruncToFloat RoundToInt RoundDecimal IntTrueDiv FloatTrueDiv ToFloat Identity Where
  FloatPow PowByNatural LShift RShift BitwiseFn_bitwise_and BitwiseFn_bitwise_or BitwiseFn_bitwise_xor
  OpaqueUnaryFn_sqrt OpaqueUnaryFn_cos OpaqueUnaryFn_sin OpaqueUnaryFn_exp OpaqueUnaryFn_log OpaqueUnaryFn_log2
  Equality Unequality StrictLessThan LessThan StrictGreaterThan GreaterThan Eq Ne Lt Le Gt Ge And Or Not Xor
  Piecewise ExprCondPair Tuple floor ceiling sqrt exp log oo int_oo zoo Infinity NegativeInfinity IntInfinity
  NegativeIntInfinity true false BooleanTrue BooleanFalse True False positive negative nonnegative integer real
  finite nonzero commutative precision is evaluate`
    .trim()
    .split(/\s+/),
)

/** What guards ask of inputs: `L['x'].size()[0] == 3`. */
const guards: ReadonlySet<string> = new Set(
  `L self args size stride storage_offset dim ndim numel not and or is None True False ___check_type_id`.split(/\s+/),
)

const symbol = /^(?:[suz]|zuf|_)\d+$/

/** A size, as `expr_str`: sympy evaluates it. */
export function evaluateExpression(text: string): Evaluation {
  const names = namesIn(text, {text: /'[A-Za-z_]\w*'/y, attributes: false, signs: '()+-*/,=<>&|~!'})
  return names === null ? 'program' : judged(names, name => arithmetic.has(name) || symbol.test(name))
}

/** A condition on the inputs, which becomes a line of Python. */
export function evaluateGuard(text: string): Evaluation {
  const names = namesIn(text, {text: /(?:'[^'\\\n]*'|"[^"\\\n]*")/y, attributes: true, signs: '()[]+-*/%,=<>!'})
  return names === null
    ? 'program'
    : judged(names, name => guards.has(name) || arithmetic.has(name) || symbol.test(name))
}

function judged(names: readonly string[], isKnown: (name: string) => boolean): Evaluation {
  if (names.some(name => name.startsWith('__'))) return 'program'
  return names.every(isKnown) ? 'arithmetic' : 'unknown name'
}

interface Grammar {
  readonly text: RegExp
  readonly attributes: boolean
  readonly signs: string
}

/** The names in a text of numbers, names, quoted texts and signs; null where there is anything else. */
function namesIn(text: string, grammar: Grammar): readonly string[] | null {
  const names: string[] = []
  const name = /[A-Za-z_]\w*/y
  const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
  for (let at = 0; at < text.length; ) {
    const sign = text[at] ?? ''
    const end = endOf(grammar.text, text, at) ?? endOf(number, text, at)
    const nameEnd = end === null ? endOf(name, text, at) : null
    if (nameEnd !== null) names.push(text.slice(at, nameEnd))
    if (end === null && nameEnd === null && sign !== ' ' && !grammar.signs.includes(sign)) {
      if (sign !== '.' || !grammar.attributes) return null
    }
    at = end ?? nameEnd ?? at + 1
  }
  return names
}

function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

/** Whether a target is an operator, a function on sizes, or arithmetic: what `torch.export` itself writes. */
export function isPlainTarget(target: string): boolean {
  return (
    /^torch\.ops\.\w+\.\w+(?:\.\w+)?$/.test(target) ||
    /^_operator\.(?:add|sub|mul|truediv|floordiv|mod|pow|neg|pos|abs|eq|ne|lt|le|gt|ge|and_|or_|xor|not_|invert|lshift|rshift|getitem|index)$/.test(
      target,
    ) ||
    /^torch\.sym_(?:int|float|max|min|not|ite|sum|fresh_size)$/.test(target) ||
    /^torch\._?sym_(?:sqrt|cos|cosh|sin|sinh|tan|tanh|asin|acos|atan|log2|exp)$/.test(target) ||
    /^math\.(?:trunc|ceil|floor|sqrt|cos|cosh|sin|sinh|tan|tanh|asin|acos|atan|log|log2|exp|pow)$/.test(target) ||
    target === 'torch._C._set_grad_enabled' ||
    !/^(?:torch|_operator|math|#)/.test(target)
  )
}

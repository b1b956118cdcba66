import type {Loader, Place} from './artifact.ts'

/**
 * What a sight means, before any policy.
 *
 * - `import`: a pickle imports a name; the allow-list decides
 * - `runs`: loading the file runs code, or reads and writes outside of it
 * - `code`: program text or machine code stored beside weights: some loaders run it
 * - `deceives`: two readers see two different files
 * - `damaged`: not what its format demands
 * - `bomb`: unpacks to far more than it is, or makes a loader work without end
 * - `unread`: a format, codec or size that is not read
 * - `unsure`: cannot be decided from the file alone
 * - `look`: deserves a person's look, and is no danger by itself
 * - `note`: a fact for the report
 */
export type Means = 'import' | 'runs' | 'code' | 'deceives' | 'damaged' | 'bomb' | 'unread' | 'unsure' | 'look' | 'note'

/** One thing that may be wrong with a file: its explanation, kept beside the code that finds it. */
export interface Rule {
  /** Kebab-case; the reason code is `model/<id>`. Stable. */
  readonly id: string
  /** A few words for lists: `External data outside the model folder`. */
  readonly title: string
  readonly means: Means
  /** One sentence: why it matters. */
  readonly why: string
  /** One sentence: what to do about it. */
  readonly remedy: string
  /**
   * Of `unsure` alone: what the file leaves open stands in a program that its team knows, so that an allowance of the file
   * covers it, as it covers `code` and `look`.
   */
  readonly reviewable?: true
  /** Known vulnerabilities whose structure this is. */
  readonly cves?: readonly string[]
}

/** Something that was seen in a file. */
export interface Observation {
  readonly rule: Rule
  /** One sentence about this very file: what was seen, or what would happen. Texts of the file are quoted by `quote`. */
  readonly what: string
  readonly place: Place
  /** `certain`: a loader does this. `likely`: where it loads this part. `possible`: a look at the bytes suggests it. */
  readonly sure: 'certain' | 'likely' | 'possible'
  /** Instead of the rule's remedy, where this case has a better one. */
  readonly remedy?: string
  /** For the rule `pickle-import`. */
  readonly imported?: PickleImport
}

/** A name that a pickle imports, as CPython would resolve it, with everything that the stream does with it. */
export interface PickleImport {
  readonly module: string
  /** With dots where the stream asks for an attribute of an attribute (protocol 4 and later). */
  readonly name: string
  /** As the stream writes it, where `fix_imports` maps it to another name (`__builtin__ eval`). */
  readonly written?: string
  readonly loader: Loader
  /** Every kind of use, each at its first place. An import that is never used has none: importing runs the module. */
  readonly uses: readonly ImportUse[]
}

/**
 * - `call`: called with arguments (REDUCE, OBJ, INST), so whatever it is runs
 * - `new`: an object is made of it without its constructor: `cls.__new__(cls, ...)` (NEWOBJ, NEWOBJ_EX,
 *   `copyreg.__newobj__`, `copyreg._reconstructor`)
 * - `keywords`: it is given arguments by name (NEWOBJ_EX, `copyreg.__newobj_ex__`, functools.partial), which reach
 *   parameters that no position does
 * - `state`: an object made of it is given a state (BUILD: `__setstate__`, or its attributes)
 * - `items`: an object made of it is given items (APPEND, SETITEM, ADDITEMS: `append`, `extend`, `__setitem__`, `add`)
 * - `rewrite`: the imported thing itself is given attributes or items
 * - `reference`: handed on as a value: an argument, an item, part of a state, a persistent id, the result
 */
export type ImportUse = {
  readonly how: 'call' | 'new' | 'keywords' | 'state' | 'items' | 'rewrite' | 'reference'
  readonly place: Place
  readonly count: number
  /** For calls: the arguments as a person would write them, cut: `'curl http://…' `. */
  readonly shown?: string
}

/** Where an import was first seen is the place of its observation. */
export const pickleImport: Rule = {
  id: 'pickle-import',
  title: 'A pickle imports a name that is not allowed',
  means: 'import',
  why: 'A pickle is a program: whoever loads it runs what its author wrote into it.',
  remedy:
    'Where its author is trusted, load it once and write weights alone: a torch model with safetensors.torch.save_file(model.state_dict(), "model.safetensors"), one of scikit-learn as ONNX with skl2onnx. Promote that file.',
}

/**
 * A text of an untrusted file for a sentence: in quotation marks, cut to `limit` signs. Control signs are escaped, and those
 * that turn, hide or carry text which nobody sees (Unicode TR36; tags and variation selectors beyond the plane that people write).
 */
export function quote(text: string, limit = 80): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text
  return JSON.stringify(cut).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[\u{e0100}-\u{e01ef}]/gu, escapeOf)
}

function escapeOf(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16)
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

/** Text that a machine could run. */
export interface ProgramText {
  /** `Python`, `shell`; a build file is run by nobody who loads a model. */
  readonly language: string
  readonly kind: 'program' | 'build file'
  /** For a person: `its name ends with .py`. */
  readonly how: string
}

/**
 * Whether a text is program text: by a name that loaders treat as code, by its first line (`#!`), or by the statements
 * it begins with. A name alone can only make a file more suspect, never less: `.txt` in front of Python does not help.
 * Null when it is not; code blocks inside Markdown do not count, because nothing runs them.
 * @param beginning as much of the text as is at hand; 64 KiB do
 */
export function programOf(path: string, beginning: string): ProgramText | null {
  const name = (path.split('/').at(-1) ?? '').toLowerCase()
  return byName(name) ?? byFirstLine(beginning) ?? byMark(beginning) ?? byStatements(name, beginning)
}

const endings: readonly (readonly [language: string, endings: string])[] = [
  ['Python', '.py .pyw .pyi .pyx .pxd .pyc .pyd .ipy'],
  ['machine code', '.so .dll .dylib .exe .jar'],
  ['shell', '.sh .bash .zsh .fish .csh .ksh'],
  ['Windows command', '.bat .cmd .ps1 .psm1 .vbs .wsf .hta'],
  ['JavaScript', '.js .mjs .cjs .jsx .ts .tsx'],
  ['PHP', '.php .phtml .phar'],
  ['Perl', '.pl .pm'],
  ['Ruby', '.rb'],
  ['R', '.r'],
  ['Lua', '.lua'],
  ['Julia', '.jl'],
  ['Scala or Java', '.scala .java .groovy .kt'],
  ['Go, Rust or Swift', '.go .rs .swift'],
  ['C, C++ or CUDA', '.c .cc .cpp .cxx .h .hpp .cu .cuh .metal'],
]
const languages = new Map(
  endings.flatMap(([language, all]) => all.split(' ').map(ending => [ending, language] as const)),
)

const buildFiles: readonly (readonly [language: string, name: RegExp])[] = [
  ['Dockerfile', /^(dockerfile|containerfile)(\..+)?$|\.dockerfile$/],
  ['Makefile', /^(gnu)?makefile$|\.mk$|^justfile$/],
  ['CMake', /^cmakelists\.txt$|\.cmake$/],
]

function byName(name: string): ProgramText | null {
  const ending = name.slice(Math.max(0, name.lastIndexOf('.')))
  const language = languages.get(ending)
  if (language !== undefined) return {language, kind: 'program', how: `its name ends with ${ending}`}
  const build = buildFiles.find(([, pattern]) => pattern.test(name))
  return build ? {language: build[0], kind: 'build file', how: `its name is that of a ${build[0]}`} : null
}

function byFirstLine(beginning: string): ProgramText | null {
  if (!/^\ufeff?#!/.test(beginning)) return null
  const interpreter = /^\ufeff?#![^\n]{0,200}\b(python|bash|zsh|sh|perl|ruby|node|php|Rscript|lua|julia|awk)/.exec(
    beginning,
  )?.[1]
  const language = interpreter === undefined ? 'a script' : (interpreters.get(interpreter) ?? interpreter)
  return {language, kind: 'program', how: 'its first line names an interpreter'}
}

const interpreters = new Map([
  ['python', 'Python'],
  ['bash', 'shell'],
  ['zsh', 'shell'],
  ['sh', 'shell'],
  ['perl', 'Perl'],
  ['ruby', 'Ruby'],
  ['node', 'JavaScript'],
  ['php', 'PHP'],
  ['Rscript', 'R'],
])

/** Marks that nothing but their language begins with. Vocabularies hold them too, further down. */
function byMark(beginning: string): ProgramText | null {
  if (/^\ufeff?\s{0,80}<\?php\s/.test(beginning)) return {language: 'PHP', kind: 'program', how: 'it starts with <?php'}
  if (/^\s{0,80}@echo (off|on)\b/i.test(beginning)) {
    return {language: 'Windows command', kind: 'program', how: 'it starts with @echo'}
  }
  return null
}

/** How many lines a text is judged by, and how long they count. */
const mostLines = 400
const longestLine = 400
/** Python statements at the margin that make a program of a text which does not start with one. */
const fewStatements = 3

function byStatements(name: string, beginning: string): ProgramText | null {
  const lines = beginning
    .replace(/^\ufeff/, '')
    .split(/\r?\n/, mostLines)
    .map(line => line.slice(0, longestLine).trimEnd())
  const first = lines.find(line => line !== '' && !line.startsWith('#'))
  if (first !== undefined && (pythonStatement.test(first) || isDecorator(first, lines))) {
    return {language: 'Python', kind: 'program', how: 'it starts with a Python statement'}
  }
  if (first !== undefined && scriptStatement.test(first)) {
    return {language: 'JavaScript', kind: 'program', how: 'it starts with a JavaScript statement'}
  }
  if (/\.(md|mdx|markdown|rst|html?|tex|csv|tsv|jsonl?|jinja2?|j2)$/.test(name)) return null
  if (
    first !== undefined &&
    /^FROM [\w./:@${}-]+( AS \w+)?$/i.test(first) &&
    lines.some(line => /^(RUN|COPY|CMD|ENTRYPOINT) /.test(line))
  ) {
    return {language: 'Dockerfile', kind: 'build file', how: 'it starts as a Dockerfile does'}
  }
  const plain = outsideFences(lines)
  const statements = plain.filter(line => pythonLine.test(line)).length
  if (statements < fewStatements || !plain.some(line => pythonBody.test(line))) return null
  return {language: 'Python', kind: 'program', how: `${statements} of its first lines are Python statements`}
}

/** `@name` before a function, a class or another decorator; a list of authors has such lines too. */
function isDecorator(first: string, lines: readonly string[]): boolean {
  if (!decorator.test(first)) return false
  const next = lines.slice(lines.indexOf(first)).find(line => line !== '' && !decorator.test(line))
  return next !== undefined && /^(async def|def|class) /.test(next)
}

/** Markdown without a name that says so (package metadata) has program text between fences. */
function outsideFences(lines: readonly string[]): readonly string[] {
  let inside = false
  return lines.filter(line => {
    if (/^\s{0,12}(```|~~~)/.test(line)) inside = !inside
    return !inside
  })
}

const decorator = /^@\w+[\w.]*(\(.*)?$/

// The first statement of nearly every module. Prose and Markdown do not start like this.
const pythonStatement =
  /^(import [\w.]+( as \w+)?(, ?[\w.]+)*;?$|import [\w.]+;|import [\w.]+ *#|from [.\w]+ import |def \w+\(|async def \w+\(|class \w+[(:]|"""|r"""|exec\(|eval\(|__import__\()/
const scriptStatement =
  /^('use strict'|"use strict");?$|^(const|let|var) [\w{}, ]+ = require\(|^import [\w{}*, ]+ from ['"]|^(module\.)?exports(\.\w+)? = |^export (default|const|function|class) /
const pythonLine =
  /^(import [\w.]+( as \w+)?(, ?[\w.]+)*|from [.\w]+ import [\w(*].*|(async )?def \w+\(.*|class \w+(\(.*)?:|if __name__ == .*:|@\w+[\w.]*(\(.*\))?)$/
const pythonBody = /^(\s+(return|self\.|yield|raise|pass|print\()|def |class |if __name__)/

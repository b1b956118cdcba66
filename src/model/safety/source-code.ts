/**
 * Whether a text is program text: by its first line (`#!`), by the first statement of a Python file, or by a name that
 * loaders treat as code. A name alone can only make a file more suspect, never less. Null when it is not.
 */
export function describeSourceCode(path: string, beginning: string): string | null {
  const ending = codeEndings.find(each => path.toLowerCase().endsWith(each))
  if (ending) return `its name ends with ${ending}`
  if (beginning.startsWith('#!')) return 'its first line names an interpreter'
  const statement = beginning
    .split(/\r?\n/)
    .map(line => line.trimEnd())
    .find(line => line !== '' && !line.startsWith('#'))
  return statement !== undefined && pythonStatement.test(statement) ? 'it starts with a Python statement' : null
}

const codeEndings = [
  '.py',
  '.pyw',
  '.pyc',
  '.pyd',
  '.so',
  '.dll',
  '.dylib',
  '.exe',
  '.sh',
  '.bat',
  '.cmd',
  '.ps1',
  '.jar',
]

// The first statement of nearly every module. Prose and Markdown do not start like this; code blocks inside them do not
// count, because nothing runs them.
const pythonStatement =
  /^(import [\w.]+( as \w+)?(, ?[\w.]+)*;?$|import [\w.]+;|from [.\w]+ import |def \w+\(|async def \w+\(|class \w+[(:]|@\w+|"""|exec\(|eval\(|__import__\()/

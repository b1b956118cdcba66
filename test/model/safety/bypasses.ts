import type {CorpusEntry, Judged} from './corpus.ts'

/** A published class of ways around scanners. */
interface BypassClass {
  readonly row: number
  readonly name: string
  readonly published: string
  /** The witness that shows it best. */
  readonly first: string
}

/** In the order in which they became known; the number is `row` in expected.json. */
const classes: readonly BypassClass[] = [
  {
    row: 1,
    name: 'A name that the block-list does not have',
    published: 'CVE-2025-1716, the CVE-2025-71340 series, arXiv 2508.19774',
    first: 'pickle/gadgets/pip.main.pkl',
  },
  {
    row: 2,
    name: 'A submodule or a dotted name of a module that the list has',
    published: 'CVE-2025-10157',
    first: 'pickle/dotted-name.pkl',
  },
  {
    row: 3,
    name: 'Stack and memo used so that names are not where a look back expects them',
    published: 'picklescan #14 and #22, modelscan #85',
    first: 'pickle/memo-put-memoize.pkl',
  },
  {
    row: 4,
    name: 'Frames that contradict the opcodes in them',
    published: 'python/cpython#154848',
    first: 'pickle/frame-too-short-text.pkl',
  },
  {
    row: 5,
    name: 'A stream that breaks behind the call',
    published: 'picklescan #33, arXiv 2508.19774',
    first: 'pickle/unhashable-key.pkl',
  },
  {row: 6, name: 'Something behind the end', published: 'modelaudit #1450', first: 'pickle/second-pickle.pkl'},
  {
    row: 7,
    name: 'A name or ending that no scanner looks at',
    published: 'CVE-2025-1889',
    first: 'pickle/names/notes.txt',
  },
  {
    row: 8,
    name: 'One format under the name or the mark of another',
    published: 'CVE-2025-10155',
    first: 'pickle/torch-magic-computed.pt',
  },
  {
    row: 9,
    name: 'An archive that two readers read differently',
    published: 'CVE-2025-1944, CVE-2025-1945, CVE-2025-10156',
    first: 'archives/flag-encrypted.pt',
  },
  {
    row: 10,
    name: 'An archive or compression that is not opened',
    published: 'picklescan #35',
    first: 'archives/matryoshka.zip',
  },
  {
    row: 11,
    name: 'Bytes of arrays between the opcodes',
    published: 'joblib numpy_pickle',
    first: 'joblib/behind-array.joblib',
  },
  {row: 12, name: 'Arrays of objects', published: 'picklescan #32', first: 'numpy/objects.npy'},
  {
    row: 13,
    name: 'An innocent end that changes what was said of the beginning',
    published: 'GHSA-cffv-grgg-g429, GHSA-mhc9-48gj-9gp3',
    first: 'pickle/appended-build.pkl',
  },
  {row: 14, name: 'Switching the scanner off', published: 'fickling', first: 'pickle/disables/picklescan.scanner.pkl'},
  {
    row: 15,
    name: 'More than a scanner or a loader can walk',
    published: 'fickling: expansion attack',
    first: 'pickle/hash-bomb.pkl',
  },
  {
    row: 16,
    name: 'Trusting weights_only',
    published: 'CVE-2025-32434, CVE-2026-24747',
    first: 'torch/weights-only-tar.pt',
  },
  {row: 17, name: 'A loader that falls back to an unsafe one', published: 'Stanza 1.12', first: 'torch/fallback.pt'},
  {
    row: 18,
    name: 'Allowed names whose arguments are addresses, or call something else',
    published: 'measured with NumPy 2.4 and torch 2.15',
    first: 'allowed/tensor-by-address.pt',
  },
]

/** One hostile file of the corpus, and what we say of it. */
export interface Witness {
  readonly entry: CorpusEntry
  readonly judged: Judged
}

/** docs/artifact-safety-bypasses.md, whole. */
export function bypassPage(witnesses: readonly Witness[]): string {
  const ofRow = (row: number) => witnesses.filter(({entry}) => entry.row === row)
  const structures = witnesses.filter(({entry}) => entry.row === undefined)
  const verdicts = new Map<string, number>()
  for (const {judged} of witnesses) verdicts.set(judged.verdict, (verdicts.get(judged.verdict) ?? 0) + 1)
  const counted = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')
  return `# Known ways around model scanners, and our answer

Each published class of ways around a scanner of model files that we know of has a harmless witness in
\`test/fixtures/models/hostile\`. This page is what Slipway says of each, under the policy \`allowlist\`: ${witnesses.length} files,
${counted}; none passes. It is written by \`npx vitest run test/model/safety/bypasses.test.ts --update\`, and
the same test, as a part of \`npm test\`, compares it.

An answer is the first of its findings that blocks. \`inconclusive\` is by design where the file alone cannot tell: it blocks too.

## Classes

| # | class | published | witnesses | our answer to the one named |
| --- | --- | --- | --- | --- |
${classes.map(known => classLine(known, ofRow(known.row))).join('\n')}

## Every witness of a class

${witnessTable(
  classes.flatMap(({row}) => ofRow(row)),
  ({entry}) => String(entry.row),
)}

## Structures of other formats

Vulnerabilities whose structure is in the file, and damage that readers have been known to trip over.

${witnessTable(structures, ({entry}) => entry.reference ?? '')}
`
}

function classLine({row, name, published, first}: BypassClass, witnesses: readonly Witness[]): string {
  const shown = witnesses.find(({entry}) => nameOf(entry) === first)
  if (shown === undefined) throw new Error(`${first} is no witness of row ${row}.`)
  const others = witnesses.length > 1 ? ` and ${witnesses.length - 1} more` : ''
  return `| ${row} | ${name} | ${published} | \`${first}\`${others} | ${answer(shown.judged)} |`
}

function witnessTable(witnesses: readonly Witness[], about: (witness: Witness) => string): string {
  const lines = witnesses.map(
    witness =>
      `| ${about(witness)} | \`${nameOf(witness.entry)}\` | ${cell(witness.entry.what)} | ${answer(witness.judged)} |`,
  )
  return ['| of | file | what it is | our answer |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

function nameOf({path}: CorpusEntry): string {
  return path.replace('hostile/', '')
}

function answer({verdict, findings}: Judged): string {
  const first = findings.find(finding => finding.verdict === verdict)
  return first ? `**${verdict}** \`${first.reason}\`: ${cell(first.what)}` : `**${verdict}**`
}

/** One cell of a Markdown table: no bars, no line ends, no markup but code. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .split(/(`[^`]*`)/)
    .map(part =>
      part.startsWith('`') ? part.replaceAll('|', '\\|') : part.replace(/[\\|*_<>[\]]/g, sign => `\\${sign}`),
    )
    .join('')
}

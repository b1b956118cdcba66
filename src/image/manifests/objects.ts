/** Files -> Kubernetes objects. What cannot be read is named, never left out in silence. */
import {at, cut, itemsAt, type Tree, textAt} from './tree.ts'
import {parseTree} from './yaml-tree.ts'

export interface ManifestFile {
  /** Relative to the repository's root. */
  readonly path: string
  readonly text: string
}

export interface ManifestObject {
  readonly file: string
  /** Where it says its kind. */
  readonly line: number
  /** `apps/v1` */
  readonly apiVersion: string
  /** `apps`; empty for the core group. */
  readonly group: string
  readonly kind: string
  readonly name: string
  /** `name` is the beginning of a name that the API makes (`generateName`). */
  readonly generated: boolean
  /** null: whoever applies it chooses. */
  readonly namespace: string | null
  readonly tree: Tree
}

/** A part of the files of which nothing can be said: a verdict over the rest would be a guess. */
export interface Unread {
  readonly file: string
  readonly line: number
  readonly code:
    | 'image/manifest-unreadable'
    | 'image/manifest-not-rendered'
    | 'image/manifest-too-large'
    | 'image/manifest-without-workload'
    | 'image/manifests-missing'
  /** One sentence: what was seen. */
  readonly why: string
  /** One sentence: what to do. */
  readonly remedy: string
}

export interface Objects {
  readonly objects: readonly ManifestObject[]
  readonly unread: readonly Unread[]
}

/** The YAML reader takes more than linear time for some hostile texts; no object of a workload comes near this. */
const longestDocument = 2 * 1024 * 1024
const mostObjects = 20_000

/** Never throws: what cannot be read is in `unread`. */
export function objectsIn(file: ManifestFile): Objects {
  const source = sourceKind(file)
  if (source) return {objects: [], unread: [source]}
  const objects: ManifestObject[] = []
  const unread: Unread[] = []
  for (const part of documentsOf(file.text)) {
    if (part.text.length > longestDocument) {
      unread.push(tooLarge(file.path, part.line, `a document of ${part.text.length} signs, more than are read`))
      continue
    }
    const parsed = parseTree(part.text, part.line)
    if (parsed.kind === 'problem') {
      unread.push(unreadable(file.path, parsed.line, parsed.what, part.text))
      continue
    }
    addObjects(parsed.tree, file.path, objects, unread, 0)
    if (objects.length > mostObjects) {
      unread.push(tooLarge(file.path, part.line, `more than ${mostObjects} objects`))
      break
    }
  }
  return {objects, unread}
}

/** Documents as kubectl splits them: at each line that begins with `---` (k8s.io/apimachinery, util/yaml/decoder.go). */
function documentsOf(text: string): readonly {text: string; line: number}[] {
  const documents: {text: string; line: number}[] = []
  let start = text.startsWith('\uFEFF') ? 1 : 0
  let startLine = 1
  let holdsAnything = false
  let line = 1
  for (let offset = start; offset < text.length; line++) {
    const end = text.indexOf('\n', offset)
    const next = end === -1 ? text.length : end + 1
    if (text.startsWith('---', offset)) {
      if (holdsAnything) documents.push({text: text.slice(start, offset), line: startLine})
      start = offset
      startLine = line
      holdsAnything = false
    }
    const content = text.slice(text.startsWith('---', offset) ? offset + 3 : offset, next).trim()
    holdsAnything ||= content !== '' && !content.startsWith('#')
    offset = next
  }
  if (holdsAnything) documents.push({text: text.slice(start), line: startLine})
  return documents
}

function addObjects(tree: Tree, file: string, objects: ManifestObject[], unread: Unread[], depth: number): void {
  if (tree.kind === 'scalar' && tree.value === null) return
  const kind = textAt(tree, 'kind')
  const apiVersion = textAt(tree, 'apiVersion')
  if (tree.kind !== 'mapping' || !kind || !apiVersion) {
    const what = tree.kind === 'mapping' ? `an object without "${kind ? 'apiVersion' : 'kind'}"` : 'what is no object'
    unread.push({
      file,
      line: tree.line,
      code: 'image/manifest-unreadable',
      why: `${file} holds ${what} at line ${tree.line}.`,
      remedy: 'Give rendered Kubernetes manifests only, or narrow image.manifests.files.',
    })
    return
  }
  if (kind.endsWith('List') && at(tree, 'items')?.kind === 'list') {
    if (depth > 0) {
      unread.push(unreadable(file, tree.line, 'a list of objects lies in a list of objects', ''))
      return
    }
    for (const item of itemsAt(tree, 'items')) {
      if (objects.length > mostObjects) return
      addObjects(item, file, objects, unread, depth + 1)
    }
    return
  }
  const name = textAt(tree, 'metadata', 'name') ?? textAt(tree, 'metadata', 'generateName') ?? ''
  if (name.includes('{{')) {
    unread.push(notRendered(file, tree.line))
    return
  }
  objects.push({
    file,
    line: at(tree, 'kind')?.line ?? tree.line,
    apiVersion,
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind,
    name,
    generated: textAt(tree, 'metadata', 'name') === undefined,
    namespace: textAt(tree, 'metadata', 'namespace') ?? null,
    tree,
  })
}

/** Sources from which manifests are made, known by their names. */
function sourceKind({path, text}: ManifestFile): Unread | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const said = {file: path, line: 1, code: 'image/manifest-not-rendered'} as const
  if (/^kustomization\.ya?ml$|^Kustomization$/.test(name)) {
    const remedy = 'Render it first, with "kubectl kustomize", and give the result.'
    return {...said, why: `${path} is the source of a Kustomize build, no manifest.`, remedy}
  }
  if (/^Chart\.ya?ml$/.test(name) || /^values(\.[\w-]+)?\.ya?ml$/.test(name) || /\.(tpl|gotmpl)$/.test(name)) {
    if (/^kind:/m.test(text) && /^apiVersion:/m.test(text) && name.startsWith('values')) return undefined
    const remedy = 'Render it first, with "helm template", and give the result.'
    return {...said, why: `${path} is a part of a Helm chart, no manifest.`, remedy}
  }
  return undefined
}

/** A template in the place of a manifest. */
export function notRendered(file: string, line: number): Unread {
  return {
    file,
    line,
    code: 'image/manifest-not-rendered',
    why: `${file} is a template: "{{" stands at line ${line}.`,
    remedy: 'Render it first, with "helm template", and give the result.',
  }
}

function unreadable(file: string, line: number, what: string, text: string): Unread {
  const template = text.indexOf('{{')
  // A template that fails to parse says so better than by what its braces are as YAML.
  if (template !== -1) return notRendered(file, line)
  return {
    file,
    line,
    code: 'image/manifest-unreadable',
    why: `${file} cannot be read at line ${line}: ${cut(what, 160)}.`,
    remedy: 'Correct the file, or leave it out of image.manifests.files.',
  }
}

/** @param what there is more of than is read: `more than 5000 objects` */
export function tooLarge(file: string, line: number, what: string): Unread {
  return {
    file,
    line,
    code: 'image/manifest-too-large',
    why: `${file} holds ${what}, from line ${line} on.`,
    remedy: 'Give the manifests of this image only.',
  }
}

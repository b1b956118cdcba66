/** Refs, commits, trees, blobs and contents, on the real repository. https://docs.github.com/rest/git */
import * as z from 'zod'
import type {GitObject} from './objects.ts'
import {type Answer, type Call, type Endpoint, Refused} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const gitEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: `${repo}/git/ref/{ref}`, permission: 'contents: read', handle: getRef},
  {method: 'POST', path: `${repo}/git/refs`, permission: 'contents: write', handle: createRef},
  {method: 'PATCH', path: `${repo}/git/refs/{ref}`, permission: 'contents: write', handle: updateRef},
  {method: 'GET', path: `${repo}/git/commits/{sha}`, permission: 'contents: read', handle: getCommit},
  {method: 'POST', path: `${repo}/git/commits`, permission: 'contents: write', handle: createCommit},
  {method: 'GET', path: `${repo}/git/trees/{sha}`, permission: 'contents: read', handle: getTree},
  {method: 'POST', path: `${repo}/git/trees`, permission: 'contents: write', handle: createTree},
  {method: 'GET', path: `${repo}/git/blobs/{sha}`, permission: 'contents: read', handle: getBlob},
  {method: 'GET', path: `${repo}/commits/{ref}`, permission: 'contents: read', handle: getCommitOfRef},
  {method: 'GET', path: `${repo}/contents/{path}`, permission: 'contents: read', handle: getContents},
]

async function getRef({world, path}: Call): Promise<Answer> {
  const sha = await world.repository.resolve(`refs/${path.ref}`)
  if (sha === null) throw new Refused(404, 'Not Found')
  return {status: 200, body: refBody(world.url, `refs/${path.ref}`, sha)}
}

async function createRef({world, body}: Call): Promise<Answer> {
  const {ref, sha} = z.object({ref: z.string(), sha: z.string()}).parse(body)
  if (!/^refs\/[^/]+\/.+/.test(ref)) throw new Refused(422, 'Reference name must start with "refs/".')
  await requireObject(world.repository.read(sha), 'commit', 'Object does not exist')
  if (!(await world.repository.createRef(ref, sha))) throw new Refused(422, 'Reference already exists')
  return {status: 201, body: refBody(world.url, ref, sha)}
}

async function updateRef({world, path, body}: Call): Promise<Answer> {
  const {sha, force} = z.object({sha: z.string(), force: z.boolean().default(false)}).parse(body)
  await requireObject(world.repository.read(sha), 'commit', 'Object does not exist')
  const ref = `refs/${path.ref}`
  const outcome = await world.repository.moveRef(ref, sha, force)
  if (outcome === 'no-such-ref') throw new Refused(422, 'Reference does not exist')
  if (outcome === 'not-fast-forward') throw new Refused(422, 'Update is not a fast forward')
  return {status: 200, body: refBody(world.url, ref, sha)}
}

async function getCommit({world, path}: Call): Promise<Answer> {
  const commit = await requireObject(world.repository.read(path.sha ?? ''), 'commit', 'Not Found', 404)
  return {status: 200, body: commitBody(world.url, path.sha ?? '', commit)}
}

async function getCommitOfRef({world, path}: Call): Promise<Answer> {
  const sha = await world.repository.resolve(path.ref ?? '')
  const object = sha === null ? null : await world.repository.read(sha)
  if (sha === null || object === null) throw new Refused(422, `No commit found for SHA: ${path.ref}`)
  const {node_id, url, html_url, parents, ...commit} = commitBody(world.url, sha, object)
  const about = {sha, node_id, url, html_url, comments_url: `${url}/comments`, author: null, committer: null}
  return {status: 200, body: {...about, parents, commit: {...commit, url, comment_count: 0}}}
}

async function createCommit({world, token, body}: Call): Promise<Answer> {
  const wanted = z.object({message: z.string(), tree: z.string(), parents: z.array(z.string()).default([])}).parse(body)
  await requireObject(world.repository.read(wanted.tree), 'tree', 'Tree SHA does not exist')
  for (const parent of wanted.parents) {
    await requireObject(world.repository.read(parent), 'commit', 'Parent SHA does not exist or is not a commit object')
  }
  const by = {
    name: token.login,
    email: `${token.login}@users.noreply.github.com`,
    seconds: Math.floor(world.now().getTime() / 1000),
  }
  const sha = await world.repository.writeCommit({...wanted, by})
  const commit = await requireObject(world.repository.read(sha), 'commit', 'Not Found')
  return {status: 201, body: commitBody(world.url, sha, commit)}
}

async function getTree({world, path, query}: Call): Promise<Answer> {
  await requireObject(world.repository.read(path.sha ?? ''), 'tree', 'Not Found', 404)
  return {status: 200, body: await treeBody({world, sha: path.sha ?? '', recursive: query.has('recursive')})}
}

async function createTree({world, body}: Call): Promise<Answer> {
  const wanted = z
    .object({
      base_tree: z.string().optional(),
      tree: z.array(
        z.object({
          path: z.string(),
          mode: z.string(),
          sha: z.string().nullable().optional(),
          content: z.string().optional(),
        }),
      ),
    })
    .parse(body)
  if (wanted.base_tree !== undefined) {
    await requireObject(world.repository.read(wanted.base_tree), 'tree', 'base_tree is not a valid tree')
  }
  const entries = await Promise.all(
    wanted.tree.map(async ({path, mode, sha, content}) => {
      if (content === undefined) return {path, mode, sha: sha ?? null}
      return {path, mode, sha: await world.repository.writeBlob(Buffer.from(content, 'utf8'))}
    }),
  )
  const sha = await world.repository.writeTree(entries, wanted.base_tree ?? null)
  return {status: 201, body: await treeBody({world, sha, recursive: false})}
}

async function getBlob({world, path}: Call): Promise<Answer> {
  const sha = path.sha ?? ''
  const {content} = await requireObject(world.repository.read(sha), 'blob', 'Not Found', 404)
  const about = {sha, node_id: `B_${sha}`, url: `${world.url}/git/blobs/${sha}`, size: content.length}
  return {status: 200, body: {...about, content: base64Lines(content), encoding: 'base64'}}
}

async function getContents({world, path, query}: Call): Promise<Answer> {
  const file = path.path ?? ''
  const ref = query.get('ref') ?? 'HEAD'
  const commit = await world.repository.resolve(ref)
  if (commit === null) throw new Refused(404, `No commit found for the ref ${ref}`)
  const line = (await world.repository.listTree(commit, true)).find(each => each.path === file)
  if (!line) throw new Refused(404, 'Not Found')
  const at = `${world.url}/repos/${world.fullName}/contents/${file}?ref=${ref}`
  if (line.type === 'tree') return {status: 200, body: []}
  const {content} = await requireObject(world.repository.read(line.sha), 'blob', 'Not Found', 404)
  const whole = content.length <= 1024 * 1024
  const body = {
    type: 'file',
    name: file.split('/').at(-1),
    path: file,
    sha: line.sha,
    size: content.length,
    encoding: whole ? 'base64' : 'none',
    content: whole ? base64Lines(content) : '',
    url: at,
    git_url: at,
    html_url: at,
    download_url: at,
    _links: {self: at, git: at, html: at},
  }
  return {status: 200, body}
}

async function requireObject(
  found: Promise<GitObject | null>,
  type: GitObject['type'],
  message: string,
  status = 422,
): Promise<GitObject> {
  const object = await found
  if (object?.type !== type) throw new Refused(status, message)
  return object
}

function refBody(url: string, ref: string, sha: string): object {
  return {
    ref,
    node_id: `R_${ref}`,
    url: `${url}/git/${ref}`,
    object: {type: 'commit', sha, url: `${url}/git/commits/${sha}`},
  }
}

async function treeBody({world, sha, recursive}: {world: Call['world']; sha: string; recursive: boolean}) {
  const lines = await world.repository.listTree(sha, recursive)
  const tree = lines.map(line => ({...line, url: `${world.url}/git/${line.type}s/${line.sha}`}))
  return {sha, url: `${world.url}/git/trees/${sha}`, tree, truncated: false}
}

function commitBody(url: string, sha: string, {content}: GitObject) {
  const text = content.toString('utf8')
  const end = text.indexOf('\n\n')
  const header = text.slice(0, end)
  const link = (commit: string) => `${url}/git/commits/${commit}`
  const tree = /^tree ([0-9a-f]+)$/m.exec(header)?.[1] ?? ''
  return {
    sha,
    node_id: `C_${sha}`,
    url: link(sha),
    html_url: link(sha),
    author: personIn(header, 'author'),
    committer: personIn(header, 'committer'),
    tree: {sha: tree, url: `${url}/git/trees/${tree}`},
    message: text.slice(end + 2).trimEnd(),
    parents: [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => ({
      sha: parent,
      url: link(parent),
      html_url: link(parent),
    })),
    verification: {verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null},
  }
}

function personIn(header: string, role: 'author' | 'committer') {
  const match = new RegExp(`^${role} (.*) <(.*)> (\\d+) `, 'm').exec(header)
  return {
    name: match?.[1] ?? '',
    email: match?.[2] ?? '',
    date: new Date(Number(match?.[3] ?? 0) * 1000).toISOString(),
  }
}

/** GitHub breaks base64 into lines of 60. */
function base64Lines(content: Buffer): string {
  return content.toString('base64').replaceAll(/.{60}/g, '$&\n')
}

/**
 * One comment per service on a pull request, updated in place, with one section per gate. Gates run in parallel jobs and
 * GitHub's comments know no compare-and-swap, so every writer looks again after it wrote and repairs what got lost.
 * Only comments of our own author count: anybody may write our markers. https://docs.github.com/rest/issues/comments
 */
import * as z from 'zod'
import type {Gate} from '../core/result.ts'
import type {Clock} from '../runtime/clock.ts'
import type {GitHub} from './client.ts'
import {AccessRefused, ifPermitted, mayHaveActed, type Published} from './failures.ts'
import {commentLimit, cutText, sectionLimit} from './limits.ts'

export interface CommentSection {
  readonly pullRequest: number
  readonly service: string
  readonly gate: Gate
  /** The commit that was judged; it stands in the section. */
  readonly headSha: string
  readonly markdown: string
}

interface Comment {
  readonly id: number
  readonly body: string
  readonly url: string
}

/** By gate: the text with the line that names its commit. */
type Sections = ReadonlyMap<Gate, string>

const order = ['policy', 'model', 'image', 'plan', 'rollout'] as const satisfies readonly Gate[]
const pageSize = 100
const maxPages = 30
const maxRounds = 5
/** Longer than another writer needs between its look and its write. */
const settleMs = 1000

const comment = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().default(''),
  user: z.object({login: z.string()}).nullable(),
})

/** Named for the looks too: who may only look cannot publish. */
const permission = 'pull-requests: write'

/** Puts one gate's section into the service's comment and leaves the other sections as they are. */
export function publishSection(github: GitHub, clock: Clock, section: CommentSection): Promise<Published> {
  return ifPermitted(async () => {
    const author = await readAuthor(github)
    let url: string | null = null
    for (let round = 1; round <= maxRounds; round++) {
      const [first, ...others] = await listOurs(github, section, author)
      const mine = sectionText(section)
      if (first && others.length === 0 && sectionsOf(first.body).get(section.gate) === mine) {
        return {kind: 'published', url: first.url} as const
      }
      // Two jobs that both found no comment made two: the oldest keeps all sections, the others go.
      const known = [first, ...others].flatMap(each => (each ? [...sectionsOf(each.body)] : []))
      const body = render(section.service, new Map([...known, [section.gate, mine]]))
      url = first ? await update(github, first.id, body) : await create(github, section, author, body)
      for (const other of others) await remove(github, other.id)
      await clock.sleep(settleMs)
    }
    return {kind: 'published', url} as const
  })
}

function render(service: string, sections: Sections): string {
  const parts = order.flatMap(gate => {
    const text = sections.get(gate)
    return text === undefined ? [] : [`<!-- slipway:section ${gate} -->\n${text}\n<!-- slipway:end ${gate} -->`]
  })
  return cutText([markerOf(service), `### Slipway: ${service}`, ...parts].join('\n\n'), commentLimit)
}

function markerOf(service: string): string {
  return `<!-- slipway:comment ${service} -->`
}

/** Within its share of the comment, so that all sections together always fit. */
function sectionText({markdown, headSha}: CommentSection): string {
  // A finding may quote text that looks like a marker: it must not end the section.
  const safe = markdown
    .replaceAll(/<!--(?=\s*slipway:)/g, '&lt;!--')
    .replaceAll('\r\n', '\n')
    .trim()
  const mark = '\n\nCut here: the job summary has the rest.'
  return `${cutText(safe, sectionLimit, mark)}\n\n<sub>Judged at ${headSha.slice(0, 12)}.</sub>`
}

function sectionsOf(body: string): Sections {
  const text = body.replaceAll('\r\n', '\n')
  return new Map(
    order.flatMap((gate): [Gate, string][] => {
      const start = `<!-- slipway:section ${gate} -->\n`
      const from = text.indexOf(start)
      const to = text.indexOf(`\n<!-- slipway:end ${gate} -->`, from)
      return from < 0 || to < 0 ? [] : [[gate, text.slice(from + start.length, to)]]
    }),
  )
}

/** Login behind the token. A workflow's own token may not ask who it is: it is `github-actions[bot]`. */
async function readAuthor(github: GitHub): Promise<string> {
  try {
    const user = await github.request('GET /user', {}, {permission, answer: z.object({login: z.string()})})
    return user.login
  } catch (error) {
    if (error instanceof AccessRefused) return 'github-actions[bot]'
    throw error
  }
}

/** Oldest first. */
async function listOurs(github: GitHub, section: CommentSection, author: string): Promise<readonly Comment[]> {
  const ours: Comment[] = []
  for (let page = 1; page <= maxPages; page++) {
    const comments = await github.request(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      {issue_number: section.pullRequest, per_page: pageSize, page},
      {permission, answer: z.array(comment)},
    )
    for (const {id, body, html_url: url, user} of comments) {
      if (user?.login === author && body.startsWith(markerOf(section.service))) ours.push({id, body, url})
    }
    if (comments.length < pageSize) break
  }
  return ours.sort((a, b) => a.id - b.id)
}

async function create(github: GitHub, section: CommentSection, author: string, body: string): Promise<string> {
  try {
    return await createOnce(github, section.pullRequest, body)
  } catch (error) {
    if (!mayHaveActed(error)) throw error
    const [known] = await listOurs(github, section, author)
    return known?.url ?? createOnce(github, section.pullRequest, body)
  }
}

async function createOnce(github: GitHub, pullRequest: number, body: string): Promise<string> {
  const created = await github.request(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    {issue_number: pullRequest, body},
    {permission, answer: comment},
  )
  return created.html_url
}

async function update(github: GitHub, id: number, body: string): Promise<string | null> {
  // Null when somebody deleted it since we looked: the next round makes a new one.
  const updated = await github.find(
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    {comment_id: id, body},
    {permission, answer: comment, repeatable: true},
  )
  return updated?.html_url ?? null
}

async function remove(github: GitHub, id: number): Promise<void> {
  await github.find(
    'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
    {comment_id: id},
    {permission, answer: z.unknown(), repeatable: true},
  )
}

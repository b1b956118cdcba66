/** Comments, and whose token it is. https://docs.github.com/rest/issues/comments */
import * as z from 'zod'
import {
  type Answer,
  byId,
  type Call,
  type Endpoint,
  type FakeComment,
  pageOf,
  Refused,
  userOf,
  type World,
} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const commentEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: '/user', permission: null, handle: getUser},
  {
    method: 'GET',
    path: `${repo}/issues/{issue}/comments`,
    permission: 'pull-requests|issues: read',
    handle: listComments,
  },
  {
    method: 'POST',
    path: `${repo}/issues/{issue}/comments`,
    permission: 'pull-requests|issues: write',
    handle: createComment,
  },
  {
    method: 'PATCH',
    path: `${repo}/issues/comments/{id}`,
    permission: 'pull-requests|issues: write',
    handle: updateComment,
  },
  {
    method: 'DELETE',
    path: `${repo}/issues/comments/{id}`,
    permission: 'pull-requests|issues: write',
    handle: deleteComment,
  },
]

function getUser({world, token}: Call): Answer {
  // A workflow's own token belongs to an app, and may not ask who it is.
  if (token.login.endsWith('[bot]')) throw new Refused(403, 'Resource not accessible by integration')
  const time = world.now().toISOString()
  const unknown = {bio: null, blog: null, company: null, email: null, hireable: null, location: null, name: null}
  const counts = {followers: 0, following: 0, public_gists: 0, public_repos: 1}
  const user = {...userOf(world, token.login), ...unknown, ...counts}
  return {status: 200, body: {...user, user_view_type: 'public', created_at: time, updated_at: time}}
}

function listComments({world, path, query}: Call): Answer {
  const all = world.state.comments.filter(comment => comment.issue === Number(path.issue))
  return {status: 200, body: pageOf(all, query).map(comment => commentBody(world, comment))}
}

function createComment({world, token, path, body}: Call): Answer {
  const time = world.now().toISOString()
  const comment = {
    id: world.nextId(),
    issue: Number(path.issue),
    body: commentText(body),
    login: token.login,
    createdAt: time,
    updatedAt: time,
  }
  world.state.comments.push(comment)
  return {status: 201, body: commentBody(world, comment)}
}

function updateComment({world, path, body}: Call): Answer {
  const comment = byId(world.state.comments, path.id)
  comment.body = commentText(body)
  comment.updatedAt = world.now().toISOString()
  return {status: 200, body: commentBody(world, comment)}
}

function deleteComment({world, path}: Call): Answer {
  const {comments} = world.state
  comments.splice(comments.indexOf(byId(comments, path.id)), 1)
  return {status: 204}
}

function commentText(body: unknown): string {
  const text = z.object({body: z.string()}).parse(body).body
  if (text.length > 65_536) throw new Refused(422, 'Body is too long (maximum is 65536 characters)')
  return text
}

function commentBody(world: World, {id, issue, body, login, createdAt, updatedAt}: FakeComment): object {
  const url = `${world.url}/repos/${world.fullName}`
  return {
    id,
    node_id: `IC_${id}`,
    body,
    user: userOf(world, login),
    url: `${url}/issues/comments/${id}`,
    html_url: `${url}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${url}/issues/${issue}`,
    author_association: 'NONE',
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

/**
 * A step as a person would tell it: what it was asked, what it answered, what it asked of GitHub. Reads of git objects
 * are left out: how many there are says nothing.
 */
import type {LoggedRequest} from '../fakes/github/server.ts'
import type {Ended, Step} from './runner.ts'

export function tellStep(title: string, {action, event, inputs = {}}: Step, ended: Ended): string {
  const lines = [
    `## ${title}`,
    '',
    `${action} on ${event.name} ${event.ref}${tellPairs(inputs)}`,
    `exit code ${ended.exitCode}${tellPairs(withoutResult(ended.outputs))}`,
  ]
  return [
    ...lines,
    ...part('runner', commandsOf(ended)),
    ...part('summary', headOf(ended.summary)),
    ...part('GitHub', tellRequests(ended.requests)),
  ].join('\n')
}

function part(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines.map(line => `  ${line}`)]
}

function tellPairs(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}: ${value}`)
  return pairs.length === 0 ? '' : ` {${pairs.join(', ')}}`
}

function withoutResult({result: _, ...outputs}: Ended['outputs']): Record<string, string> {
  return outputs
}

/** Without the mask of the token and the fold of the result. */
function commandsOf({commands}: Ended): string[] {
  return commands.filter(line => !line.startsWith('::add-mask::')).map(line => line.replaceAll('%0A', ' / '))
}

/** The headline and the first sentences: what the rest looks like is the renderers' matter. */
function headOf(summary: string): string[] {
  const lines = summary.split('\n').filter(line => line.trim() !== '')
  return lines.slice(0, 3)
}

function tellRequests(requests: readonly LoggedRequest[]): string[] {
  const lines = requests.filter(request => !isPlumbing(request)).map(tellRequest)
  return lines.filter((line, index) => line !== lines[index - 1])
}

function isPlumbing({method, path, status}: LoggedRequest): boolean {
  const isGood = status !== null && status < 300
  return isGood && (/\/git\/(commits|trees|blobs)\//.test(path) || (method === 'POST' && path.endsWith('/git/trees')))
}

function tellRequest({method, path, status, body}: LoggedRequest): string {
  const about = detailOf(path, body)
  return `${method} ${path.replace(/^\/repos\/acme\/credit/, '')} -> ${status ?? 'no answer'}${about === '' ? '' : `  ${about}`}`
}

/** What a person would look for in a body. */
function detailOf(path: string, body: unknown): string {
  if (!isObject(body)) return ''
  if (path.includes('/check-runs')) return `"${body.name}" ${body.conclusion}: ${titleOf(body.output)}`
  if (path.includes('/comments')) return `sections: ${sectionsOf(String(body.body))}`
  if (path.endsWith('/git/commits')) return `"${String(body.message).split('\n')[0]}"`
  if (path.endsWith('/git/refs')) return String(body.ref)
  if (path.includes('/statuses')) return `${body.state}: ${body.description}`
  if (path.endsWith('/deployments')) return `${body.environment}: ${body.description}`
  if (path.endsWith('/dispatches')) return `${body.ref} ${JSON.stringify(body.inputs)}`
  return ''
}

function titleOf(output: unknown): string {
  return isObject(output) ? String(output.title) : ''
}

function sectionsOf(text: string): string {
  return [...text.matchAll(/<!-- slipway:section (\w+) -->/g)].map(([, gate]) => gate).join(', ')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/**
 * The neutral document: what a gate wants to say, before it is Markdown, terminal text or anything else.
 * Renderers beside this file are pure functions of it. Text here is plain and may come from outside (package names,
 * file names, log lines): renderers escape it; whoever builds a report never does.
 */
import type {Finding, ReasonCode} from '../core/finding.ts'
import type {Verdict} from '../core/verdict.ts'
import type {Chart} from './chart/chart.ts'

export interface Report {
  /** `Model`, `Image`, `Rollout plan`: what was judged, as a heading. */
  readonly title: string
  readonly verdict: Verdict
  readonly reason: ReasonCode
  /** One sentence a person understands without reading on. */
  readonly summary: string
  readonly blocks: readonly Block[]
}

export type Block =
  | {readonly kind: 'heading'; readonly text: string}
  | {readonly kind: 'paragraph'; readonly text: string}
  | {readonly kind: 'list'; readonly items: readonly string[]}
  | {readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[]}
  | {readonly kind: 'findings'; readonly findings: readonly Finding[]}
  | {readonly kind: 'code'; readonly text: string}
  /** A page of ours; an address that is none of http or https is shown as text alone. */
  | {readonly kind: 'link'; readonly text: string; readonly url: string}
  | {readonly kind: 'chart'; readonly chart: Chart}
  /** Folded away in Markdown; shown in the terminal only on request. */
  | {readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[]}

export interface Column {
  readonly name: string
  readonly align?: 'left' | 'right'
}

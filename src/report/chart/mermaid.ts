import {oneLine} from '../escape.ts'
import {type Chart, sampled} from './chart.ts'

/** A chart that is wider has no more to say on a page of this width. */
const samples = 21

/**
 * A chart as Mermaid's `xychart-beta`, which GitHub draws in comments, summaries and checks. Mermaid knows neither names
 * of lines nor places without a value: the names stand in the title in the order of the lines, and only the part of the
 * axis is drawn on which every line has a value.
 */
export function mermaidChart({title, x, y, series}: Chart): string | null {
  const [low, high] = [
    Math.max(x.low, ...series.map(({points}) => points[0]?.[0] ?? Number.POSITIVE_INFINITY)),
    Math.min(x.high, ...series.map(({points}) => points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY)),
  ]
  if (!(low < high)) return null
  const lines = series.map(each => {
    const values = sampled(each, {...x, low, high}, samples).map(value => number(value ?? y.low))
    return `  line [${values.join(', ')}]`
  })
  return [
    'xychart-beta',
    `  title ${quoted(`${title} (${series.map(({name}) => name).join(', ')})`)}`,
    `  x-axis ${quoted(x.name)} ${number(low)} --> ${number(high)}`,
    `  y-axis ${quoted(y.name)} ${number(y.low)} --> ${number(y.high)}`,
    ...lines,
  ].join('\n')
}

/** Names may come from outside (group values); in quotes only letters, digits and plain signs cannot end the text. */
function quoted(text: string): string {
  return `"${oneLine(text).replace(/[^\p{L}\p{N} .,:;()%+=_/-]/gu, ' ')}"`
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)))
}

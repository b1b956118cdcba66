import {oneLine} from '../escape.ts'
import {formatNumber} from '../number.ts'
import {type Chart, sampled} from './chart.ts'

const levels = '▁▂▃▄▅▆▇█'

/** A chart as lines of text: one row of blocks for each line, with its name and the ends of the axes. Plain text. */
export function sparklines({title, x, y, series}: Chart, width = 40): readonly string[] {
  const drawn = series.filter(each => !each.isReference).map(each => ({...each, name: oneLine(each.name)}))
  const longest = Math.max(...drawn.map(({name}) => name.length))
  const rows = drawn.map(each => {
    const blocks = sampled(each, x, width).map(value => (value === null ? ' ' : blockOf(value, y)))
    return `${each.name.padEnd(longest)}  ${blocks.join('')}`
  })
  const range = ({low, high}: {low: number; high: number}) => `${formatNumber(low)} to ${formatNumber(high)}`
  return [oneLine(`${title}: ${y.name} (${range(y)}) over ${x.name} (${range(x)})`), ...rows]
}

function blockOf(value: number, {low, high}: {low: number; high: number}): string {
  const level = Math.round(((value - low) / (high - low)) * (levels.length - 1))
  return levels[Math.max(0, Math.min(levels.length - 1, level))] ?? ' '
}

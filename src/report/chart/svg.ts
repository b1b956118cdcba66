import {formatNumber} from '../number.ts'
import type {Axis, Chart, Point, Series} from './chart.ts'

const frame = {width: 480, height: 300, left: 52, right: 12, top: 30, bottom: 42}
/** Colour-blind safe: Okabe and Ito, "Color Universal Design" (2008). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']

/** A chart as one SVG element: no script, no style from outside, readable in light and dark by `currentColor`. */
export function svgChart(chart: Chart, asText: (text: string) => string): string {
  const {title, x, y, series} = chart
  const place = placement(x, y)
  const drawn = series.filter(each => !each.isReference)
  const lines = series.map(each => polyline(each, place, each.isReference ? null : drawn.indexOf(each)))
  const legend = drawn.map((each, index) => {
    const at = frame.left + 10 + index * ((frame.width - frame.left - frame.right) / Math.max(1, drawn.length))
    return `<circle cx="${round(at)}" cy="22" r="4" fill="${colors[index % colors.length]}"/><text x="${round(at + 8)}" y="26">${asText(each.name)}</text>`
  })
  return [
    `<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${asText(title)}" xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">`,
    `<text x="${frame.left}" y="12" font-weight="600">${asText(title)}</text>`,
    ...legend,
    ...ticks(x, 'x', place),
    ...ticks(y, 'y', place),
    `<text x="${(frame.left + frame.width - frame.right) / 2}" y="${frame.height - 6}" text-anchor="middle">${asText(x.name)}</text>`,
    `<text transform="translate(12 ${(frame.top + frame.height - frame.bottom) / 2}) rotate(-90)" text-anchor="middle">${asText(y.name)}</text>`,
    ...lines,
    '</svg>',
  ].join('\n')
}

type Place = (point: Point) => readonly [x: number, y: number]

function placement(x: Axis, y: Axis): Place {
  const width = frame.width - frame.left - frame.right
  const height = frame.height - frame.top - frame.bottom
  return ([atX, atY]) => [
    frame.left + (clamp(atX, x) - x.low) * (width / (x.high - x.low)),
    frame.top + (y.high - clamp(atY, y)) * (height / (y.high - y.low)),
  ]
}

function clamp(value: number, {low, high}: Axis): number {
  return Math.max(low, Math.min(high, value))
}

function polyline({points}: Series, place: Place, index: number | null): string {
  const text = points.map(point => place(point).map(round).join(',')).join(' ')
  const look =
    index === null
      ? 'stroke="currentColor" stroke-opacity="0.4" stroke-dasharray="4 4"'
      : `stroke="${colors[index % colors.length]}" stroke-width="2"`
  return `<polyline fill="none" ${look} points="${text}"/>`
}

function ticks(axis: Axis, which: 'x' | 'y', place: Place): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map(share => {
    const value = axis.low + share * (axis.high - axis.low)
    const [x, y] = which === 'x' ? place([value, Number.NEGATIVE_INFINITY]) : place([Number.NEGATIVE_INFINITY, value])
    const text = formatNumber(value, 3)
    if (which === 'x') return `<text x="${round(x)}" y="${round(y + 15)}" text-anchor="middle">${text}</text>`
    const end = frame.width - frame.right
    return `<line x1="${round(x)}" x2="${end}" y1="${round(y)}" y2="${round(y)}" stroke="currentColor" stroke-opacity="0.15"/><text x="${round(x - 6)}" y="${round(y + 4)}" text-anchor="end">${text}</text>`
  })
}

function round(value: number): number {
  return Number(value.toFixed(1))
}

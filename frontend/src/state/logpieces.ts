import type { Hit } from './logsearch'
import { plainStyle, type Span, type Style } from './logstyle'

/** A piece of a line that looks the same from its first letter to its last. */
export interface Piece {
  text: string
  style: Style
  /** It is part of a place that was found. */
  hit: Hit | undefined
}

/** Cuts a line where its look changes: at colours, and at what was found. */
export function piecesOf(line: string, spans: readonly Span[] | undefined, hits: readonly Hit[]): Piece[] {
  if (spans === undefined && hits.length === 0) return [{ text: line, style: plainStyle, hit: undefined }]
  const cuts = new Set([0, line.length])
  for (const { from, to } of [...(spans ?? []), ...hits]) cuts.add(Math.min(from, line.length)).add(Math.min(to, line.length))
  const places = [...cuts].sort((a, b) => a - b)
  return places.slice(1).map((to, i) => {
    const from = places[i] ?? 0
    const over = (one: { from: number; to: number }) => one.from <= from && to <= one.to
    return { text: line.slice(from, to), style: spans?.find(over)?.style ?? plainStyle, hit: hits.find(over) }
  })
}

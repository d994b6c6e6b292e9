import { fromWire } from '../../format/number'
import { ago, duration, fullTime } from '../../format/time'
import { statusWord } from '../../format/words'
import type { GridText } from '../../grid/types'
import type { App } from '../../state/app'
import type { Line } from '../../state/lines'
import type { Column } from './columns'

/** What comes with every run: when, how long, where. Undefined for what is no text: its data. */
export function factText(app: App, line: Line, column: Column): GridText | undefined {
  switch (column.id) {
    case 'started':
      return timeText(line.group === undefined ? line.facts.started : line.group.started, app.ticker.now)
    case 'ended':
      return timeText(line.group === undefined ? line.facts.ended : undefined, app.ticker.now)
    case 'duration':
      return durationText(line, app)
    case 'data':
      return undefined
    default:
      return wordText(line, column.id, app)
  }
}

function timeText(time: number | undefined, now: number): GridText {
  return time === undefined || time <= 0 ? { text: '–', title: undefined, look: 't3' } : { text: ago(time, now), title: fullTime(time), look: 't3' }
}

function durationText(line: Line, app: App): GridText {
  const took = tookOf(line, app)
  const going = line.group === undefined && line.facts.status === 'running'
  return { text: took === undefined ? '–' : duration(took), title: line.group === undefined ? undefined : 'Mean', look: took === undefined || going ? 't3' : 't2' }
}

/** Of a lost run nobody knows how long it took. */
function tookOf(line: Line, app: App): number | undefined {
  if (line.group !== undefined) return line.group.took === undefined ? undefined : fromWire(line.group.took)
  const { started, ended, status } = line.facts
  if (started === undefined || started === 0 || (status === 'lost' && ended === undefined)) return undefined
  return (ended ?? app.ticker.now) - started
}

function wordText(line: Line, id: string, app: App): GridText {
  if (line.group !== undefined) return { text: '', title: undefined, look: 't3' }
  const word = wordOf(line.facts, id, app)
  return word === undefined ? { text: '–', title: undefined, look: 't3' } : { text: word, title: word, look: 't2' }
}

function wordOf(facts: (Line & { group?: undefined })['facts'], id: string, app: App): string | undefined {
  switch (id) {
    case 'experiment':
      return app.workspace.experimentName(facts.experiment)
    case 'status':
      return statusWord(facts.status)
    case 'user':
      return facts.user
    case 'source':
      return facts.source
    case 'reason':
      return facts.reason
    default:
      return undefined
  }
}

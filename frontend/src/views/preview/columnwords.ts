import type { ArraySummary, ColumnSummary, NumberSummary, TablePreview } from '../../api/types'
import { count, fine, fromWire, metric, missing, percent, type Wire } from '../../format/number'
import { dataTime } from '../../format/time'
import { plural } from '../../format/words'

/** A column whose values are numbers or times. */
type Typed = Pick<ColumnSummary, 'type'>

/** A value of a column; of the smallest and the largest all digits are told. */
export function figure(column: Typed, value: Wire | undefined, digits: 'few' | 'all' = 'few'): string {
  if (value === undefined) return ''
  const number = fromWire(value)
  if (column.type === 'time') return dataTime(digits === 'all' ? number : Math.round(number / 1000) * 1000)
  return digits === 'all' ? fine(number) : metric(number)
}

/** What was read of a table, in a line. */
export function tableFacts(table: TablePreview): string {
  const rows = table.more ? `the first ${plural(table.rows, 'row')}` : plural(table.rows, 'row')
  const said = [rows, plural(table.columns.length + table.left, 'column'), table.kind === 'Text' ? '' : table.kind, table.encoding ?? '']
  if (table.separator !== undefined) said.push(`separated by ${table.separator}`)
  return said.filter((part) => part !== '').join(', ')
}

/** How numbers are spread, for whoever cannot see the bars. */
export function spread(column: Typed, numbers: NumberSummary): string {
  const [least, most] = [fromWire(numbers.min), fromWire(numbers.max)]
  const days = column.type === 'time' && most - least > 3 * 86_400_000
  const say = (n: number) => (days ? figure(column, n).slice(0, 'yyyy-mm-dd'.length) : figure(column, n))
  if (numbers.bins.length < 2 || least === most) return `all are ${say(least)}`
  const highest = numbers.bins.indexOf(Math.max(...numbers.bins))
  const step = (most - least) / numbers.bins.length
  return `from ${say(least)} to ${say(most)}, most often between ${say(least + highest * step)} and ${say(least + (highest + 1) * step)}`
}

/** The most frequent values with their shares, in a line. */
export function frequent(column: ColumnSummary, most = 3): string {
  const told = column.rows - column.missing
  const list = (column.common ?? []).slice(0, most).map((c) => `${c.text === '' ? '(nothing)' : c.text} ${percent(c.count / told)}`)
  return [...list, ...((column.common?.length ?? 0) > most ? ['…'] : [])].join(', ')
}

/** How many different values there are. */
export function different(column: ColumnSummary): string {
  return column.many ? `> ${count(column.distinct)}` : count(column.distinct)
}

/** What of the rows has no value. */
export function absent(column: ColumnSummary): string {
  if (column.missing === 0) return '0'
  const share = column.missing / column.rows
  return `${count(column.missing)} (${share < 0.005 ? '< 1 %' : percent(share)})`
}

/** The lengths of an array: 3 × 224 × 224. */
export function shapeOf(array: ArraySummary): string {
  return array.shape.length === 0 ? 'one value' : array.shape.map(count).join(' × ')
}

/** A figure of an array, if its elements are numbers. */
export function arrayFigure(array: ArraySummary | undefined, of: 'min' | 'max' | 'mean' | 'std'): string {
  if (array === undefined || array.read === 0) return missing
  return metric(fromWire(array[of]))
}

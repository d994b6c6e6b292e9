import type { GroupCell, RunColumn } from '../../api/tabletypes'
import { columnFormat, fromWire, groupFormat, inColumn, isNumeric, longestInColumn, spreadInColumn, type ColumnFormat } from '../../format/number'
import type { RunData } from '../../state/cells'
import type { Column } from './columns'

/** The least and the most of a column; undefined when they are not known, or the same. */
export function boundsOf(column: RunColumn | undefined): { min: number; max: number } | undefined {
  if (column?.min === undefined || column.max === undefined) return undefined
  const min = fromWire(column.min)
  const max = fromWire(column.max)
  return max > min ? { min, max } : undefined
}

/** How the numbers of the table are written: with the same decimals within a column, chosen by the first rows and by its bounds. */
export class Formats {
  readonly #sample: readonly RunData[]
  readonly #bounds: ReadonlyMap<string, RunColumn>
  readonly #groups: readonly (readonly GroupCell[])[]
  readonly #grouped: readonly string[]
  readonly #runs = new Map<string, ColumnFormat>()
  readonly #means = new Map<string, ColumnFormat>()

  constructor(sample: readonly RunData[], bounds: ReadonlyMap<string, RunColumn>, groups: readonly (readonly GroupCell[])[] = [], grouped: readonly string[] = []) {
    this.#sample = sample
    this.#bounds = bounds
    this.#groups = groups
    this.#grouped = grouped
  }

  /** The value of a run. */
  text(column: string, value: number): string {
    return inColumn(value, this.#of(column))
  }

  /** Mean and spread of a group: to the same decimals. */
  mean(column: string, cell: GroupCell): { mean: string; spread: string | undefined } | undefined {
    if (cell.mean === undefined) return undefined
    const format = this.#ofMeans(column)
    return { mean: inColumn(fromWire(cell.mean), format), spread: cell.sd === undefined ? undefined : spreadInColumn(fromWire(cell.sd), format) }
  }

  /** Where a value lies between the least and the most of all runs, 0…1. */
  share(column: string, value: number): number | undefined {
    const bounds = boundsOf(this.#bounds.get(column))
    if (bounds === undefined || !Number.isFinite(value)) return undefined
    const { min, max } = bounds
    return Math.min(1, Math.max(0, (value - min) / (max - min)))
  }

  /** Where a value lies on a scale with zero in its middle, −1…1; undefined when all have one sign. */
  signed(column: string, value: number): number | undefined {
    const bounds = boundsOf(this.#bounds.get(column))
    if (bounds === undefined || !(bounds.min < 0 && bounds.max > 0) || !Number.isFinite(value)) return undefined
    const { min, max } = bounds
    return value / Math.max(-min, max)
  }

  /** Whether all texts of the first rows are numbers, as those of most params. */
  numeric(column: string): boolean {
    const values = this.#sample.map((data) => data.values[column]).filter((v) => v !== undefined)
    return values.length > 0 && values.every((v) => typeof v === 'number' || isNumeric(v))
  }

  /** Whether values of a column are among the first rows. */
  sampled(column: Column): boolean {
    if (column.form === 'fact' || column.form === 'curve') return true
    const grouped = this.#grouped.length > 0
    return (grouped && this.#grouped.includes(column.id)) || (!grouped && this.#sample.some((data) => column.id in data.values))
  }

  /** Letters of the longest spread of a group. */
  widestSpread(column: string): number {
    const at = this.#grouped.indexOf(column)
    return this.#groups.reduce((most, cells) => {
      const cell = cells[at]
      return cell === undefined ? most : Math.max(most, this.mean(column, cell)?.spread?.length ?? 0)
    }, 0)
  }

  /** Letters of the longest text of the first rows. */
  widest(column: Column): number {
    const values = this.#sample.map((data) => data.values[column.id]).filter((v) => v !== undefined)
    const numbers = values.filter((v) => typeof v === 'number')
    const texts = values.reduce<number>((most, v) => (typeof v === 'string' ? Math.max(most, v.length) : most), 0)
    return Math.max(texts, longestInColumn(numbers, this.#of(column.id)))
  }

  #of(column: string): ColumnFormat {
    let format = this.#runs.get(column)
    if (format === undefined) {
      const values = this.#sample.map((data) => data.values[column]).filter((v): v is number => typeof v === 'number')
      format = columnFormat(values)
      this.#runs.set(column, format)
    }
    return format
  }

  #ofMeans(column: string): ColumnFormat {
    let format = this.#means.get(column)
    if (format === undefined) {
      const at = this.#grouped.indexOf(column)
      const means = this.#groups.map((cells) => cells[at]?.mean).filter((mean) => mean !== undefined)
      format = groupFormat(means.map(fromWire))
      this.#means.set(column, format)
    }
    return format
  }
}

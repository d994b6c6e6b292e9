import type { GroupCell } from '../../api/tabletypes'
import { exact, missing } from '../../format/number'
import type { Scale } from '../../state/layout'
import type { GroupLine, Line, RunLine } from '../../state/lines'
import type { Column } from './columns'
import type { Formats } from './formats'

/** What a cell shows. */
export interface CellText {
  text: string
  /** The whole truth, for hovering. */
  title?: string | undefined
  /** It steps back: there is nothing, or it is the same everywhere. */
  faint: boolean
  /** Of a group: how far its runs lie apart. */
  spread?: string | undefined
  /** How long a bar is, or how deep a colour, 0…1. */
  share?: number | undefined
  /** The same with zero in the middle, −1…1. */
  signed?: number | undefined
}

const nothing: CellText = { text: missing, faint: true }

/** Texts above this length are told whole on hovering. */
const long = 8

/** The cell of a line; of groups, these columns tell means. */
export function lineCell(line: Line, column: Column, formats: Formats, scale: Scale, grouped: readonly string[]): CellText {
  return line.group === undefined ? runCell(line, column, formats, scale) : groupCell(line, column, formats, scale, grouped)
}

/** The cell of a run. */
export function runCell(line: RunLine, column: Column, formats: Formats, scale: Scale): CellText {
  const value = line.values[column.id]
  if (value === undefined) return nothing
  if (typeof value === 'string') {
    const cut = line.cut?.has(column.id) === true
    return { text: cut ? `${value}…` : value, title: value.length > long && !column.right ? value : undefined, faint: column.same }
  }
  return { text: formats.text(column.id, value), title: exact(value), faint: column.same, ...scaled(column, value, formats, scale) }
}

/** The cell of a group: mean and spread of numbers, or what all its runs have. */
export function groupCell({ group }: GroupLine, column: Column, formats: Formats, scale: Scale, grouped: readonly string[]): CellText {
  const cell = group.cells[grouped.indexOf(column.id)]
  if (cell === undefined || cell.filled === 0) return nothing
  if (column.form === 'number' && !(cell.same === true && group.runs > 1 && cell.text !== undefined && cell.sd === undefined)) {
    const told = formats.mean(column.id, cell)
    if (told === undefined) return { text: unusual(cell), title: `${cell.filled} without a finite number`, faint: true }
    const mean = Number(cell.mean)
    return { text: told.mean, title: summary(cell), spread: told.spread, faint: false, ...scaled(column, mean, formats, scale) }
  }
  if (cell.same === true && cell.text !== undefined) return { text: cell.text, title: cell.text.length > long ? cell.text : undefined, faint: column.same }
  return { text: 'varies', title: cell.mean === undefined ? undefined : summary(cell), faint: true }
}

/** How many numbers a mean is of, and between what they lie. */
function summary(cell: GroupCell): string {
  const numbers = `mean of ${cell.n}: ${exact(Number(cell.mean))}`
  const spread = cell.sd === undefined ? '' : ` ± ${exact(Number(cell.sd))}`
  const range = cell.min === undefined || cell.max === undefined ? '' : `, from ${exact(Number(cell.min))} to ${exact(Number(cell.max))}`
  const strange = (cell.nan ?? 0) + (cell.infinite ?? 0)
  return `${numbers}${spread}${range}${strange > 0 ? `; ${strange} without a finite number are left out` : ''}`
}

function unusual(cell: GroupCell): string {
  return (cell.nan ?? 0) > 0 ? 'NaN' : (cell.infinite ?? 0) > 0 ? '∞' : missing
}

function scaled(column: Column, value: number, formats: Formats, scale: Scale): Partial<CellText> {
  if (scale === 'none') return {}
  const signed = scale === 'colour' ? formats.signed(column.id, value) : undefined
  return signed === undefined ? { share: formats.share(column.id, value) } : { signed }
}

/** The colour of a cell on its scale; text can be read on all of them. */
export function tint({ share, signed }: CellText): string | undefined {
  if (signed !== undefined) return `color-mix(in oklab, var(--div-mid), ${signed < 0 ? 'var(--div-neg)' : 'var(--div-pos)'} ${Math.round(Math.abs(signed) * 45)}%)`
  return share === undefined ? undefined : `color-mix(in oklab, var(--seq-1), var(--seq-3) ${Math.round(share * 100)}%)`
}

/** What the values of a column are. */
export type ColumnKind = 'whole number' | 'number' | 'date' | 'true or false' | 'text' | 'empty'

export interface Table {
  head: string[]
  kinds: ColumnKind[]
  rows: string[][]
}

/** Reads separated values (RFC 4180): quoted fields may hold separators, line ends and doubled quotes. */
export function readSeparated(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let quoted = false
  const end = () => {
    row.push(field)
    if (row.length > 1 || field !== '') rows.push(row)
    row = []
    field = ''
  }
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? ''
    if (quoted) {
      if (letter !== '"') field += letter
      else if (text[i + 1] === '"') field += text[++i] ?? ''
      else quoted = false
    } else if (letter === '"' && field === '') quoted = true
    else if (letter === separator) {
      row.push(field)
      field = ''
    } else if (letter === '\n') end()
    else if (letter !== '\r' || text[i + 1] !== '\n') field += letter
  }
  if (field !== '' || row.length > 0) end()
  return rows
}

/** A file as a table; of a file that was cut, the last row is left out. */
export function readTable(path: string, text: string, whole: boolean): Table {
  const clean = text.replace(/^\ufeff/, '')
  const rows = readSeparated(clean, /\.tsv$/i.test(path) ? '\t' : separatorOf(clean))
  if (!whole && rows.length > 1) rows.pop()
  const [head = [], ...rest] = rows
  return { head, kinds: head.map((_, i) => kindOf(rest.map((row) => row[i] ?? ''))), rows: rest }
}

/** The separator that the first line has most of. */
function separatorOf(text: string): string {
  const line = text.slice(0, (text + '\n').indexOf('\n')).replace(/"[^"]*"/g, '')
  const times = (s: string) => line.split(s).length
  return [',', ';', '\t', '|'].reduce((best, s) => (times(s) > times(best) ? s : best))
}

const missing = /^(|na|n\/a|nan|null|none)$/i
const tests: [ColumnKind, RegExp][] = [
  ['true or false', /^(true|false)$/i],
  ['whole number', /^[+-]?\d+$/],
  ['number', /^([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?)$/i],
  ['date', /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/],
]

/** What all values of a column are; missing ones fit everything. */
export function kindOf(values: readonly string[]): ColumnKind {
  const told = values.map((v) => v.trim()).filter((v) => !missing.test(v))
  if (told.length === 0) return 'empty'
  return tests.find(([, test]) => told.every((v) => test.test(v)))?.[0] ?? 'text'
}

/** The name of a column in the query language: odd keys stand in back ticks. */
export function columnName(kind: 'metrics' | 'params' | 'tags', key: string): string {
  return `${kind}.${/^[A-Za-z0-9_.\-/:]+$/.test(key) ? key : `\`${key}\``}`
}

/** The room that cells keep on both sides, and a pixel for what is rounded. */
const padding = 17

/** The width at which nothing drawn of a column is cut. */
export function wanted(grid: HTMLElement, column: string): number {
  let most = 0
  for (const cell of grid.querySelectorAll<HTMLElement>('[data-column]')) {
    if (cell.dataset['column'] !== column) continue
    // What is cut lies beyond its own box, not beyond the range of its text.
    const cut = [...cell.querySelectorAll<HTMLElement>('.cut')].reduce((sum, part) => sum + part.scrollWidth - part.clientWidth, 0)
    const used = [...cell.children].filter((part) => part.checkVisibility() && getComputedStyle(part).position !== 'absolute').reduce((sum, part) => sum + (part as HTMLElement).getBoundingClientRect().width, 0)
    const gaps = Math.max(0, cell.childElementCount - 1) * 6
    const first = cell.querySelector('.grid-choose') === null ? 0 : 20
    most = Math.max(most, used + cut + gaps + first)
  }
  return most + padding
}

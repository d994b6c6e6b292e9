import { untrack } from 'svelte'

/** A place on which a path can be let go. */
export interface DropTarget {
  /** What letting go here does: "Use as data". */
  label: string
  /** Where it is on the screen now. */
  box: () => DOMRect
  take: (path: string) => void
}

/** The places of this page that take what is dropped on them; everywhere else it is looked at as data. */
export class DropTargets {
  all = $state.raw<readonly DropTarget[]>([])

  /** Adds a place until the answer is called; an effect that does so does not depend on the others. */
  add(target: DropTarget): () => void {
    untrack(() => (this.all = [...this.all, target]))
    return () => untrack(() => (this.all = this.all.filter((other) => other !== target)))
  }

  /** The place at a point, in CSS pixels. */
  at(x: number, y: number): DropTarget | undefined {
    return this.all.findLast(({ box }) => {
      const { left, right, top, bottom } = box()
      return x >= left && x <= right && y >= top && y <= bottom
    })
  }
}

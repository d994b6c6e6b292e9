import { read, write } from './kept'
import { parseShown, shownWith, slotsOf, type ShownThing } from './shown'

/**
 * What is shown in the charts of an experiment. A thing takes a colour when it
 * is first shown and keeps it until it is hidden: filters, orders and other
 * pages never give it another one.
 */
export class Shown {
  things = $state.raw<readonly ShownThing[]>([])
  #scope = ''
  readonly #slots = $derived(slotsOf(this.things))

  /** From now on those of these experiments of this workspace are meant. */
  of(workspace: string, experiments: readonly string[]): void {
    const scope = `varve.shown ${workspace} ${experiments.join()}`
    if (scope === this.#scope) return
    this.#scope = scope
    this.things = parseShown(read(scope))
  }

  /** Nobody has chosen yet what is shown here. */
  get fresh(): boolean {
    return this.#scope !== '' && this.things.length === 0 && read(this.#scope) === null
  }

  /** Takes over what was saved with the experiment, where nothing was chosen on this computer. */
  adopt(things: readonly ShownThing[]): void {
    if (this.fresh && things.length > 0) this.#set(things)
  }

  /** The slot of a run or of a group; undefined while it is not shown. */
  slotOf(id: string): number | undefined {
    return this.#slots.get(id)
  }

  show(more: readonly Omit<ShownThing, 'slot'>[]): void {
    this.#set(shownWith(this.things, more))
  }

  hide(ids: readonly string[]): void {
    this.#set(this.things.filter((thing) => !ids.includes(thing.id)))
  }

  /** Shows these; or hides them, if all of them are shown. */
  toggle(things: readonly Omit<ShownThing, 'slot'>[]): void {
    if (things.every((thing) => this.slotOf(thing.id) !== undefined)) this.hide(things.map((thing) => thing.id))
    else this.show(things)
  }

  #set(things: readonly ShownThing[]): void {
    this.things = things
    write(this.#scope, JSON.stringify(things))
  }
}

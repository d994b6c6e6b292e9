import { Transfers, type Ask } from './transfers'
import type { Import, UndoneImport } from './types'

/** What other programs have recorded, and tables of results. */
export class Imports extends Transfers<Import> {
  constructor(ask: Ask) {
    super(ask, '/imports')
  }

  /** Puts what an import made into the trash. */
  undo(undo: string): Promise<UndoneImport> {
    return this.post('/imports/undo', { undo })
  }
}

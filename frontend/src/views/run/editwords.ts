import type { Edit } from '../../api/types'
import { noteTag } from '../../state/edits'

/** The reason of a status that a person set. */
const setByHand = 'Set by hand'

/** Letters of a value that are shown; the rest is there on hovering. */
const most = 48

/** A change of a run or an experiment in words: "renamed from X to Y", "tag team: red → blue". */
export function editWords(edit: Edit, cut = most): string {
  const { what, absent = false, gone = false } = edit
  const value = short(edit.value ?? '', cut)
  const before = short(edit.before ?? '', cut)
  switch (what) {
    case 'name':
      return absent ? `named ${value}` : `renamed from ${before} to ${value}`
    case 'experiment':
      if (gone || value === '') return before === '' ? 'moved back to where it began' : `moved from ${before} back to where it began`
      return absent || before === '' ? `moved to ${value}` : `moved from ${before} to ${value}`
    case 'trash':
      return gone ? 'taken out of the trash' : 'put into the trash'
    case 'tag': {
      if (edit.key === noteTag) return gone ? 'note removed' : absent ? 'note written' : 'note changed'
      const key = edit.key ?? ''
      if (gone) return `tag ${key} removed, it was ${before}`
      return absent ? `tag ${key}: ${value}` : `tag ${key}: ${before} → ${value}`
    }
    case 'status':
      return `${edit.reason === setByHand ? 'set by hand' : value === 'running' ? 'taken up again' : 'ended'}: ${before} → ${value}`
    case 'description':
      return gone ? 'description removed' : absent ? 'description written' : 'description changed'
    case 'stage':
      return `${before} → ${value}`
    case 'alias': {
      const alias = `@${edit.key ?? ''}`
      if (gone || value === '') return before === '' ? `${alias} removed` : `${alias} taken from version ${before}`
      return before === '' ? `${alias} to version ${value}` : `${alias} from version ${before} to ${value}`
    }
    case 'made':
      return `version ${value} registered`
    case 'view':
      return gone ? 'view deleted' : absent ? 'view saved' : 'view changed'
  }
}

/** What people did: MLflow's own tags, the note excepted, are facts of the machine. */
export function ownEdits(edits: readonly Edit[]): Edit[] {
  return edits.filter((e) => e.what !== 'tag' || e.key === noteTag || e.key?.startsWith('mlflow.') !== true)
}

/** Who changed it: a person, or where. */
export function editor({ who, here }: Edit): string {
  if (who !== undefined && who !== '') return who
  return here ? 'on this computer' : 'on another computer'
}

/** Whether a change can be taken back: a run always has a name, and what was made is deleted instead. */
export function revertible({ what, absent }: Edit): boolean {
  return what !== 'made' && (what !== 'name' || absent !== true)
}

function short(text: string, cut: number): string {
  const letters = Array.from(text.replaceAll(/\s+/g, ' ').trim())
  return letters.length <= cut ? letters.join('') : `${letters.slice(0, cut - 1).join('')}…`
}

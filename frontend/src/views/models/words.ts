import type { Edit, ModelEdit } from '../../api/types'
import { editWords } from '../run/editwords'

/** A change of a model or a version in words, with the reason: Version 8 to Production: “checked against buoys”. */
export function modelEditWords(edit: Edit, cut?: number): string {
  const { version = 0, versionId = '', runName = '', why = '', value = '' } = edit as ModelEdit
  return what() + (why === '' ? '' : `: “${why}”`)

  function what(): string {
    if (edit.what === 'made') return `Version ${value}${runName === '' ? ' registered' : ` from ${runName}`}`
    if (edit.what === 'stage') return value === 'None' ? `Version ${version} out of ${edit.before ?? ''}` : `Version ${version} to ${value}`
    const words = editWords(edit, cut)
    return versionId === '' ? words : `Version ${version}: ${words}`
  }
}

import { expect, test } from 'vitest'
import type { ModelEdit } from '../../api/types'
import { modelEditWords } from './words'

const edit = { id: 'x', time: 1, device: 'd', here: true, what: 'stage', versionId: 'v', version: 8 } satisfies ModelEdit

test('what happened is told with the version and the reason', () => {
  expect(modelEditWords({ ...edit, value: 'Production', before: 'Staging', why: 'checked' } as ModelEdit)).toBe('Version 8 to Production: “checked”')
  expect(modelEditWords({ ...edit, value: 'None', before: 'Staging' })).toBe('Version 8 out of Staging')
  expect(modelEditWords({ ...edit, what: 'made', value: '8', runName: 'calm-sill-377' } as ModelEdit)).toBe('Version 8 from calm-sill-377')
  expect(modelEditWords({ ...edit, what: 'made', value: '8' })).toBe('Version 8 registered')
  expect(modelEditWords({ ...edit, what: 'tag', key: 'a', value: 'b', absent: true })).toBe('Version 8: tag a: b')
  const { versionId, ...ofModel } = edit
  expect(versionId).toBe('v')
  expect(modelEditWords({ ...ofModel, what: 'alias', key: 'champion', before: '1', value: '8' })).toBe('@champion from version 1 to 8')
})

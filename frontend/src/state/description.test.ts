import { describe, expect, test } from 'vitest'
import { descriptionOf, draftOf, fieldWords, isBlank, problemAt, sameDraft } from './description'

describe('a description in a form', () => {
  test('has a row to write into in each list, and is the same again', () => {
    const draft = draftOf({ title: 'Wines', keywords: ['wine', 'ph'], creators: [{ name: 'Ada' }] })
    expect(draft.keywords).toBe('wine, ph')
    expect(draft.creators).toEqual([{ name: 'Ada', orcid: '', affiliation: '' }])
    expect(draft.funding).toHaveLength(1)
    expect(draft.related).toEqual([{ relation: 'IsSupplementTo', identifier: '' }])
    expect(sameDraft(draft, draftOf(descriptionOf(draft)))).toBe(true)
    draft.funding.push({ funder: '', award: ' ', title: '' })
    expect(sameDraft(draft, draftOf(descriptionOf(draft)))).toBe(true)
    draft.title = 'Other wines'
    expect(sameDraft(draft, draftOf(descriptionOf({ ...draft, title: 'Wines' })))).toBe(false)
  })

  test('an empty one is blank, whatever relation stands in its row', () => {
    const draft = draftOf({})
    expect(isBlank(draft)).toBe(true)
    expect(descriptionOf(draft).related).toEqual([])
    draft.related = [{ relation: 'Cites', identifier: '10.1234/a' }]
    expect(isBlank(draft)).toBe(false)
  })

  test('keywords are split at commas, semicolons and lines', () => {
    expect(descriptionOf({ ...draftOf({}), keywords: ' a, b;c\n,d ' }).keywords).toEqual(['a', 'b', 'c', 'd'])
  })

  test('a problem stands at its field', () => {
    const problems = [{ field: 'keywords[3]', message: 'k' }, { field: 'creators[1].orcid', message: 'o' }]
    expect(problemAt(problems, 'keywords')?.message).toBe('k')
    expect(problemAt(problems, 'creators[1].orcid')?.message).toBe('o')
    expect(problemAt(problems, 'creators[0].orcid')).toBeUndefined()
  })

  test('fields are listed in words', () => {
    expect(fieldWords(['licence'])).toBe('a licence')
    expect(fieldWords(['title', 'creators', 'licence'])).toBe('a title, creators and a licence')
  })
})

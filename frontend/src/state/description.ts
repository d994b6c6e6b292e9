import type { Description, FieldProblem } from '../api/types'

/** A description as a form has it: every field is there, and each list has a row to write into. */
export interface Draft {
  title: string
  description: string
  keywords: string
  language: string
  version: string
  licence: string
  contact: string
  email: string
  creators: { name: string; orcid: string; affiliation: string }[]
  funding: { funder: string; award: string; title: string }[]
  related: { relation: string; identifier: string }[]
}

export type RowsOf = 'creators' | 'funding' | 'related'

/** What a new row is. */
export const blank = {
  creators: () => ({ name: '', orcid: '', affiliation: '' }),
  funding: () => ({ funder: '', award: '', title: '' }),
  related: () => ({ relation: 'IsSupplementTo', identifier: '' }),
}

export function draftOf(d: Description): Draft {
  const draft: Draft = {
    title: d.title ?? '',
    description: d.description ?? '',
    keywords: (d.keywords ?? []).join(', '),
    language: d.language ?? '',
    version: d.version ?? '',
    licence: d.licence ?? '',
    contact: d.contact ?? '',
    email: d.email ?? '',
    creators: (d.creators ?? []).map((c) => ({ ...blank.creators(), ...c })),
    funding: (d.funding ?? []).map((f) => ({ ...blank.funding(), ...f })),
    related: (d.related ?? []).map((r) => ({ ...r })),
  }
  return tidy(draft)
}

/** Takes rows away in which nothing stands, but leaves one to write into. */
export function tidy(draft: Draft): Draft {
  const filled = <T>(rows: T[], empty: (row: T) => boolean, one: () => T) => {
    const some = rows.filter((row) => !empty(row))
    return some.length === 0 ? [one()] : some
  }
  return {
    ...draft,
    creators: filled(draft.creators, (c) => `${c.name}${c.orcid}${c.affiliation}`.trim() === '', blank.creators),
    funding: filled(draft.funding, (f) => `${f.funder}${f.award}${f.title}`.trim() === '', blank.funding),
    related: filled(draft.related, (r) => r.identifier.trim() === '', blank.related),
  }
}

export function descriptionOf(draft: Draft): Description {
  const { keywords, ...rest } = draft
  return {
    ...rest,
    keywords: keywords.split(/[,;\n]/).map((word) => word.trim()).filter((word) => word !== ''),
    related: draft.related.filter((r) => r.identifier.trim() !== ''),
  }
}

/** Whether nothing stands in it. */
export function isBlank(draft: Draft): boolean {
  const { creators, funding, related, ...texts } = draft
  const cells = [...creators, ...funding].flatMap((row) => Object.values(row))
  return [...Object.values(texts), ...cells, ...related.map((r) => r.identifier)].every((text) => text.trim() === '')
}

export function sameDraft(a: Draft, b: Draft): boolean {
  return JSON.stringify(tidy(a)) === JSON.stringify(tidy(b))
}

/** What a form says about a field; a problem with one keyword is one of the field. */
export function problemAt(problems: readonly FieldProblem[], field: string): FieldProblem | undefined {
  return problems.find((p) => p.field === field || (field === 'keywords' && p.field.startsWith('keywords[')))
}

const names: Readonly<Record<string, string>> = { title: 'a title', description: 'a description', creators: 'creators', licence: 'a licence' }

/** Fields as a sentence lists them: a title, creators and a licence. */
export function fieldWords(fields: readonly string[]): string {
  const words = fields.map((field) => names[field] ?? field)
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

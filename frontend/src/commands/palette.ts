import type { Dataset, Experiment, Project, RegisteredModel, RunRow, RunStatus } from '../api/types'
import { cutMiddle, plural, statusWord } from '../format/words'
import type { Used } from '../state/recent'
import { addressRoute, datasetRoute, experimentRoute, modelRoute, parseRoute, projectRoute, runRoute, type Route } from '../state/route'
import { fold, match, queryWords, type Care } from './fuzzy'
import type { Command } from './keys'

/** What a line of the palette is. */
export type Kind = 'run' | 'experiment' | 'data' | 'project' | 'model' | 'action' | 'setting'

/** Something that can be found or done. */
export interface Offer {
  /** "run:…", "data:…", or the id of a command. */
  id: string
  kind: Kind
  title: string
  /** What it is, on the right. */
  note: string
  /** Other words by which people look for it. */
  words: string
  keys: string | undefined
  /** The status of a run. */
  status: RunStatus | undefined
  /** The content of a data set, for its mark. */
  digest: string | undefined
  /** Where it is; commands run instead. */
  to: Route | undefined
  run: (() => void) | undefined
}

/** An offer with the letters of its title that matched. */
export interface Hit {
  offer: Offer
  parts: readonly (readonly [number, number])[]
}

/** What runs are found and told by. */
export type NamedRun = Pick<RunRow, 'id' | 'name' | 'experiment' | 'status' | 'started'>

/** What there is to be found. */
export interface World {
  commands: readonly Command[]
  runs: readonly NamedRun[]
  experiments: readonly Experiment[]
  data: readonly Dataset[]
  projects: readonly Project[]
  models: readonly RegisteredModel[]
}

/** So many lines are shown; whoever needs more types another letter. */
const most = 40
/** So few hits that slips of the finger are likely. */
const few = 4

/** Everything of a workspace that the palette can lead to; each thing once. */
export function offersOf(world: World): Offer[] {
  const names = new Map(world.experiments.map((e) => [e.id, e.name]))
  const all = [
    ...world.runs.map((run) => runOffer(run, names.get(run.experiment) ?? '')),
    ...world.experiments.filter((e) => !e.trashed).map((e) => thing('experiment', e.id, e.name, `experiment, ${plural(e.runs, 'run')}`, experimentRoute(e.id))),
    ...world.data.map((d) => ({
      ...thing('data', d.id, d.name, `data, ${plural(d.versions.length, 'version')}`, datasetRoute(d.id)),
      digest: d.versions[0]?.digest ?? d.id,
    })),
    ...world.projects.map((p) => ({ ...thing('project', p.path, p.name, `project in ${cutMiddle(p.path, 36)}`, projectRoute(p.path)), words: p.path })),
    ...world.models.map((m) => ({ ...thing('model', m.name, m.name, `model, ${plural(m.versions, 'version')}`, modelRoute(m.name)), digest: m.mark, words: m.aliases.map((a) => a.alias).join(' ') })),
    ...world.commands.map(commandOffer),
  ]
  return [...new Map(all.map((offer) => [offer.id, offer])).values()]
}

/** Without a query: what was used last, then all that can be done. */
export function suggestions(offers: readonly Offer[], used: readonly Used[]): { last: Hit[]; rest: Hit[] } {
  const byId = new Map(offers.map((offer) => [offer.id, offer]))
  const last = used.flatMap((u) => byId.get(u.id) ?? remembered(u) ?? []).slice(0, 6)
  const rest = offers.filter((offer) => offer.run !== undefined && !last.includes(offer))
  const order = (offer: Offer) => (offer.kind === 'setting' ? 1 : 0)
  return { last: last.map(plainHit), rest: rest.sort((a, b) => order(a) - order(b)).map(plainHit) }
}

/** What matches a query, the best first; of equals, what was used last. */
export function search(offers: readonly Offer[], query: string, used: readonly Used[]): Hit[] {
  const words = queryWords(query)
  const last = new Map(used.map((u, i) => [u.id, 14 - Math.min(12, i)]))
  let hits = ranked(offers, words, last, 'loose')
  if (hits.length < few) {
    const sure = new Set(hits.map((hit) => hit.offer))
    hits = [...hits, ...ranked(offers.filter((offer) => !sure.has(offer)), words, last, 'typos')]
  }
  const whole = addressOffer(query) ?? filterOffer(query)
  return [...(whole === undefined ? [] : [plainHit(whole)]), ...hits].slice(0, most)
}

function ranked(offers: readonly Offer[], words: readonly string[], last: ReadonlyMap<string, number>, care: Care): Hit[] {
  const scored: { hit: Hit; score: number }[] = []
  for (const offer of offers) {
    const title = match(words, fold(offer.title), care)
    // By its other words a thing is found, too, though not as surely.
    const found = title ?? match(words, fold(`${offer.title} ${offer.note} ${offer.words}`), 'strict')
    if (found === undefined) continue
    const parts = found.parts.filter(([, to]) => to <= offer.title.length)
    const score = found.score - (title === undefined ? 40 : 0) + (last.get(offer.id) ?? 0)
    scored.push({ hit: { offer, parts }, score })
  }
  // Sorting is stable: things stand before actions, newest runs first.
  return scored.sort((a, b) => b.score - a.score).map((s) => s.hit)
}

function runOffer(run: NamedRun, experiment: string): Offer {
  const place = experiment === '' ? '' : ` in ${experiment}`
  const status = run.status === 'finished' ? 'run' : `${statusWord(run.status).toLowerCase()} run`
  return { ...thing('run', run.id, run.name, status + place, runRoute(run.id)), words: `${experiment} ${statusWord(run.status)} ${run.id}`, status: run.status }
}

function commandOffer(command: Command): Offer {
  const kind = command.setting === true ? 'setting' : 'action'
  return {
    id: command.id,
    kind,
    title: command.title,
    note: kind === 'setting' ? 'setting' : '',
    words: command.words ?? '',
    keys: command.keys,
    status: undefined,
    digest: undefined,
    to: undefined,
    run: command.run,
  }
}

/** What scripts print and people copy leads there: models:/…, runs:/…, the id of a run or a logged model, a link of pages like these. */
function addressOffer(query: string): Offer | undefined {
  const text = query.trim()
  const link = /^https?:\/\/[^#]+(#\/.+)$/.exec(text)?.[1]
  if (link !== undefined) {
    const to = parseRoute(link)
    return to.place === 'unknown' ? undefined : thing('action', 'address', `Go to ${cutMiddle(link, 64)}`, 'link', to)
  }
  const of = /^[0-9a-f]{32}$/.test(text) ? `runs:/${text}` : /^m-[0-9a-f]{32}$/.test(text) ? `models:/${text}` : text
  if (!/^(models|runs|mlflow-artifacts):\/./.test(of)) return undefined
  return thing('action', 'address', `Go to ${cutMiddle(of, 64)}`, 'address', addressRoute(of))
}

/** A query that reads like a filter can be one. */
function filterOffer(query: string): Offer | undefined {
  const filter = query.trim()
  if (!/[<>=]/.test(filter)) return undefined
  return thing('action', 'filter', `Show the runs with ${filter}`, 'filter', { place: 'runs', experiments: [], filter, order: '' })
}

/** A run that was used and is not at hand: its page knows the rest. */
function remembered(used: Used): Offer | undefined {
  if (!used.id.startsWith('run:')) return undefined
  const id = used.id.slice('run:'.length)
  return thing('run', id, used.title, 'run', runRoute(id))
}

function thing(kind: Kind, id: string, title: string, note: string, to: Route): Offer {
  return { id: `${kind}:${id}`, kind, title, note, words: '', keys: undefined, status: undefined, digest: undefined, to, run: undefined }
}

function plainHit(offer: Offer): Hit {
  return { offer, parts: [] }
}
